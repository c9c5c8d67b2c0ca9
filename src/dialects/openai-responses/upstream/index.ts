/** OpenAI Responses, towards a provider: a format for chat, put together. No logic here. */
import type { UpstreamDialect } from '../../dialect.ts';
import { counter } from './count.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { parseError } from './error.ts';
import { repair } from './repair.ts';
import { COMPACTS } from './rules.ts';
import { NO_SUMMARY, render, THINKS_UNASKED } from './request.ts';
import { OPENAI_RESPONSES_RULES } from './rules.ts';

/** Towards a provider. */
export const openaiResponsesUpstream: UpstreamDialect = {
  name: 'openai-responses',
  operation: 'chat',
  tokenKey: 'delta',
  path: '/responses',
  rules: OPENAI_RESPONSES_RULES,
  quirks: [THINKS_UNASKED, NO_SUMMARY, COMPACTS],
  render,
  createDecoder,
  decodeBody,
  parseError,
  counter,
  repair,
};
