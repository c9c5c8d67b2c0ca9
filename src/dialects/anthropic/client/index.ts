/** Anthropic Messages, client side: combines the parts of the format. */
import { clientPath } from '../../../unified/request/client-path.ts';
import type { TextClientDialect } from '../../client-dialect.ts';
import { anthropicRateLimits } from '../../shared/rate-limit-headers.ts';
import { sseOrJsonHeaders } from '../../shared/response-headers.ts';
import { encodeBody } from './body.ts';
import { closeStream } from './close-stream.ts';
import { createEncoder } from './encode.ts';
import { describeRequest } from './describe.ts';
import { encodeError } from './errors.ts';
import { isBody } from './is-body.ts';
import { FORMAT } from '../format-name.ts';
import { NAMES } from './names.ts';
import { NEUTRAL_BODY } from './neutral-body.ts';
import { parseMessages } from './parse.ts';
import { ID_PREFIX, requestIdOf } from './request-id.ts';

/** Towards a client. */
export const anthropicClient = {
  format: FORMAT,
  operation: 'chat',
  routes: [
    { path: '/messages', asks: 'answer' },
    { path: '/messages/count_tokens', asks: 'count-tokens' },
  ],
  idPrefix: ID_PREFIX,
  exactFields: ['messages', 'system', 'tools', 'output_config', 'output_format'],
  exposedHeaders: ['request-id'],
  ownHeader: 'anthropic-version',
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
  neutralBody: NEUTRAL_BODY,
  isBody,
  describeRequest,
  parse: parseMessages,
  parameterPath: (path) => clientPath(NAMES, path),
  responseHeaders: (kind, { id }) => ({ ...sseOrJsonHeaders(kind), 'request-id': requestIdOf(id) }),
  rateLimitHeaders: anthropicRateLimits,
  encodeError,
  createEncoder,
  encodeBody,
  closeStream,
  encodeCount: (inputTokens) => ({ input_tokens: inputTokens }),
} satisfies TextClientDialect;
