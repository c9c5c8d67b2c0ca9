/** Cohere chat (v2), upstream side: combines the parts of the format. */
import type { UpstreamDialect } from '../dialect.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { parseError } from './error.ts';
import { render } from './request.ts';
import { COHERE_RULES, THINKING_IN_HISTORY } from './rules.ts';

/** Cohere's own chat format. */
export const cohereUpstream: UpstreamDialect = {
  name: 'cohere',
  operation: 'chat',
  tokenKey: 'text',
  path: '/v2/chat',
  rules: COHERE_RULES,
  quirks: [THINKING_IN_HISTORY],
  render,
  createDecoder,
  decodeBody,
  parseError,
};
