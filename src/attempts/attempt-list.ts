/** What is reported of several attempts together. */
import { RouterError } from '../unified/error.ts';
import type { Attempt } from './attempt.ts';

/** The error of the first attempt that failed, with what came of the others in its metadata. */
export function firstError(attempts: readonly Attempt[]): RouterError {
  const error = attempts.find((attempt) => attempt.error !== null)?.error;
  if (error == null) return new RouterError('provider_unavailable', 'No endpoint could be called.');
  return countTries(attempts) === 1 ? error : withAttempts(error, attempts);
}

/** The error, with all attempts in its metadata. */
export function withAttempts(error: RouterError, attempts: readonly Attempt[]): RouterError {
  const metadata = { ...error.details.metadata, attempts: attempts.flatMap((attempt) => attempt.describe()) };
  return new RouterError(error.type, error.message, { ...error.details, metadata });
}

/** The number of tries that is reported to clients. */
export const countTries = (attempts: readonly Attempt[]): number => attempts.reduce((sum, { tries }) => sum + tries, 0);
