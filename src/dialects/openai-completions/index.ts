/** OpenAI legacy completions: both sides of the format, put together. No logic here. */
import type { ClientDialect, UpstreamDialect } from '../dialect.ts';
import { parseErrorBody } from '../openai-common/error.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { createEncoder, encodeBody } from './encode.ts';
import { parse, render } from './request.ts';
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

/** Towards a client. */
export const openaiCompletionsClient: ClientDialect = { operation: 'completions', parse, createEncoder, encodeBody };
