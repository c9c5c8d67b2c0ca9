/** The laws of how an answer ends, and of calls without arguments, that every upstream dialect keeps: a part of `wire-writer-contract.ts`. */
import { describe, expect, it } from 'vitest';
import { replay, replayBody, type Outcome } from './replay.ts';
import type { AnswerPart, WireWriter, WrittenAnswer } from './wire-writer.ts';

const text = (...pieces: string[]): AnswerPart => ({ kind: 'text', pieces });
const endsOf = ({ events }: Outcome) => events.filter(({ type }) => type === 'choice-end' || type === 'end').map(({ type }) => type);
const isSame = (one: Uint8Array | undefined, other: Uint8Array | undefined) => String(one) === String(other);

export function describeWrittenEnd({ dialect, quirks = [], ordinary, ending, lacks = [], stream, body }: WireWriter): void {
  const hello: WrittenAnswer = { said: [text('one ')], finish: ordinary.stop, usage: null };
  const longer: WrittenAnswer = { ...hello, said: [text('one '), text('two')] };
  const named = !lacks.includes('finish-words');

  describe('the end', () => {
    const { finish, wordless, isClosed } = ending;

    it.runIf(finish !== null)('may be said in the middle: the answer goes on, and ends once, with the last word', () => {
      const [begun, frames] = [stream({ ...hello, finish: null }), stream(longer)];
      const differs = frames.findIndex((frame, path) => !isSame(frame, begun[path]));
      const mixed = frames.toSpliced(differs, 0, finish?.(ordinary.length) ?? new Uint8Array());
      const outcome = replay(dialect, mixed, quirks);
      expect(outcome).toMatchObject({ error: null, defaulted: null });
      expect(outcome.result.choices[0]).toMatchObject({ text: 'one two', finishReason: 'stop', nativeReason: ordinary.stop });
      expect(endsOf(outcome)).toEqual(['choice-end', 'end']);
    });

    it.runIf(isClosed)('is followed by nothing, whatever comes after it', () => {
      const frames = stream(hello);
      expect(replay(dialect, [...frames, ...frames, ...stream(longer)], quirks)).toEqual(replay(dialect, frames, quirks));
    });

    it.runIf(wordless !== null)('on purpose, without a finish word, is a stop that the upstream did not name', () => {
      const outcome = replay(dialect, [...stream({ ...hello, finish: null }), ...(wordless ?? [])], quirks);
      expect(outcome).toMatchObject({ error: null, defaulted: named ? 'stop' : null });
      expect(outcome.result.choices[0]).toMatchObject({ text: 'one ', finishReason: 'stop', nativeReason: null });
    });

    // Where every answer has a status, one without it is not whole.
    it.runIf(wordless !== null || !isClosed)('of a whole answer without a finish word is a stop that the upstream did not name', () => {
      const outcome = replayBody(dialect, body({ ...hello, finish: null }), quirks);
      expect(outcome).toMatchObject({ error: null, defaulted: named ? 'stop' : null });
      expect(outcome.result.choices[0]).toMatchObject({ text: 'one ', finishReason: 'stop', nativeReason: null });
    });

    it.runIf(named)('of a whole answer without a finish word and without content is none', () => {
      expect(replayBody(dialect, body({ ...hello, said: [], finish: null }), quirks).error).toMatchObject({ type: 'provider_unavailable' });
    });
  });

  describe.skipIf(lacks.includes('tools'))('a call without arguments', () => {
    it.each([[[]], [['']], [['null']]])('(%j) has an empty object for them', (pieces) => {
      const answer: WrittenAnswer = { said: [{ kind: 'tool', id: 'call_one1', name: 'now', pieces }], finish: ordinary.tools, usage: null };
      for (const outcome of [replay(dialect, stream(answer), quirks), replayBody(dialect, body(answer), quirks)]) {
        const [choice] = outcome.result.choices;
        expect(choice?.finishReason).toBe('tool_calls');
        expect(choice?.toolCalls.map(({ name, arguments: given }) => [name, given])).toEqual([['now', '{}']]);
      }
    });
  });
}
