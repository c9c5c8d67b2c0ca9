/** What an upstream sent, where the client has its format. */
import type { JsonObject } from '../lib/json.ts';

/**
 * A payload of an upstream whose format is the client's: the event of a stream, the body of an answer, or the body of an error. Its encoder
 * writes the payload instead of what was read from it. Code that changes what was read leaves the original out. `format`: name of the format.
 * `isWhole`: the payload is the body of the answer.
 */
export type Original = { readonly format: string; readonly payload: JsonObject; readonly isWhole?: true };
