/** OpenAI chat completions, client side: combines the parts of the format. */
import type { TextClientDialect } from '../../client-dialect.ts';
import { describeOpenAiRequest } from '../../openai-common/client/describe-request.ts';
import { answerOptionsOf } from '../../openai-common/client/answer-options.ts';
import { closeStream } from '../../openai-common/client/close-stream.ts';
import { KEEP_ALIVE_COMMENT, OPENAI_FORMAT } from '../../openai-common/client/format.ts';
import { parseOpenAi } from '../../openai-common/client/parse.ts';
import { createEncoder, encodeBody } from './encode.ts';
import { NEUTRAL_BODY } from './neutral-body.ts';

/** Towards a client. */
export const openaiChatClient = {
  ...OPENAI_FORMAT,
  format: 'openai-chat',
  operation: 'chat',
  routes: [{ path: '/chat/completions', asks: 'answer' }],
  keepAlive: KEEP_ALIVE_COMMENT,
  neutralBody: NEUTRAL_BODY,
  isBody: (body) => body['messages'] !== undefined,
  describeRequest: () => describeOpenAiRequest('chat'),
  parse: (body) => parseOpenAi('chat', body),
  createEncoder: (meta, request) => createEncoder(meta, answerOptionsOf(request)),
  encodeBody: (result, meta, request) => encodeBody(result, meta, answerOptionsOf(request)),
  closeStream,
} satisfies TextClientDialect;
