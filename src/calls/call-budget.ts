/** The limit on the upstream calls of one client request. Every call counts: first tries, retries, other keys, other endpoints. */
import { RouterError } from '../unified/error.ts';

/** The calls that a request may still make. */
export interface CallBudget {
  /** Whether this many more calls may be made. */
  allows(calls: number): boolean;
  /** Counts a call that is about to be made. @throws RouterError the first failure of the request, explained, where none may be made. */
  take(): void;
  /** A call has failed. */
  failed(error: RouterError): void;
  /** The error with the limit named beside it (once), where a call was denied. */
  explain(error: RouterError): RouterError;
}

const VARIABLE = 'MAX_UPSTREAM_CALLS';

/** @param most calls for one request. */
export function createCallBudget(most: number): CallBudget {
  let made = 0;
  let isDenied = false;
  let cause: RouterError | null = null;

  function allows(calls: number): boolean {
    const isAllowed = made + calls <= most;
    isDenied ||= !isAllowed;
    return isAllowed;
  }

  function explain(error: RouterError): RouterError {
    if (!isDenied || error.message.includes(VARIABLE)) return error;
    const limit = `it is not tried further, since ${made} of the ${most} upstream calls of one request (variable ${VARIABLE}) are made`;
    return new RouterError(error.type, `${error.message} (${limit})`, error.details);
  }

  return {
    allows,
    take() {
      if (!allows(1)) throw explain(noCallsLeft(cause));
      made++;
    },
    failed(error) {
      cause ??= error;
    },
    explain,
  };
}

/** The request may make no further call, or not as many as another endpoint accepts. */
export function noCallsLeft(cause: RouterError | null): RouterError {
  const meaning = 'no-calls-left';
  if (cause !== null) return new RouterError(cause.type, cause.message, { ...cause.details, meaning });
  return new RouterError('provider_unavailable', 'The request may make no further upstream call.', { meaning, retryable: false });
}
