/** Refuses the operator's own paths to all callers but the operator. */
import type { Caller } from '../accounts/caller.ts';
import { RouterError } from '../unified/error.ts';

/**
 * Accepts the caller with `ADMIN_API_KEY`.
 *
 * @param hasAdmin the variable is set.
 * @throws RouterError `permission_denied` for every other caller.
 */
export function requireAdmin({ isAdmin }: Caller, hasAdmin: boolean): void {
  if (isAdmin) return;
  const message = hasAdmin
    ? 'Only the operator may do this: send the ADMIN_API_KEY as "Authorization: Bearer <key>" or as "x-api-key: <key>".'
    : 'Only the operator may do this, and this router has no ADMIN_API_KEY. Set it (a secret: one or more keys, comma-separated), and send it as "Authorization: Bearer <key>".';
  throw new RouterError('permission_denied', message);
}
