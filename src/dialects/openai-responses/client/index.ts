/** OpenAI Responses, client side: combines the parts of the format. */
import { isObject } from '../../../lib/json.ts';
import { clientPath } from '../../../unified/request/client-path.ts';
import type { TextClientDialect } from '../../client-dialect.ts';
import { KEEP_ALIVE_COMMENT } from '../../openai-common/client/format.ts';
import { openAiRateLimits } from '../../shared/rate-limit-headers.ts';
import { sseOrJsonHeaders } from '../../shared/response-headers.ts';
import { background, closeStream } from './background.ts';
import { encodeBody } from './body.ts';
import { summaryEvent } from './compaction.ts';
import { describeRequest } from './describe.ts';
import { createEncoder } from './encode.ts';
import { encodeError } from './errors.ts';
import { FORMAT } from '../format-name.ts';
import { withoutKeeping } from './held-end.ts';
import { deletedAnswer, inputPage } from './kept.ts';
import { NAMES } from './names.ts';
import { NEUTRAL_BODY } from './neutral-body.ts';
import { parseResponses } from './parse.ts';
import { resolveState } from './resolve.ts';
import { missingResponse } from './state.ts';

/** Towards a client. */
export const openaiResponsesClient = {
  format: FORMAT,
  operation: 'chat',
  routes: [
    { path: '/responses', asks: 'answer' },
    { path: '/responses/input_tokens', asks: 'count-tokens' },
    { path: '/responses/compact', asks: 'compact' },
  ],
  answerRoutes: [
    { method: 'GET', path: '/responses/:id', asks: 'retrieve' },
    { method: 'DELETE', path: '/responses/:id', asks: 'delete' },
    { method: 'GET', path: '/responses/:id/input_items', asks: 'input-items' },
    { method: 'POST', path: '/responses/:id/cancel', asks: 'cancel' },
  ],
  kept: { deleted: deletedAnswer, inputPage },
  idPrefix: 'resp_',
  exactFields: ['input', 'tools', 'text'],
  keepAlive: KEEP_ALIVE_COMMENT,
  neutralBody: NEUTRAL_BODY,
  isBody,
  describeRequest,
  parse: (body, _headers, asks) => parseResponses(body, asks),
  parameterPath: (path) => clientPath(NAMES, path),
  responseHeaders: sseOrJsonHeaders,
  rateLimitHeaders: openAiRateLimits,
  encodeError,
  explainMissing: missingResponse,
  createEncoder,
  encodeBody,
  closeStream,
  background,
  resolve: resolveState,
  withoutKeeping,
  summaryEvent,
  encodeCount: (inputTokens) => ({ object: 'response.input_tokens', input_tokens: inputTokens }),
} satisfies TextClientDialect;

/** Fields of this format that no body for embeddings has. */
const OWN_FIELDS = ['instructions', 'max_output_tokens', 'include', 'reasoning', 'store', 'stream', 'text', 'tools'];

/** A body for embeddings has an `input` too, of texts or tokens. */
function isBody(body: Readonly<Record<string, unknown>>): boolean {
  const { input } = body;
  if (Array.isArray(input)) return input.some(isObject);
  return input !== undefined && OWN_FIELDS.some((name) => body[name] !== undefined);
}
