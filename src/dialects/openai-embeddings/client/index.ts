/** OpenAI embeddings towards a client, put together. No logic here. */
import type { EmbeddingClientDialect } from '../../client-dialect.ts';
import { describeOpenAiRequest } from '../../openai-common/client/describe-request.ts';
import { OPENAI_FORMAT } from '../../openai-common/client/format.ts';
import { parseOpenAi } from '../../openai-common/client/parse.ts';
import { encodeBody } from './encode.ts';

/** Towards a client. */
export const openaiEmbeddingsClient = {
  ...OPENAI_FORMAT,
  format: 'openai-embeddings',
  operation: 'embeddings',
  routes: [{ path: '/embeddings', asks: 'answer' }],
  isBody: (body) => body['input'] !== undefined,
  describeRequest: () => describeOpenAiRequest('embeddings'),
  parse: (body) => parseOpenAi('embeddings', body),
  encodeBody,
} satisfies EmbeddingClientDialect;
