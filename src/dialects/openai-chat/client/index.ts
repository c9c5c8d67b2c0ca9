/** OpenAI chat completions towards a client, put together. No logic here. */
import { parseUnified } from '../../../unified/request/request.ts';
import type { ClientDialect } from '../../dialect.ts';
import { createEncoder, encodeBody } from './encode.ts';

/** Towards a client. */
export const openaiChatClient: ClientDialect = {
  operation: 'chat',
  parse: (body) => parseUnified('chat', body),
  createEncoder,
  encodeBody,
};
