/**
 * Answers of every wire format, made from fixtures and from recordings of real providers, as OpenAI and OpenRouter describe answers. Skipped
 * where the descriptions do not lie beside the repository.
 */
import { describe, expect, it } from 'vitest';
import type { ResponseMeta } from '../../src/dialects/client-dialect.ts';
import { NO_OPTIONS, type AnswerOptions } from '../../src/dialects/openai-common/client/answer-options.ts';
import { createEncoder, encodeBody } from '../../src/dialects/openai-chat/client/encode.ts';
import { unexpected } from '../support/published-exceptions.ts';
import { schemasOf, type Publisher } from '../support/published-schemas.ts';
import { framesIn } from '../support/read-stream.ts';
import { headOf } from './answer-head.ts';
import { RECORDED_ANSWERS } from './recorded-answers.ts';

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

    it.each(RECORDED_ANSWERS)('%s', (_, { events, result, error }) => {
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
