/** Amazon Bedrock, Converse and ConverseStream, upstream side: combines the parts of the format. */
import type { UpstreamDialect } from '../dialect.ts';
import { counter } from './count.ts';
import { createDecoder, decodeBody } from './decode.ts';
import { parseError } from './error.ts';
import { needsBytes } from './media.ts';
import { render } from './request.ts';
import { BEDROCK_QUIRKS, BEDROCK_RULES } from './rules.ts';

/** The upstream side. */
export const bedrockUpstream: UpstreamDialect = {
  name: 'bedrock',
  operation: 'chat',
  tokenKey: 'text',
  paddingKey: 'p',
  path: '/model/{model}/converse',
  streamPath: '/model/{model}/converse-stream',
  framing: 'aws-event-stream',
  rules: BEDROCK_RULES,
  quirks: BEDROCK_QUIRKS,
  needsBytes,
  render,
  createDecoder,
  decodeBody,
  parseError,
  counter,
};
