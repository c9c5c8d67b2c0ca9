/** The error for a single event of an upstream stream that exceeds its limit. */
import { RouterError } from '../../unified/error.ts';

/** @param variable the operator's variable that sets the limit, where one does. */
export function eventTooLarge(most: number, unit: 'bytes' | 'characters', variable?: string): RouterError {
  const limit = variable === undefined ? '' : ` (variable ${variable})`;
  return new RouterError('provider_unavailable', `the upstream sent an event of more than ${most} ${unit}${limit}`);
}
