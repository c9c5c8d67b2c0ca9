/** Laws of answers: a body is the object that ends its stream, and what is kept takes its bytes from the budget. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEncoder } from '../../../../src/dialects/openai-responses/client/encode.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import { createAnswerBudget } from '../../../../src/unified/response/answer-budget.ts';
import type { DeltaEvent, FinishReason, StreamEvent } from '../../../../src/unified/response/event.ts';
import { anyText } from '../../../support/any-text.ts';
import { headOf } from '../../answer-head.ts';
import { responsesReader } from '../../responses-reader.ts';
import { ended, START, text, usageOf } from '../../../stream/events.ts';
import { bodyOf, lastResponse, readEvents, requestWith, streamText, typesOf } from './answered.ts';

const request = requestWith({
  patch: { kind: 'custom', name: 'patch', namespace: null },
  ns__f: { kind: 'function', name: 'f', namespace: 'ns' },
  find: { kind: 'tool_search', name: 'find', namespace: null },
});
const END: StreamEvent = { type: 'end', usage: usageOf(5, 7) };

const piece = anyText({ maxLength: 4 });
const token = piece.map((one) => ({ token: one, logprob: -1, bytes: null, top: [] }));
const state = { kind: 'signature', format: 'f', data: 'c2ln', provider: 'p', model: 'm' } as const;

/** Content without calls. */
const plain = fc.oneof(
  piece.map((one): DeltaEvent => ({ type: 'text-delta', choice: 0, text: one })),
  fc.tuple(piece, token).map(([one, logprob]): DeltaEvent => ({ type: 'text-delta', choice: 0, text: one, logprobs: [logprob] })),
  piece.map((one): DeltaEvent => ({ type: 'refusal-delta', choice: 0, text: one })),
  piece.map((one): DeltaEvent => ({ type: 'reasoning-delta', choice: 0, text: one })),
  fc.constant<DeltaEvent>({ type: 'reasoning-state', choice: 0, state }),
  fc.constant<DeltaEvent>({ type: 'citation', choice: 0, citations: [{ type: 'url_citation', url: 'https://a.test', title: 'A' }, 'odd'] }),
  fc.constant<DeltaEvent>({ type: 'image', choice: 0, images: [{ image_url: { url: 'data:image/png;base64,QUJD' } }, 'odd'] }),
  fc.constant<DeltaEvent>({ type: 'native', choice: 0, format: 'elsewhere', fields: { odd: 1 } }),
);

/** Two calls, whose pieces may come mixed with each other and with other content. */
const calls = fc.constantFrom('f', 'ns__f', 'patch', 'find').map((name): DeltaEvent[] => {
  const kind = name === 'patch' ? { kind: 'custom' as const } : {};
  const first = { type: 'tool-call-delta', choice: 0, index: 0, id: 'a', name, arguments: '{"x"', ...kind } as const;
  const second = { type: 'tool-call-delta', choice: 0, index: 1, id: 'b', name: 'f', arguments: '' } as const;
  const more = (index: number, piece: string) => ({ type: 'tool-call-delta', choice: 0, index, arguments: piece }) as const;
  return name === 'patch' ? [first, second, more(1, '{}')] : [first, second, more(1, '{"y":'), more(0, ':1}'), more(1, '2}')];
});

const answers = fc
  .tuple(
    fc.array(plain, { maxLength: 8 }),
    calls,
    fc.array(fc.boolean()),
    fc.constantFrom<FinishReason>('stop', 'length', 'content_filter'),
  )
  .map(([others, given, order, reason]): StreamEvent[] => {
    const [left, waiting] = [[...others], [...given]];
    const mixed = order.flatMap((isCall) => (isCall ? waiting : left).splice(0, 1));
    return [START, ...mixed, ...left, ...waiting, ended(0, reason), END];
  });

describe('an answer', () => {
  it('as a body is the object that ends its stream', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const stream = streamText(events, { request });
        responsesReader.readStream(stream);
        expect(bodyOf(events, { request })).toEqual(lastResponse(readEvents(stream)));
      }),
      { numRuns: 300 },
    );
  });

  it('takes what it repeats at its end from the budget, and loses no event that was written before', () => {
    const encoder = createEncoder(headOf({ id: 'resp_1', budget: createAnswerBudget(1000) }), request);
    const push = () => encoder.push([START, ...Array.from({ length: 30 }, () => text('x'.repeat(100)))]);
    expect(push).toThrow(RouterError);
    const error = new RouterError('provider_unavailable', 'too large', { retryable: false });
    const events = readEvents(encoder.push([{ type: 'error', error, usage: null, openChoices: [0] }]));
    expect(typesOf(events).slice(-3)).toEqual(['output_text.delta', 'error', 'failed']);
    expect(events.at(-2)).toMatchObject({ code: 'invalid_prompt', message: 'too large' });
  });
});
