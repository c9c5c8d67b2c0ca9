/** The limit on the upstream calls of one client request. Every call counts: first tries, retries, other keys, other endpoints. */
import { RouterError } from '../unified/error.ts';

const VARIABLE = 'MAX_UPSTREAM_CALLS';

/** The calls that a request may still make. */
export class CallBudget {
  readonly #most: number;
  #made = 0;
  #isDenied = false;
  #cause: RouterError | null = null;

  /** @param most calls for one request. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether this many more calls may be made. */
  allows(calls: number): boolean {
    const isAllowed = this.#made + calls <= this.#most;
    this.#isDenied ||= !isAllowed;
    return isAllowed;
  }

  /** Counts a call that is about to be made. @throws RouterError the first failure of the request, explained, where none may be made. */
  take(): void {
    if (!this.allows(1)) throw this.explain(noCallsLeft(this.#cause));
    this.#made++;
  }

  /** A call has failed. */
  failed(error: RouterError): void {
    this.#cause ??= error;
  }

  /** The error with the limit named beside it (once), where a call was denied. */
  explain(error: RouterError): RouterError {
    if (!this.#isDenied || error.message.includes(VARIABLE)) return error;
    const made = `${this.#made} of the ${this.#most} upstream calls of one request (variable ${VARIABLE}) are made`;
    return new RouterError(error.type, `${error.message} (it is not tried further, since ${made})`, error.details);
  }
}

/** The request may make no further call, or not as many as another endpoint accepts. */
export function noCallsLeft(cause: RouterError | null): RouterError {
  const meaning = 'no-calls-left';
  if (cause !== null) return new RouterError(cause.type, cause.message, { ...cause.details, meaning });
  return new RouterError('provider_unavailable', 'The request may make no further upstream call.', { meaning, retryable: false });
}
