/** Ollama's chat, upstream side: combines the parts of the format. */
import type { UpstreamDialect } from '../dialect.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { parseError } from './error.ts';
import { render } from './request.ts';
import { OLLAMA_RULES } from './rules.ts';

/** Ollama's native chat format. */
export const ollamaUpstream: UpstreamDialect = {
  name: 'ollama',
  operation: 'chat',
  tokenKey: 'content',
  path: '/api/chat',
  framing: 'ndjson',
  rules: OLLAMA_RULES,
  quirks: [],
  needsBytes: () => true, // images are bare base64
  render,
  createDecoder,
  decodeBody,
  parseError,
};
