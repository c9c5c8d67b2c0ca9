/** Parses the body of a request as JSON within bounds. Does not check its fields. */
import { RouterError } from '../unified/error.ts';
import { parseLongNumbers } from '../lib/exact-json.ts';
import { isObject } from '../lib/json.ts';
import { rememberSources } from '../lib/source-bytes.ts';
import { checkJsonBounds, type JsonCounts } from '../unified/request/json-bounds.ts';
import { readBounded } from '../upstream/read-bounded.ts';

/**
 * @param exactFields fields that are passed on without being read, so that their numbers can keep their digits.
 * @throws RouterError `payload_too_large` (413) above the limit, `invalid_request` (400) for anything that is not JSON, cannot be
 * read, or would become too large an object (`unified/request/json-bounds.ts`).
 */
export async function readJson(request: Request, maxBytes: number, exactFields: readonly string[] = []): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw payloadTooLarge(maxBytes);
  const text = await readBounded(request, maxBytes).catch((thrown: unknown) => {
    if (thrown instanceof RouterError) throw payloadTooLarge(maxBytes);
    return unreadable(thrown);
  });
  return parseBody(text, exactFields).value;
}

/** The text of a body as JSON, and what there is in it. @param exactFields as for {@link readJson}. @throws RouterError as {@link readJson}. */
export function parseBody(text: string, exactFields: readonly string[]): { value: unknown; counts: JsonCounts } {
  if (text.trim() === '') throw new RouterError('invalid_request', 'The request body is empty; expected a JSON object.');
  const counts = checkJsonBounds(text);
  try {
    return { value: counts.hasLong ? parseExactly(text, exactFields) : JSON.parse(text), counts };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.slice(0, 200) : '';
    throw new RouterError('invalid_request', `The request body is not valid JSON: ${why}`);
  }
}

/**
 * {@link parseBody} for a large body, whose bytes are remembered for what is sent on unchanged (`lib/source-bytes.ts`). `keptBytes` stay in
 * memory with the value.
 */
export function parseBytes(bytes: Uint8Array, exactFields: readonly string[]): { value: unknown; counts: JsonCounts; keptBytes: number } {
  const text = new TextDecoder().decode(bytes);
  const { value, counts } = parseBody(text, exactFields);
  const isKept = rememberSources(value, { bytes, text, ...counts });
  return { value, counts, keptBytes: isKept ? bytes.length : 0 };
}

/** The error for a body that is too large. */
export function payloadTooLarge(maxBytes: number): RouterError {
  const message = `The request body has more than ${maxBytes} bytes, the most this router takes (variable MAX_REQUEST_BYTES).`;
  return new RouterError('payload_too_large', message);
}

/**
 * What is thrown for a body that breaks off, or whose chunks are not those of HTTP: nothing in it can be answered, and it is no bug of
 * the router.
 *
 * @throws RouterError `invalid_request`, always.
 */
export function unreadable(thrown: unknown): never {
  const why = thrown instanceof Error ? thrown.message.slice(0, 200) : '';
  throw new RouterError('invalid_request', `The request body could not be read to its end: ${why}`);
}

/** The bounds of a schema may be longer than a number can hold, and so may the arguments of a call that are no text. */
function parseExactly(text: string, fields: readonly string[]): unknown {
  const body: unknown = JSON.parse(text);
  if (!isObject(body) || !fields.some((field) => typeof body[field] === 'object')) return body;
  const exact = parseLongNumbers(text);
  for (const field of fields) if (isObject(exact) && field in body) body[field] = exact[field];
  return body;
}
