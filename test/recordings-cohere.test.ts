/**
 * Real answers of Cohere's chat, where the folder with recordings lies beside the repository. The streams were kept without their
 * framing, so it is put back; the whole answer beside each stream was recorded separately and has other words, but the same kind of end.
 */
import { describe, expect, it } from 'vitest';
import { cohereUpstream } from '../src/dialects/cohere/index.ts';
import type { JsonObject } from '../src/lib/json.ts';
import { bytesOf, cutInTwo, expectSameInPieces, replay, replayBody, type Outcome } from './dialects/replay.ts';
import { openRecordings } from './support/recordings.ts';

const { exists, linesOf, documentOf } = openRecordings('cohere');
const NAMES = ['cohere-text', 'cohere-tool-call'];

/** Recordings up to this size are cut at every byte, longer ones at every `STRIDE`-th. */
const SHORT_BYTES = 3000;
const STRIDE = 7;

const typeOf = (line: string) => String((JSON.parse(line) as JsonObject)['type']);
const streamOf = (lines: readonly string[]) => bytesOf(lines.map((line) => `event: ${typeOf(line)}\ndata: ${line}\n\n`).join(''));
const billed = (usage: unknown) => (usage as { billed_units: { input_tokens: number; output_tokens: number } }).billed_units;

/** What an answer consists of, and how it ended: what a stream and a whole answer to the same request share. */
function kindOf({ result, error, events }: Outcome) {
  return {
    error,
    last: events.at(-1)?.type,
    choices: result.choices.map(({ finishReason, nativeReason, text, reasoning, toolCalls }) => ({
      finishReason,
      nativeReason,
      text: toolCalls.length === 0 ? text : '',
      hasReasoning: reasoning !== '',
      tools: toolCalls.map(({ name, arguments: given }) => [name, JSON.parse(given) as unknown]),
    })),
    promptTokens: result.usage?.promptTokens,
    usageFields: Object.entries(result.usage ?? {})
      .filter(([, value]) => value !== null)
      .map(([field]) => field),
  };
}

describe.skipIf(!exists)('recorded answers of Cohere', { timeout: 60_000 }, () => {
  describe.each(NAMES)('%s', (name) => {
    const lines = exists ? linesOf(name) : [];
    const whole = replay(cohereUpstream, [streamOf(lines)]);

    it('ends well, with what was billed', () => {
      const { delta } = JSON.parse(lines.at(-1) ?? '{}') as { delta: JsonObject };
      const { input_tokens: promptTokens, output_tokens: completionTokens } = billed(delta['usage']);
      expect(whole.error).toBeNull();
      expect(whole.events.at(-1)).toMatchObject({ type: 'end', usage: { promptTokens, completionTokens } });
    });

    it('holds every word that was sent', () => {
      const said = lines.map((line) => (JSON.parse(line) as { delta?: { message?: JsonObject } }).delta?.message ?? {});
      const join = (pick: (message: JsonObject) => unknown) => said.map((message) => String(pick(message) ?? '')).join('');
      const [choice] = whole.result.choices;
      expect(choice?.text).toBe(join(({ content }) => (content as JsonObject | undefined)?.['text']));
      expect(choice?.reasoning).toBe(join((message) => message['tool_plan']));
      const given = join(({ tool_calls: call }) => (call as { function?: JsonObject } | undefined)?.function?.['arguments']);
      expect(choice?.toolCalls.map((call) => call.arguments).join('')).toBe(given);
    });

    it('is the same however it is cut', () => {
      const bytes = streamOf(lines);
      const stride = bytes.length < SHORT_BYTES ? 1 : STRIDE;
      const cuts = [...cutInTwo(bytes)].filter((_, position) => position % stride === 0);
      for (const pieces of cuts) expect(replay(cohereUpstream, pieces)).toEqual(whole);
      expect(replay(cohereUpstream, [bytes])).toEqual(whole);
      expectSameInPieces(cohereUpstream, bytes, [1, 7, 1000]);
    });

    it('never looks whole when it is cut off before its end', () => {
      for (let kept = 0; kept < lines.length; kept++) {
        const outcome = replay(cohereUpstream, [streamOf(lines.slice(0, kept))]);
        expect(outcome.events.at(-1)?.type).toBe('error');
      }
    });

    it('has a whole answer beside it that is the same', () => {
      const document = documentOf(`${name}.json`);
      expect(kindOf(replayBody(cohereUpstream, document))).toEqual(kindOf(whole));
    });
  });
});
