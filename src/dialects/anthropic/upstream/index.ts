/** Anthropic's Messages API, upstream side: combines the parts of the format. */
import type { UpstreamDialect } from '../../dialect.ts';
import { counter } from './count.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { parseError } from './error.ts';
import { needsBytes } from './media.ts';
import { repair } from './repair.ts';
import { render } from './request.ts';
import { ANTHROPIC_QUIRKS, ANTHROPIC_RULES } from './rules.ts';

export const anthropicUpstream: UpstreamDialect = {
  name: 'anthropic',
  operation: 'chat',
  tokenKey: 'text',
  path: '/messages',
  rules: ANTHROPIC_RULES,
  quirks: ANTHROPIC_QUIRKS,
  needsBytes,
  render,
  createDecoder,
  decodeBody,
  parseError,
  counter,
  repair,
};
