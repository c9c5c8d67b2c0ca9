/** OpenAI chat completions: both sides of the format, put together. No logic here. */
import type { ClientDialect, UpstreamDialect } from '../dialect.ts';
import { parseErrorBody } from '../openai-common/error.ts';
import { REASONING_OUTSIDE } from '../openai-common/usage.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { createEncoder, encodeBody } from './encode.ts';
import { parse, render } from './request.ts';
import { OPENAI_CHAT_RULES } from './rules.ts';

/** Towards a provider. */
export const openaiChatUpstream: UpstreamDialect = {
  name: 'openai-chat',
  operation: 'chat',
  path: '/chat/completions',
  rules: OPENAI_CHAT_RULES,
  quirks: [REASONING_OUTSIDE],
  render,
  createDecoder,
  decodeBody,
  parseError: parseErrorBody,
};

/** Towards a client. */
export const openaiChatClient: ClientDialect = { operation: 'chat', parse, createEncoder, encodeBody };
