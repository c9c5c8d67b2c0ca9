/** The laws of how an answer ends that every OpenAI-shaped upstream dialect keeps: a part of the suite in `contract.ts`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Wire } from './wire.ts';
import { replayBody, replayEvents, type Outcome } from './replay.ts';

const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

const countOf = ({ events }: Outcome, type: string) => events.filter((candidate) => candidate.type === type).length;
const lastOf = ({ events }: Outcome) => events.at(-1)?.type;

export function describeEnd({ dialect, chunk, body }: Wire): void {
  const read = (...payloads: (JsonObject | string)[]) => replayEvents(dialect, payloads);
  const hello = chunk([{ text: 'Hello' }]);
  const stop = chunk([{ text: '', finish: 'stop' }]);

  describe('the end', () => {
    it('may lack its [DONE]', () => {
      expect(lastOf(read(hello, stop))).toBe('end');
    });

    it('is one, however often [DONE] is said', () => {
      const outcome = read(hello, stop, '[DONE]', '[DONE]');
      expect(countOf(outcome, 'end')).toBe(1);
    });

    it('is followed by nothing, whatever comes after [DONE]', () => {
      const quiet = read(hello, stop, '[DONE]');
      const chatty = read(hello, stop, '[DONE]', hello, chunk([{ index: 1, text: 'more' }]), { error: { message: 'late' } }, 'rubbish');
      expect(chatty).toEqual(quiet);
    });

    it('is the end for the decoder too', () => {
      const decoder = dialect.createDecoder({ quirks: [] });
      expect(decoder.push('[DONE]')).toEqual([{ type: 'end', usage: null }]);
      for (const payload of ['[DONE]', JSON.stringify(hello), 'rubbish']) expect(decoder.push(payload)).toEqual([]);
    });

    it('without a finish reason and without [DONE] is an error', () => {
      const outcome = read(hello);
      expect(outcome.error?.message).toContain('without a finish reason');
      expect(outcome.events.at(-1)).toMatchObject({ type: 'error', openChoices: [0] });
    });

    it('without a finish reason, but with [DONE], is a stop that the upstream did not name', () => {
      const outcome = read(hello, '[DONE]');
      expect(outcome).toMatchObject({ error: null, defaulted: 'stop' });
      expect(outcome.result.choices[0]).toMatchObject({ text: 'Hello', finishReason: 'stop', nativeReason: null });
    });

    it('of thinking alone without a finish reason is an error', () => {
      expect(read(chunk([{ fields: { reasoning: 'Hm.' } }]), '[DONE]').error?.message).toContain('without a finish reason');
    });

    it('without [DONE] is an error while one of several choices is open, and with it a stop', () => {
      const both = [0, 1].map((index) => ({ index, text: 'a' }));
      const payloads = [chunk(both), chunk([{ index: 0, finish: 'length' }])];
      expect(read(...payloads).events.at(-1)).toMatchObject({ type: 'error', openChoices: [1] });
      expect(read(...payloads, '[DONE]').result.choices.map(({ finishReason }) => finishReason)).toEqual(['length', 'stop']);
    });

    it('of a stream that never answered is an error', () => {
      for (const outcome of [read(), read('[DONE]'), read(chunk([], { usage: USAGE }), '[DONE]')]) {
        expect(outcome.error?.message).toBe('the upstream ended without an answer');
      }
    });

    it('of a whole answer without a finish reason is a stop that the upstream did not name', () => {
      const outcome = replayBody(dialect, body([{ text: 'Hello', finish: null }]));
      expect(outcome).toMatchObject({ error: null, defaulted: 'stop' });
      expect(outcome.result.choices[0]).toMatchObject({ text: 'Hello', finishReason: 'stop', nativeReason: null });
    });

    it('of a whole answer without a finish reason and without content is none', () => {
      expect(replayBody(dialect, body([{ text: '', finish: null }])).error?.message).toBe('the upstream ended without an answer');
    });
  });
}
