/** Mistral: combines chat completions and fill-in-the-middle completions. */
import type { UpstreamDialect } from '../dialect.ts';
import { parseErrorBody } from '../openai-common/upstream/error.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { THINKING_IN_HISTORY } from './messages.ts';
import { render, renderFim } from './request.ts';
import { MISTRAL_FIM_RULES, MISTRAL_RULES } from './rules.ts';

const READING = { createDecoder, decodeBody, parseError: (status: number, body: unknown) => parseErrorBody(status, body) };

/** Chat. */
export const mistralUpstream: UpstreamDialect = {
  name: 'mistral',
  operation: 'chat',
  tokenKey: 'content',
  paddingKey: 'p',
  path: '/chat/completions',
  rules: MISTRAL_RULES,
  quirks: [THINKING_IN_HISTORY],
  render,
  ...READING,
};

/** Completions of a prompt, with the text after the gap as `suffix`. */
export const mistralFimUpstream: UpstreamDialect = {
  name: 'mistral-fim',
  operation: 'completions',
  tokenKey: 'content',
  paddingKey: 'p',
  path: '/fim/completions',
  rules: MISTRAL_FIM_RULES,
  quirks: [],
  render: renderFim,
  ...READING,
};
