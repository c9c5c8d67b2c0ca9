/** OpenAI legacy completions, upstream side: combines the parts of the format. */
import type { UpstreamDialect } from '../../dialect.ts';
import { parseErrorBody } from '../../openai-common/upstream/error.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { render } from './request.ts';
import { OPENAI_COMPLETIONS_RULES } from './rules.ts';

/** Towards a provider. */
export const openaiCompletionsUpstream: UpstreamDialect = {
  name: 'openai-completions',
  operation: 'completions',
  tokenKey: 'text',
  paddingKey: 'obfuscation',
  path: '/completions',
  rules: OPENAI_COMPLETIONS_RULES,
  quirks: [],
  render,
  createDecoder,
  decodeBody,
  parseError: (status, body) => parseErrorBody(status, body),
};
