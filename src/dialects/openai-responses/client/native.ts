/** Prepares the client's own body for an upstream of the same format: without the router's own fields. */
import type { JsonObject } from '../../../lib/json.ts';
import type { NativeRequest } from '../../../unified/request/request.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';
import { FORMAT } from './format-name.ts';

/** Fields that only the router reads, and OpenRouter's `cache_control`: OpenAI caches by itself, and refuses a field that it does not know. */
const ROUTER_FIELDS = 'provider models route plugins transforms session_id debug usage preset trace cache_control'.split(' ');

/** Quirk of the providers that compact conversations themselves. Others write a summary (`compaction.ts`). */
const COMPACTS = 'compacts';

/** Returns the body for such an upstream. @param compaction what the answer is to be, see `answer-options.ts`. */
export function nativeRequest(body: JsonObject, compaction: ResponsesAnswerOptions['compaction']): NativeRequest {
  const own: JsonObject = { ...body };
  for (const field of ROUTER_FIELDS) delete own[field];
  const request = { format: FORMAT, body: Object.freeze(own), headers: {} };
  if (compaction === null) return Object.freeze(request);
  return Object.freeze({ ...request, needs: COMPACTS, ...(compaction === 'object' ? { subPath: '/compact' } : {}) });
}
