/** Fits what only an upstream of the client's own format accepts. Pure. */
import { RouterError } from '../../unified/error.ts';
import type { FitContext } from '../fit-parameter.ts';

/** Leaves it out and reports it. @throws RouterError for what cannot be left out. */
export function fitNativeOnly({ request, adjustments }: FitContext): void {
  for (const { param, otherwise, reason, type = 'invalid_request', code } of request.nativeOnly) {
    if (otherwise === 'refuse')
      throw new RouterError(type, `${param}: ${reason}.`, { param, ...(code === undefined ? {} : { clientCode: code }) });
    adjustments.push({ param, action: otherwise === 'drop' ? 'dropped' : 'emulated', reason });
  }
}
