/** Creates the error for an event of an upstream stream that exceeds the size limit. */
import { RouterError } from '../../unified/error.ts';

/** @param variable the operator's variable that sets the limit; absent = none does. */
export function eventTooLarge(most: number, unit: 'bytes' | 'characters', variable?: string): RouterError {
  const limit = variable === undefined ? '' : ` (variable ${variable})`;
  return new RouterError('provider_unavailable', `the upstream sent an event of more than ${most} ${unit}${limit}`);
}
