/** Errors of the toy format: `{oops: {kind, text, field?}, ref}`. */
import type { ClientFormat } from '../../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { RouterError } from '../../../src/unified/error.ts';
import { clientPath } from '../../../src/unified/request/client-path.ts';
import { NAMES } from './parse.ts';

/** The same before a stream and in it. */
export function errorFields({ type, message, details: { param } }: RouterError): JsonObject {
  return { kind: type, text: message, ...(param === undefined ? {} : { field: clientPath(NAMES, param) }) };
}

/** An error before the first byte. A provider that is overloaded has a status of its own in this format. */
export const encodeError: ClientFormat['encodeError'] = (error, { id }) => ({
  status: error.type === 'provider_overloaded' ? 529 : error.status,
  headers: { 'toy-reference': id },
  body: { oops: errorFields(error), ref: id },
});
