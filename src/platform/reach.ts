/** Calls of Durable Objects that may not answer: a deployment, an overload, a network that is down. */
import { RouterError } from '../unified/error.ts';

/**
 * Returns the answer of an object.
 *
 * @param message states what could not be done, and what to do next.
 * @throws RouterError 503, retryable, where the object does not answer.
 */
export async function reach<Result>(call: Promise<Result>, message: string): Promise<Result> {
  try {
    return await call;
  } catch (thrown) {
    if (thrown instanceof RouterError) throw thrown;
    throw new RouterError('provider_overloaded', message, { retryAfterSeconds: 1 });
  }
}
