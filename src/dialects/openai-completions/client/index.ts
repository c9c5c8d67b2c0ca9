/** OpenAI legacy completions towards a client, put together. No logic here. */
import { parseUnified } from '../../../unified/request/request.ts';
import type { ClientDialect } from '../../dialect.ts';
import { createEncoder, encodeBody } from './encode.ts';

/** Towards a client. */
export const openaiCompletionsClient: ClientDialect = {
  operation: 'completions',
  parse: (body) => parseUnified('completions', body),
  createEncoder,
  encodeBody,
};
