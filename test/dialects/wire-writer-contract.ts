/**
 * The laws of an answer that every upstream dialect keeps, whatever its wire looks like, as one suite. A dialect hands in a
 * {@link WireWriter} that writes answers as that provider would; the suite reads them back through framer, decoder, guard and collector.
 */
import { describe, expect, it } from 'vitest';
import { describeWrittenEnd } from './wire-writer-end.ts';
import type { AnswerPart, WireWriter, WrittenAnswer } from './wire-writer.ts';
import { expectSameWhenCut, replay, replayBody, type Outcome } from './replay.ts';

const USAGE = { prompt: 11, completion: 7 };
const text = (...pieces: string[]): AnswerPart => ({ kind: 'text', pieces });
const lastOf = ({ events }: Outcome) => events.at(-1)?.type;
const join = (pieces: readonly Uint8Array[]) => {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    all.set(piece, position);
    position += piece.length;
  }
  return all;
};

/** Runs the suite for one dialect. */
export function describeWireWriter(wireWriter: WireWriter): void {
  const { dialect, ordinary } = wireWriter;
  const quirks = wireWriter.quirks ?? [];
  const lacks = (what: NonNullable<WireWriter['lacks']>[number]) => wireWriter.lacks?.includes(what) === true;
  const read = (answer: WrittenAnswer) => replay(dialect, wireWriter.stream(answer), quirks);
  const hello: WrittenAnswer = { said: [text('Hello', ', wörld ', '🌊"\\\u2028\n')], finish: ordinary.stop, usage: USAGE };
  const weather: WrittenAnswer = {
    said: [
      text('One moment.'),
      { kind: 'tool', id: 'call_one1', name: 'get_level', pieces: ['{"river":', '"Doña Ana 🌊"', '}'] },
      { kind: 'tool', id: 'call_two2', name: 'get_level', pieces: ['{"river":"Inn"}'] },
      { kind: 'tool', id: 'call_thr3', name: 'now', pieces: [] },
    ],
    finish: ordinary.tools,
    usage: USAGE,
  };
  const thought: WrittenAnswer = {
    said: [{ kind: 'reasoning', pieces: ['Let me ', 'think: 河.'] }, text('Done.')],
    finish: ordinary.stop,
    usage: USAGE,
  };
  const answers: readonly (readonly [string, WrittenAnswer])[] = [
    ['text', hello],
    ...(lacks('tools') ? [] : [['tools', weather] as const]),
    ...(lacks('reasoning') ? [] : [['thinking', thought] as const]),
  ];

  describe('text', () => {
    it('is joined in order, whatever characters it holds', () => {
      const outcome = read(hello);
      expect(outcome.result.choices[0]).toMatchObject({ text: 'Hello, wörld 🌊"\\\u2028\n', finishReason: 'stop' });
      expect(lastOf(outcome)).toBe('end');
    });

    it('is passed on piece by piece', () => {
      expect(read(hello).events.filter(({ type }) => type === 'text-delta').length).toBeGreaterThanOrEqual(3);
    });
  });

  describe.skipIf(lacks('tools'))('tool calls', () => {
    it('are told one after the other, counted from 0, their arguments whole', () => {
      const outcome = read(weather);
      const [choice] = outcome.result.choices;
      expect(choice?.finishReason).toBe('tool_calls');
      expect(choice?.text).toBe('One moment.');
      expect(choice?.toolCalls.map(({ name }) => name)).toEqual(['get_level', 'get_level', 'now']);
      expect(choice?.toolCalls.map((call) => JSON.parse(call.arguments) as unknown)).toEqual([
        { river: 'Doña Ana 🌊' },
        { river: 'Inn' },
        {},
      ]);
      expect(new Set(choice?.toolCalls.map(({ id }) => id)).size).toBe(3);
    });

    it('come with id and name once, in the first piece', () => {
      const pieces = read(weather).events.filter((event) => event.type === 'tool-call-delta');
      const named = pieces.filter(({ name }) => name !== undefined);
      expect(named.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(pieces.filter(({ id }) => id !== undefined)).toEqual(named);
    });
  });

  describe.skipIf(lacks('reasoning'))('thinking', () => {
    it('is kept apart from the text', () => {
      expect(read(thought).result.choices[0]).toMatchObject({ reasoning: 'Let me think: 河.', text: 'Done.', finishReason: 'stop' });
    });
  });

  describe.skipIf(lacks('finish-words'))('a finish word', () => {
    it.each(wireWriter.finishes.map(([native, unified]) => ({ native, unified })))('$native becomes $unified', ({ native, unified }) => {
      const outcome = read({ ...hello, finish: native });
      const { result, error } = outcome;
      const told = [lastOf(outcome), error === null ? result.choices[0]?.finishReason : 'error'];
      expect(told).toEqual([unified === 'error' ? 'error' : 'end', unified]);
      expect(outcome.defaulted).toBeNull();
      expect(error === null ? result.choices[0]?.nativeReason : (error.details.nativeFinishReason ?? native)).toBe(native);
    });

    it('that is unknown is a normal stop, which is reported, and is kept', () => {
      const outcome = read({ ...hello, finish: 'waterfall' });
      expect(outcome.result.choices[0]).toMatchObject({ finishReason: 'stop', nativeReason: 'waterfall' });
      expect(outcome.defaulted).toBe('stop');
    });
  });

  describe('usage', () => {
    it('is what the provider says', () => {
      expect(read(hello).result.usage).toMatchObject({ promptTokens: 11, completionTokens: 7, estimated: [], calls: 1 });
    });

    it('that was not reported stays unknown', () => {
      const outcome = read({ ...hello, usage: null });
      expect(outcome.result.usage).toBeNull();
      expect(lastOf(outcome)).toBe('end');
    });
  });

  describe('an error inside HTTP 200', () => {
    const { errorEvent } = wireWriter;
    it.runIf(errorEvent !== null)('may come before content, in the middle and after it', () => {
      const frames = wireWriter.stream(hello);
      for (const position of [0, Math.floor(frames.length / 2)]) {
        const pieces = [...frames.slice(0, position), errorEvent as Uint8Array, ...frames.slice(position)];
        const outcome = replay(dialect, pieces, quirks);
        expect(outcome.error?.message).toContain('no capacity');
        expect(outcome.events.filter(({ type }) => type === 'error' || type === 'end')).toHaveLength(1);
      }
    });
  });

  describe('a stream that is cut', () => {
    it.each(answers)('(%s) never looks whole', (_, answer) => {
      const whole = read(answer);
      expect(lastOf(whole)).toBe('end');
      const cut = read({ ...answer, finish: null });
      expect(lastOf(cut)).toBe('error');
      expect(cut.error?.type).toBe('provider_unavailable');
    });

    it('that says nothing at all is an error', () => {
      expect(replay(dialect, [], quirks).error?.message).toBe('the upstream ended without an answer');
    });
  });

  describeWrittenEnd(wireWriter);

  describe('what was not requested', () => {
    it('is skipped', () => {
      const frames = wireWriter.stream(hello);
      const mixed = frames.flatMap((frame, index) => [...(index === 0 ? [] : wireWriter.oddEvents), frame]);
      expect(replay(dialect, mixed, quirks).result.choices).toEqual(read(hello).result.choices);
    });
  });

  describe('bytes', () => {
    it.each(answers)('of %s cut anywhere give the same answer', { timeout: 60_000 }, (_, answer) => {
      const bytes = join(wireWriter.stream(answer));
      expect(lastOf(replay(dialect, [bytes], quirks))).toBe('end');
      expectSameWhenCut(dialect, bytes, [1, 3, 64], quirks);
    });
  });

  describe('a whole answer', () => {
    it.each(answers)('(%s) is the same as its stream, collected', (_, answer) => {
      const streamed = read(answer).result;
      const whole = replayBody(dialect, wireWriter.body(answer), quirks).result;
      const told = ({ choices, usage }: Outcome['result']) => ({
        usage,
        choices: choices.map(({ text: said, reasoning, toolCalls, finishReason, nativeReason }) => ({
          said,
          reasoning,
          finishReason,
          nativeReason,
          toolCalls: toolCalls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) as unknown })),
        })),
      });
      expect(told(whole)).toEqual(told(streamed));
    });

    it.each(['<html>Bad gateway</html>', '', null, 7, []])('that is no JSON object (%#) is an error', (body) => {
      expect(replayBody(dialect, body, quirks).error?.type).toBe('provider_unavailable');
    });
  });
}
