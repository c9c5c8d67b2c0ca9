/**
 * Real answers of the Messages API, where the folder with recordings lies beside the repository. The streams were kept without their
 * framing, so it is put back; the whole answer beside each stream was recorded separately and has other words, but the same kind of end.
 */
import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../src/dialects/anthropic/upstream/index.ts';
import { isObject, type JsonObject } from '../src/lib/json.ts';
import { joinReasoningDetails } from '../src/unified/request/reasoning.ts';
import { bytesOf, cutInTwo, expectSameInPieces, differingCuts, payloadsOf, replay, replayBody, type Outcome } from './dialects/replay.ts';
import { openRecordings } from './support/recordings.ts';

const { names, linesOf, documentOf } = openRecordings('anthropic');

/** Recordings up to this size are cut as a whole at every byte; of longer ones only their events are. */
const SHORT_BYTES = 4000;

const parsed = (line: string) => JSON.parse(line) as JsonObject;
const framed = (line: string) => `event: ${String(parsed(line)['type'])}\ndata: ${line}\n\n`;
const streamOf = (lines: readonly string[]) => bytesOf(lines.map(framed).join(''));

/** What an answer consists of, and how it ended: what a stream and a whole answer to the same request share. */
function kindOf({ result, error, events }: Outcome) {
  return {
    error,
    last: events.at(-1)?.type,
    choices: result.choices.map(({ finishReason, nativeReason, text, refusal, reasoning, reasoningDetails, toolCalls }) => ({
      finishReason,
      nativeReason,
      hasText: text !== '',
      refusal,
      hasReasoning: reasoning !== '',
      details: joinReasoningDetails(reasoningDetails).map(({ type, format, signature }) => [type, format, typeof signature]),
      tools: toolCalls.map(({ name, arguments: given }) => [name, Object.keys(JSON.parse(given) as JsonObject)]),
    })),
    usageFields: Object.entries(result.usage ?? {})
      .filter(([, value]) => value !== null)
      .map(([field]) => field),
  };
}

describe.skipIf(names.length === 0)('recorded answers of the Messages API', { timeout: 60_000 }, () => {
  describe.each(names)('%s', (name) => {
    const lines = linesOf(name);
    const events = lines.map(parsed);
    const whole = replay(anthropicUpstream, [streamOf(lines)]);
    const deltas = events.flatMap(({ delta }) => (isObject(delta) ? [delta] : []));
    const said = (field: string) => deltas.map((delta) => (typeof delta[field] === 'string' ? delta[field] : '')).join('');

    it('ends well, with the usage of its last word', () => {
      const last = events.find(({ type }) => type === 'message_delta')?.['usage'] as Record<string, number>;
      expect(whole.error).toBeNull();
      expect(whole.result.usage).toMatchObject({
        promptTokens: (last['input_tokens'] ?? 0) + (last['cache_creation_input_tokens'] ?? 0) + (last['cache_read_input_tokens'] ?? 0),
        completionTokens: last['output_tokens'],
      });
    });

    it('holds every word that was sent', () => {
      const [choice] = whole.result.choices;
      expect(choice?.text).toBe(said('text'));
      expect(choice?.reasoning).toBe(said('thinking'));
      const [detail] = joinReasoningDetails(choice?.reasoningDetails ?? []);
      expect(detail?.['signature'] ?? '').toBe(said('signature'));
      expect(choice?.toolCalls.map((call) => call.arguments).join('')).toBe(
        choice?.toolCalls.length === 0 ? '' : said('partial_json') || '{}',
      );
    });

    it('is the same in pieces of any size', () => {
      const bytes = streamOf(lines);
      expect(replay(anthropicUpstream, [bytes])).toEqual(whole);
      expectSameInPieces(anthropicUpstream, bytes, [1, 7, 1000]);
    });

    it('has the same events cut in two at every byte', () => {
      const differing = lines.filter((_, position) => {
        const neighbours = lines.slice(Math.max(0, position - 1), position + 2);
        return [...cutInTwo(streamOf(neighbours))].some((pieces) => payloadsOf(pieces).join('\n') !== neighbours.join('\n'));
      });
      expect(differing).toEqual([]);
    });

    it.runIf(streamOf(lines).length < SHORT_BYTES)('is the same answer cut in two at every byte', () => {
      expect(differingCuts(streamOf(lines))).toEqual([]);
    });

    it('never looks whole when it is cut off before its finish', () => {
      const finish = events.findIndex(({ type }) => type === 'message_delta');
      for (let kept = 0; kept <= finish; kept++) {
        expect(replay(anthropicUpstream, [streamOf(lines.slice(0, kept))]).events.at(-1)?.type).toBe('error');
      }
    });

    it('has a whole answer beside it that ends in the same way', () => {
      const document = documentOf(`${name}.json`);
      expect(kindOf(replayBody(anthropicUpstream, document))).toEqual(kindOf(whole));
    });
  });
});
