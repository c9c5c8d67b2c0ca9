/** Real answers of Gemini, where the folder with recordings lies beside the repository. Streams were kept without their framing. */
import { describe, expect, it } from 'vitest';
import { geminiUpstream } from '../src/dialects/gemini/index.ts';
import { arrayOf, isObject, type JsonObject } from '../src/lib/json.ts';
import { asHistory, rendered, reported } from './dialects/render-input.ts';
import {
  bytesOf,
  cutInTwo,
  event,
  expectSameInPieces,
  differingCuts,
  payloadsOf,
  replay,
  replayBody,
  type Outcome,
} from './dialects/replay.ts';
import { openRecordings } from './support/recordings.ts';

const { exists, names, linesOf, has, documentOf } = openRecordings('gemini');

/** Recordings up to this size are read as a whole for every cut; of longer ones each event is cut among its neighbours. */
const SHORT_BYTES = 3000;

const streamOf = (lines: readonly string[]) => bytesOf(lines.map(event).join(''));

/** What a stream and a whole answer to the same request share: they were recorded one after the other, so the words differ. */
function kindOf({ result, error, events }: Outcome) {
  return {
    error,
    last: events.at(-1)?.type,
    choices: result.choices.map(({ finishReason, nativeReason, text, reasoning, reasoningDetails, toolCalls }) => ({
      finishReason,
      nativeReason,
      hasText: text !== '',
      reasoning,
      signatures: reasoningDetails.length,
      tools: toolCalls.map(({ name, arguments: given }) => ({ name, given })),
    })),
    usage: Object.entries(result.usage ?? {}).map(([field, value]) => [field, value === null]),
    model: result.starts[0]?.model,
  };
}

/** Parts of the wire, all candidates and chunks in one row. */
const partsOf = (chunks: readonly JsonObject[]): JsonObject[] =>
  chunks.flatMap(({ candidates }) =>
    arrayOf(candidates)
      .filter(isObject)
      .flatMap(({ content }) => (isObject(content) ? arrayOf(content['parts']).filter(isObject) : [])),
  );

describe.skipIf(!exists)('recorded answers of Gemini', { timeout: 60_000 }, () => {
  it('are there', () => expect(names).toContain('google-tool-call'));

  describe.each(names)('%s', (name) => {
    const lines = linesOf(name);
    const chunks = lines.map((line) => JSON.parse(line) as JsonObject);
    const bytes = streamOf(lines);
    const whole = replay(geminiUpstream, [bytes]);

    it('ends well, with content and the usage of its last chunk', () => {
      const stated = chunks.at(-1)?.['usageMetadata'] as Record<string, number>;
      const [choice] = whole.result.choices;
      const usage = whole.result.usage;
      expect(whole.events.at(-1)?.type).toBe('end');
      expect((choice?.text ?? '') + (choice?.toolCalls ?? []).map((call) => call.arguments).join('')).not.toBe('');
      expect(usage).toMatchObject({ promptTokens: stated['promptTokenCount'], reasoningTokens: stated['thoughtsTokenCount'] });
      expect((usage?.promptTokens ?? 0) + (usage?.completionTokens ?? 0)).toBe(stated['totalTokenCount']);
    });

    it('loses no text, no call and no signature', () => {
      const parts = partsOf(chunks);
      const [choice] = whole.result.choices;
      const texts = (isThought: boolean) =>
        parts
          .filter(({ thought }) => (thought === true) === isThought)
          .map(({ text }) => (typeof text === 'string' ? text : ''))
          .join('');
      expect([choice?.text, choice?.reasoning]).toEqual([texts(false), texts(true)]);
      const named = parts
        .map(({ functionCall }) => (isObject(functionCall) ? functionCall['name'] : undefined))
        .filter((one) => one !== undefined);
      expect(choice?.toolCalls.map((call) => call.name)).toEqual(named);
      const signatures = parts.map(({ thoughtSignature }) => thoughtSignature).filter((one) => one !== undefined);
      const kept = (choice?.reasoningDetails ?? []).filter(isObject).map(({ data, signature }) => data ?? signature);
      expect(kept.filter((one) => one !== undefined)).toEqual(signatures);
    });

    it('can be sent back, every signature with it', () => {
      const history = asHistory(whole);
      const results = (whole.result.choices[0]?.toolCalls ?? []).map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'ok' }));
      const request = rendered(geminiUpstream, {
        quirks: ['needs-thought-signature', 'no-call-ids'],
        messages: [{ role: 'user', content: 'Go on.' }, history, ...results],
      });
      const sent = JSON.stringify(request.body);
      const signatures = partsOf(chunks).flatMap(({ thoughtSignature }) =>
        typeof thoughtSignature === 'string' ? [thoughtSignature] : [],
      );
      expect(signatures.filter((signature) => !sent.includes(signature))).toEqual([]);
      expect(reported(request)).toEqual([]);
    });

    it('is the same cut in two at every byte, and in pieces of any size', () => {
      expect(bytes.length < SHORT_BYTES ? differingCuts(bytes) : []).toEqual([]);
      for (const position of lines.keys()) {
        const neighbours = lines.slice(Math.max(0, position - 1), position + 2);
        const differs = [...cutInTwo(streamOf(neighbours))].some((pieces) => payloadsOf(pieces).join('\n') !== neighbours.join('\n'));
        expect(differs).toBe(false);
      }
      expect(replay(geminiUpstream, [bytes])).toEqual(whole);
      expectSameInPieces(geminiUpstream, bytes, [1, 7, 1000]);
    });

    it('never looks whole when it is cut off before its finish', () => {
      const finish = lines.findIndex((line) => /"finishReason": ?"/.test(line));
      expect(finish).toBeGreaterThan(0);
      for (let kept = 0; kept <= finish; kept++) {
        expect(replay(geminiUpstream, [streamOf(lines.slice(0, kept))]).events.at(-1)?.type).toBe('error');
      }
    });

    it.runIf(has(`${name}.json`))('has a whole answer beside it that says the same in kind', () => {
      expect(kindOf(replayBody(geminiUpstream, documentOf(`${name}.json`)))).toEqual(kindOf(whole));
    });
  });

  it('of arguments in pieces have them whole', () => {
    const { result } = replay(geminiUpstream, [streamOf(linesOf('google-stream-no-args-tool-call'))]);
    expect(result.choices[0]?.toolCalls.map(({ name, arguments: given }) => [name, given])).toEqual([
      ['read_theme', '{}'],
      ['read_screen', '{"id":"A"}'],
      ['read_screen', '{"id":"B"}'],
      ['read_screen', '{"id":"C"}'],
    ]);
  });

  it('of an error are read as one', () => {
    expect(geminiUpstream.parseError(429, documentOf('google-429-retry-info.json'))).toMatchObject({
      type: 'rate_limit_exceeded',
      message: 'You exceeded your current quota, please check your plan.',
      // How long to wait is read from every error body in one place: `upstream/retry-after.ts`.
      details: { raw: 'RESOURCE_EXHAUSTED' },
    });
  });
});
