/** The stages of a call take ordinary text the short way. It makes no difference to what comes out, nor to what is counted. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AnswerReport } from '../../src/calls/answer-report.ts';
import { CallStages } from '../../src/calls/call-stages.ts';
import { UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { prepared, requestFor } from '../fitting/sent.ts';
import { call, ended, failed, reasoning, START, text, usageOf } from '../stream/events.ts';

const SECRET = 'sk-abcdefghij0123456789';

/** @param isShort false = every event goes through every stage: an echo of nothing is looked for in the text. */
function createStages(isShort: boolean) {
  const endpoint = prepared(requestFor('chat', '@openrouter/x', { n: 2, stream: true }));
  const [first] = endpoint.parts;
  if (first === undefined) throw new Error('no call');
  const part = { ...first, part: { ...first.part, choices: [0, 1], echoed: isShort ? null : [] } };
  const report = new AnswerReport(endpoint, [SECRET]);
  return new CallStages(endpoint.planned, part, { callId: 'x', report, canFail: false, secrets: [SECRET], budget: UNLIMITED });
}

const choice = fc.constantFrom(0, 0, 0, 1, 7);
const pieceOfText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 4 }),
  fc.constantFrom('sk-abc', 'defghij0123', '456789', SECRET, 'sk-abcdefghij0'),
);
const ordinary = fc.tuple(pieceOfText, choice).map(([piece, of]): StreamEvent => ({ ...text(piece), choice: of }) as StreamEvent);
const rare = fc.oneof(
  choice.map((of) => ended(of)),
  fc.constantFrom<StreamEvent>(
    START,
    reasoning('hm'),
    call(0, { id: 'c', name: 'f' }),
    { type: 'usage', usage: usageOf(3, 4) },
    { type: 'text-delta', choice: 0, text: 'a', logprobs: [] },
    failed('broken'),
  ),
);
const batches = fc.array(fc.array(fc.oneof({ weight: 8, arbitrary: ordinary }, { weight: 1, arbitrary: rare }), { maxLength: 5 }), {
  maxLength: 12,
});

/** What comes out, batch by batch, with the usage of the last event. */
function outcome(stages: CallStages, given: readonly StreamEvent[][]): StreamEvent[][] {
  const out: StreamEvent[][] = [];
  for (const batch of given) if (!stages.hasEnded()) out.push([...stages.push([...batch])]);
  if (!stages.hasEnded()) out.push(stages.end());
  return out;
}

it('text that takes the short way comes out as it does through all stages', () => {
  fc.assert(
    fc.property(batches, (given) => {
      const [short, long] = [createStages(true), createStages(false)];
      expect(outcome(short, given)).toEqual(outcome(long, given));
      expect(short.estimate()).toEqual(long.estimate());
    }),
    { numRuns: 300 },
  );
});

it('text of a choice that has begun is returned in the array that it came in', () => {
  const stages = createStages(true);
  stages.push([START, text('Hello ')]);
  const batch = [text('big '), text('world ')];
  expect(stages.push(batch)).toBe(batch);
});
