/** Fits what only an upstream of the client's own format accepts. Pure. */
import { RouterError } from '../../unified/error.ts';
import type { FitContext } from '../fit-parameter.ts';

/** True when the target has the client's own format, and gets the client's own body. */
export const isNative = ({ request, target }: Pick<FitContext, 'request' | 'target'>): boolean =>
  request.native?.format === target.rules.dialect;

/** Leaves it out and reports it, unless the target has the client's format. @throws RouterError for what cannot be left out. */
export function fitNativeOnly(fitting: FitContext): void {
  if (isNative(fitting)) return;
  const { request, adjustments } = fitting;
  for (const { param, otherwise, reason, type = 'invalid_request', code } of request.nativeOnly) {
    if (otherwise === 'refuse')
      throw new RouterError(type, `${param}: ${reason}.`, { param, ...(code === undefined ? {} : { clientCode: code }) });
    adjustments.push({ param, action: otherwise === 'drop' ? 'dropped' : 'emulated', reason });
  }
}
