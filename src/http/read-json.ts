/** The body of a request as JSON, within bounds. Checks nothing of what it says. */
import { RouterError } from '../unified/error.ts';
import { checkJsonBounds } from '../unified/json-bounds.ts';
import { readBounded } from '../upstream/read-bounded.ts';

/**
 * @throws RouterError `payload_too_large` (413) above the limit, `invalid_request` (400) for anything that is not JSON, cannot be read, or would
 * become too large an object (`unified/json-bounds.ts`).
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const tooLarge = () =>
    new RouterError(
      'payload_too_large',
      `The request body has more than ${maxBytes} bytes, the most this router takes (variable MAX_REQUEST_BYTES).`,
    );
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge();
  const text = await readBounded(request, maxBytes).catch((thrown: unknown) => {
    throw thrown instanceof RouterError ? tooLarge() : unreadable(thrown);
  });
  if (text.trim() === '') throw new RouterError('invalid_request', 'The request body is empty; expected a JSON object.');
  checkJsonBounds(text);
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message.slice(0, 200) : '';
    throw new RouterError('invalid_request', `The request body is not valid JSON: ${why}`);
  }
}

/** A body that breaks off, or whose chunks are not those of HTTP: nothing in it can be answered, and it is no bug of the router. */
function unreadable(thrown: unknown): RouterError {
  const why = thrown instanceof Error ? thrown.message.slice(0, 200) : '';
  return new RouterError('invalid_request', `The request body could not be read to its end: ${why}`);
}
