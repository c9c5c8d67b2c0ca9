/** Prepares the client's own body for an upstream of the same format: without the router's own fields. */
import type { JsonObject } from '../../../lib/json.ts';
import type { NativeRequest } from '../../../unified/request/request.ts';
import { FORMAT } from './format-name.ts';

/** Fields that only the router reads. */
const ROUTER_FIELDS = ['provider', 'models', 'route', 'plugins', 'transforms', 'session_id', 'debug', 'usage', 'preset', 'trace'] as const;

/** Returns the body for such an upstream. */
export function nativeRequest(body: JsonObject): NativeRequest {
  const own: JsonObject = { ...body };
  for (const field of ROUTER_FIELDS) delete own[field];
  return Object.freeze({ format: FORMAT, body: Object.freeze(own), headers: {} });
}
