/** Requests of the console to its own router. The only file of the console that calls `fetch`. */
import { isObject, textOf } from '../lib/json.ts';
import { readKey } from './session.ts';

/** An answer of the router that is an error, or no answer. */
export class ApiError extends Error {
  /** HTTP status; 0 = no answer came. */
  readonly status: number;
  /** `type` of the error; null = it has none. */
  readonly type: string | null;
  /** The body as it came. */
  readonly body: unknown;

  constructor(message: string, { status, type, body }: { status: number; type: string | null; body: unknown }) {
    super(message);
    this.status = status;
    this.type = type;
    this.body = body;
  }
}

/** What was thrown, as an error. */
export const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** What a request may have. */
export type CallOptions = { method?: string; body?: unknown; signal?: AbortSignal; headers?: Readonly<Record<string, string>> };

/**
 * Calls the router. The key of the session is in a header, never in the address.
 *
 * @param path below `/v1`, such as `/models?sort=price`. @throws ApiError for an answer that is an error, or where none comes.
 */
export async function call(path: string, { method, body, signal, headers }: CallOptions = {}): Promise<Response> {
  const key = readKey();
  const init: RequestInit = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    cache: 'no-store',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
  const response = await fetch(`/v1${path}`, init).catch((thrown: unknown) => {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown;
    throw new ApiError('The router does not answer. Check that it runs, then try again.', { status: 0, type: null, body: null });
  });
  if (!response.ok) throw await errorOf(response);
  return response;
}

/** Calls the router and reads JSON. @throws ApiError */
export async function callJson<Body>(path: string, options: CallOptions = {}): Promise<Body> {
  return (await (await call(path, options)).json()) as Body; // our own router's JSON
}

/** Calls the router and reads text. @throws ApiError */
export const callText = async (path: string, signal: AbortSignal): Promise<string> => (await call(path, { signal })).text();

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: the text is shown.
  }
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
  const message = textOf(error['message']) ?? `HTTP ${response.status}${text === '' ? '' : `: ${text.slice(0, 300)}`}`;
  return new ApiError(message, { status: response.status, type: textOf(error['type']), body });
}
