/** Google's generateContent, for AI Studio and Vertex AI, upstream side: combines the parts of the format. */
import type { UpstreamDialect } from '../dialect.ts';
import { counter } from './count.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { parseError } from './error.ts';
import { needsBytes } from './media.ts';
import { render } from './request.ts';
import { GEMINI_QUIRKS, GEMINI_RULES } from './rules.ts';

/** Towards a provider. */
export const geminiUpstream: UpstreamDialect = {
  name: 'gemini',
  operation: 'chat',
  tokenKey: 'text',
  path: '/models/{model}:generateContent',
  streamPath: '/models/{model}:streamGenerateContent?alt=sse',
  rules: GEMINI_RULES,
  quirks: GEMINI_QUIRKS,
  needsBytes,
  render,
  createDecoder,
  decodeBody,
  parseError,
  counter,
};
