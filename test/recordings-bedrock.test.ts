/**
 * Real answers of ConverseStream, where the folder with recordings lies beside the repository. The streams were kept without their frames,
 * which are put back; the whole answer beside each stream is to another request of the same kind, and ends in the same way.
 */
import { describe, expect, it } from 'vitest';
import { bedrockUpstream } from '../src/dialects/bedrock/index.ts';
import { isObject, type JsonObject } from '../src/lib/json.ts';
import { expectSameWhenCut, replay, replayBody, type Outcome } from './dialects/replay.ts';
import { eventFrame } from './upstream/framing/aws-frames.ts';
import { openRecordings } from './support/recordings.ts';

const { names, linesOf, documentOf } = openRecordings('bedrock');

/** Type and payload of each event. */
const eventsOf = (name: string): [string, unknown][] => linesOf(name).flatMap((line) => Object.entries(JSON.parse(line) as JsonObject));
const framesOf = (events: readonly [string, unknown][]) => events.map(([type, payload]) => eventFrame(type, payload));

/** What an answer consists of, and how it ended. Only the whole answers say that the cache gave nothing. */
function kindOf({ result, error, events }: Outcome) {
  return {
    error,
    last: events.at(-1)?.type,
    choices: result.choices.map(({ finishReason, nativeReason, text, reasoning, toolCalls }) => ({
      finishReason,
      nativeReason,
      hasText: text !== '',
      hasReasoning: reasoning !== '',
      tools: toolCalls.map(({ arguments: given }) => isObject(JSON.parse(given))),
    })),
    usageFields: Object.entries(result.usage ?? {})
      .filter(([, value]) => value !== null && value !== 0)
      .map(([field]) => field),
  };
}

describe.skipIf(names.length === 0)('recorded answers of Converse', { timeout: 60_000 }, () => {
  describe.each(names)('%s', (name) => {
    const events = eventsOf(name);
    const whole = replay(bedrockUpstream, framesOf(events));
    const deltas = events.flatMap(([, payload]) => (isObject(payload) && isObject(payload['delta']) ? [payload['delta']] : []));

    it('ends well, with the usage that was reported', () => {
      const usage = events.flatMap(([type, payload]) =>
        type === 'metadata' ? [(payload as { usage: Record<string, number> }).usage] : [],
      );
      expect(whole.error).toBeNull();
      expect(whole.events.at(-1)).toMatchObject({
        type: 'end',
        usage: { promptTokens: usage[0]?.['inputTokens'], completionTokens: usage[0]?.['outputTokens'] },
      });
    });

    it('holds every word that was sent', () => {
      const [choice] = whole.result.choices;
      expect(choice?.text).toBe(deltas.map(({ text }) => (typeof text === 'string' ? text : '')).join(''));
      const inputs = deltas.map(({ toolUse }) => (isObject(toolUse) ? String(toolUse['input']) : '')).join('');
      expect(choice?.toolCalls.map((call) => call.arguments).join('')).toBe(inputs);
    });

    it('is the same however it is cut', () => {
      const bytes = Buffer.concat(framesOf(events));
      expect(replay(bedrockUpstream, [bytes])).toEqual(whole);
      expectSameWhenCut(bedrockUpstream, bytes, [1, 7, 1000]);
    });

    it('never looks whole when it is cut off before its stop', () => {
      const stop = events.findIndex(([type]) => type === 'messageStop');
      for (let kept = 0; kept <= stop; kept++) {
        expect(replay(bedrockUpstream, framesOf(events.slice(0, kept))).events.at(-1)?.type).toBe('error');
      }
    });

    it('has a whole answer beside it that ends in the same way', () => {
      const document = documentOf(`${name}.json`);
      expect(kindOf(replayBody(bedrockUpstream, document))).toEqual(kindOf(whole));
    });
  });
});
