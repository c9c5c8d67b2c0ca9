/** Prepares the client's own body for an upstream of the same format: without the router's own fields. */
import type { JsonObject } from '../../../lib/json.ts';
import type { NativeRequest } from '../../../unified/request/request.ts';
import { ownBody } from '../../shared/native-body.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { FORMAT } from '../format-name.ts';

/** OpenRouter's field: OpenAI caches by itself, and refuses a field that it does not know. An answer in the background is the router's own work. */
const NOT_OPENAI = ['cache_control', 'background'];

/** Quirk of the providers that compact conversations themselves. Others write a summary (`compaction.ts`). */
const COMPACTS = 'compacts';

/** Returns the body for such an upstream. @param compaction what the answer is to be, see `answer-options.ts`. */
export function nativeRequest(body: JsonObject, compaction: ResponsesAnswerOptions['compaction']): NativeRequest {
  const request = { format: FORMAT, body: ownBody(body, NOT_OPENAI), headers: {} };
  if (compaction === null) return Object.freeze(request);
  return Object.freeze({ ...request, needs: COMPACTS, ...(compaction === 'object' ? { subPath: '/compact' } : {}) });
}
