/**
 * Answers of every wire format, made from fixtures and from recordings of real providers, as OpenAI and OpenRouter describe answers. Skipped
 * where the descriptions do not lie beside the repository.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResponseMeta } from '../../src/dialects/client-dialect.ts';
import { upstreamDialect } from '../../src/dialects/index.ts';
import { NO_OPTIONS, type AnswerOptions } from '../../src/dialects/openai-common/client/answer-options.ts';
import { createEncoder, encodeBody } from '../../src/dialects/openai-chat/client/encode.ts';
import { unexpected } from '../support/published-exceptions.ts';
import { schemasOf, type Publisher } from '../support/published-schemas.ts';
import { framesIn } from '../support/read-stream.ts';
import { headOf } from './answer-head.ts';
import { gather, replay, replayBody, type Outcome } from './replay.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const RECORDINGS = join(import.meta.dirname, '../../../shared/recordings');

/** Folders of recordings whose names are no formats. */
const OPENAI_SHAPED = new Set(['groq', 'deepseek', 'xai', 'perplexity', 'alibaba']);

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []))
    : [];

/** The answer in a file; null where it is none. */
function outcomeOf(path: string, folder: string): Outcome | null {
  const name = path.slice(folder.length + 1).split('/')[0] ?? '';
  if (name.endsWith('.md')) return null;
  const dialect = upstreamDialect(OPENAI_SHAPED.has(name) ? 'openai-chat' : name);
  if (folder === FIXTURES && !path.endsWith('.json')) return replay(dialect, [readFileSync(path)]);
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.json')) return replayBody(dialect, JSON.parse(text));
  const decoder = dialect.createDecoder({ quirks: [] });
  const lines = text.split('\n').filter((line) => line !== '');
  return gather(lines.map((line) => decoder.push(line)));
}

const answers = [FIXTURES, RECORDINGS].flatMap((folder) =>
  filesIn(folder).flatMap((path): [string, Outcome][] => {
    const outcome = outcomeOf(path, folder);
    return outcome === null || outcome.events.length === 0 ? [] : [[path.slice(folder.length + 1), outcome]];
  }),
);

/** How an answer is asked for. */
const HEADS: [string, Partial<ResponseMeta>, AnswerOptions][] = [
  ['nothing is said of usage', {}, NO_OPTIONS],
  ['usage is asked for', {}, { ...NO_OPTIONS, includeUsage: true }],
  [
    'something was adjusted',
    { finalMeta: () => ({ adjustments: [{ param: 'top_k', action: 'dropped', from: 3, reason: 'why not' }], metadata: null }) },
    NO_OPTIONS,
  ],
];

describe.each<[Publisher, string, string]>([
  ['openai', 'CreateChatCompletionResponse', 'CreateChatCompletionStreamResponse'],
  ['openrouter', 'ChatResult', 'ChatStreamChunk'],
])('the description of %s', (publisher, bodySchema, chunkSchema) => {
  const schemas = schemasOf(publisher);

  describe.skipIf(schemas === null)('fits', () => {
    const [body, chunk] = schemas === null ? [] : [schemas(bodySchema), schemas(chunkSchema)];

    it.each(answers)('%s', (_, { events, result, error }) => {
      for (const [, changes, options] of HEADS) {
        // OpenRouter's chunks have no `usage: null`.
        const head = headOf({ ...changes, base: publisher === 'openrouter' ? '/api/v1' : '/v1' });
        const whole = error === null ? [encodeBody(result, head, options)] : [];
        for (const one of whole) expect(unexpected(publisher, 'body', body?.(one) ?? [])).toEqual([]);
        const frames = framesIn(createEncoder(head, options).push(events)).filter((frame) => frame !== '[DONE]');
        for (const frame of frames) expect(unexpected(publisher, 'chunk', chunk?.(frame) ?? [])).toEqual([]);
      }
    });
  });
});
