/** OpenAI legacy completions, client side: combines the parts of the format. */
import type { TextClientDialect } from '../../client-dialect.ts';
import { describeOpenAiRequest } from '../../openai-common/client/describe-request.ts';
import { answerOptionsOf } from '../../openai-common/client/answer-options.ts';
import { closeStream } from '../../openai-common/client/close-stream.ts';
import { KEEP_ALIVE_COMMENT, OPENAI_FORMAT } from '../../openai-common/client/format.ts';
import { parseOpenAi } from '../../openai-common/client/parse.ts';
import { createEncoder, encodeBody } from './encode.ts';

/** Towards a client. */
export const openaiCompletionsClient = {
  ...OPENAI_FORMAT,
  format: 'openai-completions',
  operation: 'completions',
  routes: [{ path: '/completions', asks: 'answer' }],
  keepAlive: KEEP_ALIVE_COMMENT,
  isBody: (body) => body['prompt'] !== undefined,
  describeRequest: () => describeOpenAiRequest('completions'),
  parse: (body) => parseOpenAi('completions', body),
  createEncoder: (meta, request) => createEncoder(meta, answerOptionsOf(request)),
  encodeBody,
  closeStream,
} satisfies TextClientDialect;
