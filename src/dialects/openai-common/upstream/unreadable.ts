/** Reads payloads that are not a JSON object: an error in a list or as plain text is an error of the provider as well. */
import { collectErrorFacts } from '../../../unified/error-facts.ts';
import { findErrorRow } from '../../../unified/error-rows.ts';
import { createNotJsonError, type RouterError } from '../../../unified/error.ts';
import { isObject, parseJson } from '../../../lib/json.ts';
import { findErrorIn, parseErrorBody } from './error.ts';
import { SHARED_ROWS } from './error-table.ts';

/** The error for a payload that is not a JSON object. @param raw the payload, or a whole answer. */
export function readUnreadable(raw: unknown): RouterError {
  const payload: unknown = typeof raw === 'string' ? parseJson(raw) : raw;
  const first: unknown = Array.isArray(payload) ? payload[0] : null;
  const listed = isObject(first) ? findErrorIn(first) : null;
  if (listed !== null) return listed;
  // A damaged object may hold any words of the model.
  const isText = typeof raw === 'string' && !/^\s*[[{]/.test(raw);
  return isText && findErrorRow(SHARED_ROWS, collectErrorFacts(raw, null)) !== undefined
    ? parseErrorBody(null, raw)
    : createNotJsonError(raw);
}
