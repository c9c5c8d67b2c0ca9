/** Asks a router over HTTP, or one in this process. Failures become errors with a next step. */
import { isObject, parseBounded, wordOf, type JsonObject } from '../lib/json.ts';
import { toPrintable } from '../lib/printable.ts';
import { RouterError } from '../unified/error.ts';
import { readBounded } from '../upstream/read-bounded.ts';
import { CliError } from './cli-error.ts';
import type { SendRequest } from './send-request.ts';

/** A router to ask. */
export type RouterAddress = {
  /** Origin and path in front of `/v1`, without a slash at the end. */
  readonly url: string;
  /** Caller or admin key; null = none is sent. */
  readonly key: string | null;
  /** What to do when no router answers there. */
  readonly startAdvice: string;
  /** What to do when the key is missing or refused. */
  readonly keyAdvice: string;
};

/** How a router is asked. */
export type RouterOptions = { readonly send: SendRequest; readonly signal: AbortSignal };

/** A request to a path below `/v1`. */
export type RouterRequest = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON; a text is sent as it is. Absent = no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Longest wait for an answer, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Most bytes of an answer: all models have about 2 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Statuses of a router, or of what stands in front of it, that is not there. */
const UNREACHABLE = new Set([502, 503, 504]);

/** Asks one router. */
export class RouterClient {
  readonly #address: RouterAddress;
  readonly #options: RouterOptions;

  constructor(address: RouterAddress, options: RouterOptions) {
    this.#address = address;
    this.#options = options;
  }

  /** Returns the JSON object of an answer. @param path below `/v1`, with its query. @throws CliError */
  async ask(path: string, request: RouterRequest = {}): Promise<JsonObject> {
    const response = await this.#send(path, request);
    const text = await this.#readText(response);
    const body = parseBounded(text);
    if (!response.ok) throw this.#refusal(response.status, body);
    if (isObject(body)) return body;
    throw new CliError(
      'failed',
      `${this.#address.url} answered with something that is no JSON object: ${shown(text)}`,
      this.#address.startAdvice,
    );
  }

  async #send(path: string, { method = 'GET', body, headers }: RouterRequest): Promise<Response> {
    const { url, key, startAdvice } = this.#address;
    const { send, signal } = this.#options;
    try {
      return await send(
        new Request(`${url}/v1${path}`, {
          method,
          headers: {
            ...(key === null ? {} : { authorization: `Bearer ${key}` }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
          redirect: 'manual', // the key goes to this address only
          signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        }),
      );
    } catch (thrown) {
      throw new CliError('unreachable', `No router answers at ${url} (${reasonOf(thrown)}).`, startAdvice);
    }
  }

  async #readText(response: Response): Promise<string> {
    try {
      return await readBounded(response, MAX_BYTES);
    } catch (thrown) {
      if (thrown instanceof RouterError && thrown.type === 'payload_too_large')
        throw new CliError('failed', `The answer of ${this.#address.url} has more than ${MAX_BYTES} bytes.`);
      throw new CliError('unreachable', `The answer of ${this.#address.url} broke off (${reasonOf(thrown)}).`, 'Give the command again.');
    }
  }

  #refusal(status: number, body: unknown): CliError {
    const { url, startAdvice, keyAdvice } = this.#address;
    const error = isObject(body) && isObject(body['error']) ? body['error'] : {};
    const message = wordOf(error['message']) || `${url} answered with HTTP ${status}.`;
    if (status === 401 || status === 403) return new CliError('refused', `HTTP ${status}: ${message}`, keyAdvice);
    if (UNREACHABLE.has(status)) return new CliError('unreachable', `HTTP ${status}: ${message}`, startAdvice);
    return new CliError('failed', `HTTP ${status}: ${message}`);
  }
}

/** The system's code of a failure (`ECONNREFUSED`), which `fetch` has as its cause. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return 'unknown error';
  if (cause.name === 'TimeoutError') return `nothing within ${TIMEOUT_MS / 1000} s`;
  return 'code' in cause ? String(cause.code) : cause.message;
}

const shown = (text: string) => JSON.stringify(toPrintable(text, 100));
