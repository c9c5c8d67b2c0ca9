/** OpenAI chat completions, upstream side: combines the parts of the format. */
import { THINK_TAGS, type UpstreamDialect } from '../../dialect.ts';
import { parseErrorBody } from '../../openai-common/upstream/error.ts';
import { REASONING_OUTSIDE } from '../../openai-common/upstream/usage.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { FILES_AS_BYTES, REQUEST_QUIRKS } from './quirks.ts';
import { render } from './request.ts';
import { OPENAI_CHAT_RULES } from './rules.ts';

/** Towards a provider. */
export const openaiChatUpstream: UpstreamDialect = {
  name: 'openai-chat',
  operation: 'chat',
  tokenKey: 'content',
  paddingKey: 'obfuscation',
  path: '/chat/completions',
  rules: OPENAI_CHAT_RULES,
  quirks: [THINK_TAGS, REASONING_OUTSIDE, ...REQUEST_QUIRKS],
  // Other schemes are provider-specific names of files.
  needsBytes: (url, quirks) => quirks.includes(FILES_AS_BYTES) && /^https?:/i.test(url),
  render,
  createDecoder,
  decodeBody,
  parseError: (status, body) => parseErrorBody(status, body),
};
