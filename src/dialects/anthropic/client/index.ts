/** Anthropic Messages, client side: combines the parts of the format. */
import { clientPath } from '../../../unified/request/client-path.ts';
import type { TextClientDialect } from '../../client-dialect.ts';
import { sseOrJsonHeaders } from '../../shared/response-headers.ts';
import { encodeBody } from './body.ts';
import { createEncoder } from './encode.ts';
import { encodeError } from './errors.ts';
import { FORMAT, NAMES } from './names.ts';
import { parseMessages } from './parse.ts';
import { ID_PREFIX, requestIdOf } from './request-id.ts';

/** Fields that a body of chat completions never has. */
const OWN_FIELDS = ['system', 'stop_sequences', 'output_config'];

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
  keepAlive: 'event: ping\ndata: {"type":"ping"}\n\n',
  isBody: (body) => body['messages'] !== undefined && OWN_FIELDS.some((name) => body[name] !== undefined),
  parse: parseMessages,
  parameterPath: (path) => clientPath(NAMES, path),
  responseHeaders: (kind, { id }) => ({ ...sseOrJsonHeaders(kind), 'request-id': requestIdOf(id) }),
  encodeError,
  createEncoder,
  encodeBody,
  encodeCount: (inputTokens) => ({ input_tokens: inputTokens }),
} satisfies TextClientDialect;
