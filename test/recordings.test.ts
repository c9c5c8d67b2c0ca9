/**
 * Real answers of real providers, where the folder with recordings lies beside the repository. The streams were kept without their
 * framing, so it is put back; the whole answer beside each stream was recorded separately and has other words, but the same kind of end.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { upstreamDialect } from '../src/dialects/index.ts';
import type { JsonObject } from '../src/lib/json.ts';
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

const RECORDINGS = join(import.meta.dirname, '../../shared/recordings');
const FOLDERS = ['openai-chat', 'openai-completions', 'groq', 'deepseek', 'xai', 'perplexity', 'alibaba'];
const ENDING = '.chunks.txt';

/** Of a long recording the beginning, the middle and the end are cut at every byte. */
const [HEAD_LINES, MIDDLE_LINES, TAIL_LINES] = [40, 20, 40];

/** Recordings up to this size are cut as a whole at every byte. */
const SHORT_BYTES = 6000;

const names = FOLDERS.flatMap((folder) => {
  const path = join(RECORDINGS, folder);
  const files = existsSync(path) ? readdirSync(path) : [];
  return files.filter((file) => file.endsWith(ENDING)).map((file) => join(folder, file.slice(0, -ENDING.length)));
});

const linesOf = (name: string) =>
  readFileSync(join(RECORDINGS, `${name}${ENDING}`), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
const streamOf = (lines: readonly string[]) => bytesOf([...lines, '[DONE]'].map(event).join(''));
const dialectOf = (name: string) => upstreamDialect(name.startsWith('openai-completions') ? 'openai-completions' : 'openai-chat');

function reduced(lines: readonly string[]): readonly string[] {
  if (lines.length <= HEAD_LINES + MIDDLE_LINES + TAIL_LINES) return lines;
  const middle = Math.floor((lines.length - MIDDLE_LINES) / 2);
  return [...lines.slice(0, HEAD_LINES), ...lines.slice(middle, middle + MIDDLE_LINES), ...lines.slice(-TAIL_LINES)];
}

/** What an answer consists of, and how it ended: what a stream and a whole answer to the same request share. */
function kindOf({ result, error, events }: Outcome) {
  return {
    error,
    last: events.at(-1)?.type,
    choices: result.choices.map(({ finishReason, text, reasoning, toolCalls }) => ({
      finishReason,
      hasText: text !== '',
      hasReasoning: reasoning !== '',
      tools: toolCalls.map(({ name }) => name),
    })),
    hasUsage: (result.usage?.promptTokens ?? 0) > 0 && (result.usage?.completionTokens ?? 0) > 0,
  };
}

/** The counts that the last chunk with usage states. */
function statedUsage(lines: readonly string[]): JsonObject {
  const stated = lines.map((line) => (JSON.parse(line) as { usage?: JsonObject | null }).usage).filter((usage) => usage != null);
  return stated.at(-1) ?? {};
}

describe.skipIf(!existsSync(RECORDINGS))('recorded answers', { timeout: 60_000 }, () => {
  it('are there for every folder', () => {
    expect(new Set(names.map((name) => name.split('/')[0]))).toEqual(new Set(FOLDERS));
  });

  describe.each(names)('%s', (name) => {
    const dialect = dialectOf(name);
    const lines = linesOf(name);
    const whole = replay(dialect, [streamOf(lines)]);

    it('ends well, with content and the usage of its last chunk', () => {
      const stated = statedUsage(lines);
      expect(kindOf(whole)).toMatchObject({ error: null, last: 'end', hasUsage: true });
      const [choice] = whole.result.choices;
      expect((choice?.text ?? '') + (choice?.toolCalls ?? []).map((call) => call.arguments).join('')).not.toBe('');
      expect(whole.result.usage?.promptTokens).toBe(stated['prompt_tokens']);
      expect((whole.result.usage?.promptTokens ?? 0) + (whole.result.usage?.completionTokens ?? 0)).toBe(stated['total_tokens']);
      for (const call of choice?.toolCalls ?? []) expect(JSON.parse(call.arguments)).toBeTypeOf('object');
    });

    it('is the same in pieces of any size', () => {
      const bytes = streamOf(lines);
      expect(replay(dialect, [bytes])).toEqual(whole);
      expectSameInPieces(dialect, bytes, [1, 7, 1000]);
    });

    it('has the same events cut in two at every byte', () => {
      // Each event among its neighbours: a whole long stream for each of its bytes would take minutes and show no more.
      const events = [...reduced(lines), '[DONE]'];
      let cuts = 0;
      const differing = events.filter((_, position) => {
        const neighbours = events.slice(Math.max(0, position - 1), position + 2);
        const bytes = bytesOf(neighbours.map(event).join(''));
        return [...cutInTwo(bytes)].some((pieces) => ++cuts > 0 && payloadsOf(pieces).join('\n') !== neighbours.join('\n'));
      });
      expect(differing).toEqual([]);
      expect(cuts).toBeGreaterThan(streamOf(reduced(lines)).length);
    });

    it.runIf(streamOf(lines).length < SHORT_BYTES)('is the same answer cut in two at every byte', () => {
      expect(differingCuts(streamOf(lines))).toEqual([]);
    });

    it('never looks whole when it is cut off before its finish', () => {
      const finish = lines.findIndex((line) => /"finish_reason": ?"/.test(line));
      expect(finish).toBeGreaterThan(0);
      for (const kept of [1, Math.floor(finish / 2), finish]) {
        const outcome = replay(dialect, [bytesOf(lines.slice(0, kept).map(event).join(''))]);
        expect(outcome.events.at(-1)?.type).toBe('error');
      }
    });

    it('has a whole answer beside it that ends in the same way', () => {
      const document: unknown = JSON.parse(readFileSync(join(RECORDINGS, `${name}.json`), 'utf8'));
      expect(kindOf(replayBody(dialect, document))).toEqual(kindOf(whole));
    });
  });

  it('of an error are read as one', () => {
    const body: unknown = JSON.parse(readFileSync(join(RECORDINGS, 'openai-chat/reasoning-model-legacy-parameter-error.json'), 'utf8'));
    const error = upstreamDialect('openai-chat').parseError(400, body);
    expect(error).toMatchObject({ type: 'invalid_request', status: 400, retryable: false });
    expect(error.message).toBe((body as { error: { message: string } }).error.message);
  });
});
