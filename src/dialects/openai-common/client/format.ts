/** Shared parts of OpenAI's client formats: ids, keep-alives, errors, headers, and parameter names. */
import type { ClientFormat } from '../../client-dialect.ts';
import { openAiRateLimits } from '../../shared/rate-limit-headers.ts';
import { sseOrJsonHeaders } from '../../shared/response-headers.ts';
import { errorBody } from './error-body.ts';

/** An SSE comment. It keeps a connection open and is not an event. */
export const KEEP_ALIVE_COMMENT = ': keep-alive\n\n';

/** Fields that are the same in chat completions, legacy completions and embeddings. Unified parameters have OpenAI's names. */
export const OPENAI_FORMAT = {
  idPrefix: 'gen-',
  exactFields: ['tools', 'functions', 'response_format', 'messages'],
  parameterPath: (path) => path,
  responseHeaders: sseOrJsonHeaders,
  rateLimitHeaders: openAiRateLimits,
  encodeError: (error) => ({ status: error.status, headers: {}, body: errorBody(error) }),
} satisfies Partial<ClientFormat>;
