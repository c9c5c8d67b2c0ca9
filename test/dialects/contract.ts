/**
 * The laws of reading an answer that every OpenAI-shaped upstream dialect keeps, as one suite: what differs between the formats is
 * only where text and reasoning stand in a choice, and that is what a {@link Wire} says.
 */
import { describe, expect, it } from 'vitest';
import type { FinishReason } from '../../src/unified/response/event.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { describeEnd } from './contract-end.ts';
import type { Wire } from './wire.ts';
import { bytesOf, event, expectSameWhenCut, replay, replayBody, replayEvents, type Outcome } from './replay.ts';

const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const ZEROS = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

const textsOf = ({ result }: Outcome) => result.choices.map(({ text }) => text);
const countOf = ({ events }: Outcome, type: string) => events.filter((candidate) => candidate.type === type).length;
const lastOf = ({ events }: Outcome) => events.at(-1)?.type;
const tokensOf = ({ result }: Outcome) => result.usage && [result.usage.promptTokens, result.usage.completionTokens];

/** Runs the suite for one dialect. */
export function describeContract(wire: Wire): void {
  const { dialect, chunk } = wire;
  const read = (...payloads: (JsonObject | string)[]) => replayEvents(dialect, payloads);
  const hello = chunk([{ text: 'Hello' }]);
  const stop = chunk([{ text: '', finish: 'stop' }]);

  describe('text', () => {
    it('is joined in the order of the pieces, whatever characters they hold', () => {
      const outcome = read(hello, chunk([{ text: ', wörld ' }]), chunk([{ text: '🌊\u2028\\n"' }]), stop, '[DONE]');
      expect(textsOf(outcome)).toEqual(['Hello, wörld 🌊\u2028\\n"']);
      expect(lastOf(outcome)).toBe('end');
    });

    it('of a piece may be empty or null, which is no content', () => {
      const outcome = read(chunk([{ text: '' }]), chunk([{ text: null }]), hello, stop);
      expect(countOf(outcome, 'text-delta')).toBe(1);
    });

    it('of two choices may share a chunk', () => {
      const both = [0, 1].map((index) => ({ index, text: `choice ${index}` }));
      const outcome = read(chunk(both), chunk([0, 1].map((index) => ({ index, finish: 'stop' }))), '[DONE]');
      expect(textsOf(outcome)).toEqual(['choice 0', 'choice 1']);
      expect(lastOf(outcome)).toBe('end');
    });

    it('of choices may come out of order, and each choice keeps its own', () => {
      const order = [2, 0, 1, 1, 0, 2];
      const outcome = read(
        ...order.map((index, step) => chunk([{ index, text: `${index}${step} ` }])),
        ...[1, 2, 0].map((index) => chunk([{ index, finish: 'stop' }])),
        '[DONE]',
      );
      expect(textsOf(outcome)).toEqual(['01 04 ', '12 13 ', '20 25 ']);
    });

    it('of a choice without an index belongs to choice 0', () => {
      expect(textsOf(read(chunk([{ index: null, text: 'x' }]), chunk([{ index: null, finish: 'stop' }])))).toEqual(['x']);
    });

    it('after a finish reason goes on, and its choice ends once', () => {
      const outcome = read(hello, stop, chunk([{ text: ' again' }]), chunk([{ finish: 'length' }]), '[DONE]');
      expect(textsOf(outcome)).toEqual(['Hello again']);
      expect(outcome.result.choices[0]).toMatchObject({ finishReason: 'length', nativeReason: 'length' });
      expect(countOf(outcome, 'choice-end')).toBe(1);
    });

    it('that ends with a finish reason each time is whole', () => {
      const pieces = ['one ', 'two ', 'three'].map((text) => chunk([{ text, finish: 'stop' }]));
      for (const outcome of [read(...pieces), read(...pieces, '[DONE]')]) {
        expect(textsOf(outcome)).toEqual(['one two three']);
        expect(outcome.events.map(({ type }) => type).slice(-2)).toEqual(['choice-end', 'end']);
      }
    });
  });

  describe('the first word', () => {
    it('tells model, fingerprint and tier once', () => {
      const about = { model: 'm-2', system_fingerprint: 'fp', service_tier: 'default' };
      const outcome = read(chunk([{ text: 'a' }], about), chunk([{ text: 'b', finish: 'stop' }], { ...about, model: 'm-3' }));
      expect(outcome.events.filter(({ type }) => type === 'start')).toEqual([
        { type: 'start', model: 'm-2', systemFingerprint: 'fp', serviceTier: 'default' },
      ]);
    });

    it('waits for a chunk that names the model', () => {
      const outcome = read(chunk([], { model: '' }), chunk([{ text: 'a', finish: 'stop' }], { model: 'm-2' }));
      expect(outcome.result.starts[0]?.model).toBe('m-2');
    });
  });

  describe('a finish reason', () => {
    const known: [string, FinishReason][] = [
      ...['stop', 'eos', 'eos_token', 'stop_sequence', 'end_turn'].map((native): [string, FinishReason] => [native, 'stop']),
      ...['length', 'max_tokens', 'model_length', 'model_context_window_exceeded'].map((native): [string, FinishReason] => [
        native,
        'length',
      ]),
      ...['tool_calls', 'tool_use', 'function_call'].map((native): [string, FinishReason] => [native, 'tool_calls']),
      ...['content_filter', 'sensitive', 'safety', 'SAFETY', 'recitation', 'refusal'].map((native): [string, FinishReason] => [
        native,
        'content_filter',
      ]),
    ];

    it.each(known)('%s becomes %s', (native, reason) => {
      const [choice] = read(hello, chunk([{ finish: native }]), '[DONE]').result.choices;
      expect(choice).toMatchObject({ finishReason: reason, nativeReason: native });
    });

    it.each(['waterfall', 'constructor', 'STOP'])('that is unknown (%s) is a normal stop, and its own word is kept', (native) => {
      const [choice] = read(hello, chunk([{ finish: native }]), '[DONE]').result.choices;
      expect(choice).toMatchObject({ finishReason: 'stop', nativeReason: native });
    });

    it.each(['error', 'abort', 'network_error', 'insufficient_system_resource', 'ERROR', 'timeout', 'pause_turn'])(
      '%s is an error, not an end',
      (native) => {
        const outcome = read(hello, chunk([{ finish: native }]), '[DONE]');
        expect(outcome.error?.details.nativeFinishReason).toBe(native);
        expect(countOf(outcome, 'choice-end')).toBe(0);
      },
    );

    it.each([
      ['empty', ''],
      ['null', null],
      ['the word null', 'null'],
    ])('that is %s is none', (_, finish) => {
      const outcome = read(chunk([{ text: 'Hello', finish }]));
      expect(countOf(outcome, 'choice-end')).toBe(0);
      expect(outcome.error?.type).toBe('provider_unavailable');
    });

    it('may ride on the last piece of text', () => {
      const outcome = read(chunk([{ text: 'Hello', finish: 'stop' }]), '[DONE]');
      expect(textsOf(outcome)).toEqual(['Hello']);
      expect(lastOf(outcome)).toBe('end');
    });

    it('said twice ends the choice once, with the last', () => {
      const outcome = read(hello, chunk([{ finish: 'length' }]), stop, '[DONE]');
      expect(countOf(outcome, 'choice-end')).toBe(1);
      expect(outcome.result.choices[0]?.finishReason).toBe('stop');
    });
  });

  describe('reasoning', () => {
    it.each(['reasoning', 'reasoning_content'])('is read from %s', (field) => {
      const outcome = read(chunk([{ fields: { [field]: 'Let me ' } }]), chunk([{ fields: { [field]: 'think.' } }]), hello, stop);
      expect(outcome.result.choices[0]).toMatchObject({ reasoning: 'Let me think.', text: 'Hello' });
    });

    it('in both fields is told once', () => {
      const outcome = read(chunk([{ fields: { reasoning: 'Hm.', reasoning_content: 'Hm.' } }]), stop);
      expect(outcome.result.choices[0]?.reasoning).toBe('Hm.');
    });

    it('that is empty or null is none', () => {
      expect(countOf(read(chunk([{ text: 'x', fields: { reasoning: '', reasoning_content: null } }]), stop), 'reasoning-delta')).toBe(0);
    });
  });

  describe('usage', () => {
    const end = chunk([{ finish: 'stop' }]);
    it.each<[string, JsonObject[]]>([
      ['in a chunk without choices', [hello, end, chunk([], { usage: USAGE })]],
      ['on the finish chunk', [hello, chunk([{ finish: 'stop' }], { usage: USAGE })]],
      ['on the last chunk with text', [chunk([{ text: 'Hello' }], { usage: USAGE }), end]],
      ['on every chunk, growing', [chunk([{ text: 'Hello' }], { usage: { ...USAGE, completion_tokens: 1 } }), { ...end, usage: USAGE }]],
      ['after zeros', [chunk([{ text: 'Hello' }], { usage: ZEROS }), chunk([{ finish: 'stop' }], { usage: USAGE })]],
      ['before zeros and nulls', [chunk([{ text: 'Hello' }], { usage: USAGE }), { ...end, usage: ZEROS }, chunk([], { usage: null })]],
      ['after nulls', [chunk([{ text: 'Hello' }], { usage: null }), { ...end, usage: null }, chunk([], { usage: USAGE })]],
      ['in a chunk that has no choices field', [hello, end, { usage: USAGE }]],
    ])('is found %s', (_, payloads) => {
      expect(tokensOf(read(...payloads, '[DONE]'))).toEqual([5, 7]);
    });

    it.each<[string, JsonObject[]]>([
      ['absent', [hello, end]],
      ['null', [chunk([{ text: 'Hello' }], { usage: null }), { ...end, usage: null }]],
      ['an empty object', [hello, { ...end, usage: {} }]],
      ['nothing but zeros', [chunk([{ text: 'Hello' }], { usage: ZEROS }), { ...end, usage: ZEROS }]],
    ])('that is %s stays unknown, not zero', (_, payloads) => {
      const outcome = read(...payloads, '[DONE]');
      expect(outcome.result.usage).toBeNull();
      expect(lastOf(outcome)).toBe('end');
    });

    it('keeps what was not measured as null', () => {
      expect(read(hello, { ...end, usage: USAGE }).result.usage).toEqual({
        promptTokens: 5,
        completionTokens: 7,
        cachedTokens: null,
        cacheWriteTokens: null,
        reasoningTokens: null,
        costUsd: null,
        estimated: [],
        calls: 1,
      });
    });
  });

  describeEnd(wire);

  describe('an error inside HTTP 200', () => {
    const shapes: [string, JsonObject, string][] = [
      ['an object', { error: { message: 'no capacity', code: 'overloaded' } }, 'no capacity'],
      ['a string', { error: 'no capacity' }, 'no capacity'],
      ['flat', { object: 'error', message: 'no capacity', code: 503 }, 'no capacity'],
      ['named by type', { type: 'error', error: { message: 'no capacity' } }, 'no capacity'],
      ['a detail', { detail: 'no capacity' }, 'no capacity'],
      ['a list of details', { detail: [{ loc: ['body', 'top_k'], msg: 'too large' }] }, 'top_k: too large'],
      ['beside a status_code', { error: { message: 'no capacity' }, status_code: 503 }, 'no capacity'],
      ['in x_groq', { x_groq: { id: 'req_1', error: 'no capacity' } }, 'no capacity'],
      ['nested', { error: { error: 'no capacity' } }, 'no capacity'],
      ['without a message', { error: {} }, '{}'],
      ['beside null choices', { choices: null, error: { message: 'no capacity' } }, 'no capacity'],
    ];

    it.each(shapes)('may be %s, before content', (_, payload, message) => {
      const outcome = read(payload, '[DONE]');
      expect(outcome.error?.message).toBe(message);
      expect(outcome.events).toHaveLength(1);
    });

    it.each(shapes)('may be %s, between pieces of content', (_, payload, message) => {
      const outcome = read(hello, payload, chunk([{ text: 'never shown' }]), stop, '[DONE]');
      expect(outcome.error?.message).toBe(message);
      expect(textsOf(outcome)).toEqual(['Hello']);
      expect(outcome.events.at(-1)).toMatchObject({ type: 'error', openChoices: [0] });
    });

    it.each(shapes)('may be %s, after all content', (_, payload, message) => {
      const outcome = read(hello, stop, payload, '[DONE]');
      expect(outcome.error?.message).toBe(message);
      expect(outcome.events.at(-1)).toMatchObject({ type: 'error', openChoices: [] });
    });

    it.each([null, false, ''])('is not raised by error: %j', (nothing) => {
      expect(read(chunk([{ text: 'Hello' }], { error: nothing }), stop, '[DONE]').error).toBeNull();
    });

    it.each<[JsonObject, string]>([
      [{ error: { message: 'slow down', code: 429 } }, 'rate_limit_exceeded'],
      [{ error: { message: 'slow down', code: '429' } }, 'rate_limit_exceeded'],
      [{ error: { message: 'slow down', type: 'rate_limit_error' } }, 'rate_limit_exceeded'],
      [{ error: { message: 'x' }, status_code: 503 }, 'provider_overloaded'],
      [{ error: { message: 'x', code: 'context_length_exceeded' } }, 'context_length_exceeded'],
      [{ error: { message: 'x' } }, 'provider_unavailable'],
    ])('%j is told as %s', (payload, type) => {
      expect(read(hello, payload).error?.type).toBe(type);
    });

    it('keeps the usage that came with it', () => {
      expect(read(hello, { error: { message: 'x' }, usage: USAGE }).events.at(-1)).toMatchObject({ usage: { promptTokens: 5 } });
    });
  });

  describe('what was not requested', () => {
    it('in fields is ignored', () => {
      const odd = chunk([{ text: 'Hello', fields: { mood: 'calm' } }], { obfuscation: 'xyz', x_unknown: { a: [1] }, timings: null });
      expect(read(odd, stop, '[DONE]').result).toEqual(read(hello, stop, '[DONE]').result);
    });

    it('in events is ignored', () => {
      const odd = [': comment\n\n', 'event: ping\ndata: {"type":"ping"}\n\n', 'id: 7\nretry: 10\n\n', 'event: heartbeat\n\n'];
      const plain = [hello, stop, '[DONE]'].map(event);
      const mixed = plain.flatMap((frame, position) => [odd[position] ?? '', odd[position + 1] ?? '', frame]);
      expect(replay(dialect, [bytesOf(mixed.join(''))])).toEqual(read(hello, stop, '[DONE]'));
    });

    it.each(['{"choices": [{"index"', 'upstream connect error', '"text"', '[1, 2]', '42', 'null', 'undefined'])(
      'and is no JSON object (%s) ends the answer in an error, and is not passed on',
      (payload) => {
        const outcome = read(hello, payload, stop, '[DONE]');
        expect(outcome.error).toMatchObject({ type: 'provider_unavailable', message: expect.stringContaining('not a JSON object') });
        expect(textsOf(outcome)).toEqual(['Hello']);
      },
    );

    it('in place of choices is no answer and no crash', () => {
      for (const choices of ['text', 7, null, [null], ['text'], [7], {}]) {
        expect(read({ choices }, '[DONE]').error?.message).toBe('the upstream ended without an answer');
      }
    });
  });

  describe('bytes', () => {
    const frames = [
      chunk([{ text: 'Grüße ' }], { model: 'm' }),
      chunk([{ index: 1, text: '東京 🌊' }]),
      chunk([{ text: '\u2028"\\', fields: { reasoning: 'für' } }]),
      chunk([{ finish: 'stop' }, { index: 1, finish: 'length' }]),
      chunk([], { usage: USAGE }),
      '[DONE]',
    ].map(event);
    const whole = replay(dialect, [bytesOf(frames.join(''))]);

    it.each([
      ['LF', '\n'],
      ['CRLF', '\r\n'],
      ['CR', '\r'],
    ])('cut anywhere give the same answer, with %s', (_, ending) => {
      const bytes = bytesOf(frames.join('').replaceAll('\n', ending));
      expect(replay(dialect, [bytes])).toEqual(whole);
      expectSameWhenCut(dialect, bytes, [1, 7, 100]);
      expect(textsOf(whole)).toEqual(['Grüße \u2028"\\', '東京 🌊']);
    });

    it('that end anywhere never make a half answer look whole', () => {
      const bytes = bytesOf(frames.join(''));
      const finished = bytesOf(frames.slice(0, 4).join('')).length - 2; // the blank line may be missing
      for (let length = 0; length < finished; length++) {
        expect(lastOf(replay(dialect, [bytes.subarray(0, length)]))).toBe('error');
      }
      expect(lastOf(replay(dialect, [bytes.subarray(0, finished)]))).toBe('end');
    });
  });

  describe('a whole answer', () => {
    const pieces = [
      { index: 0, text: 'Hello', finish: 'stop', fields: { reasoning: 'Hm.' } },
      { index: 1, text: 'Bye', finish: 'length' },
    ];
    const about = { model: 'm-2', system_fingerprint: 'fp', usage: USAGE };

    it('is the same as its stream, collected', () => {
      const streamed = read(chunk(pieces.slice(1), about), chunk(pieces.slice(0, 1), about), '[DONE]');
      expect(replayBody(dialect, wire.body(pieces, about)).result).toEqual(streamed.result);
    });

    it('may be an error', () => {
      expect(replayBody(dialect, { error: { message: 'no capacity' } }).error?.message).toBe('no capacity');
    });

    it.each(['<html>Bad gateway</html>', '', null, 7, [wire.body(pieces)]])('that is no JSON object (%#) is an error', (body) => {
      expect(replayBody(dialect, body).error?.message).toContain('not a JSON object');
    });
  });
}
