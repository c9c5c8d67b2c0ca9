/** Workers AI, the `run` interface, put together. No logic here. The binding is the business of the transport. */
import type { UpstreamDialect } from '../dialect.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { parseError } from './error.ts';
import { WORKERS_AI_QUIRKS } from './quirks.ts';
import { render } from './request.ts';
import { WORKERS_AI_RULES } from './rules.ts';

/** Text models of Cloudflare. */
export const workersAiUpstream: UpstreamDialect = {
  name: 'workers-ai',
  operation: 'chat',
  tokenKey: 'response',
  paddingKey: 'p',
  path: '/ai/run/{+model}',
  rules: WORKERS_AI_RULES,
  quirks: WORKERS_AI_QUIRKS,
  // "HTTP URL will not be accepted", according to the schemas of the models with vision.
  needsBytes: () => true,
  render,
  createDecoder,
  decodeBody,
  parseError,
};
