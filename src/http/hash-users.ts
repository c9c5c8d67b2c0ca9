/**
 * Replaces the names of end users by hashes before a request is planned: providers need a stable id against abuse, and no name, address or
 * account id. A body in the upstream's own format (`UnifiedRequest.native`) is not read and keeps its own.
 */
import { sha256Hex } from '../lib/hash.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { withoutSession } from '../unified/request/session.ts';

/** Parameters that name an end user: the unified one, and those of single providers. */
const USER_FIELDS = ['user', 'safety_identifier', 'user_id'] as const;

/** Characters of a hash. With its prefix the id has 36: OpenAI accepts 64 at most, Z.ai 6 to 128 (their API references, read 2026-11-20). */
const HASH_CHARACTERS = 32;

/**
 * Returns the request with the hashes of its users; the request itself, and no promise, where it names none. The same user of the same
 * tenant has the same hash in every request, session and isolate. Users of two tenants differ, although both may call theirs "1".
 *
 * @param tenant see `state/tenants.ts`.
 */
export function hashUsers(request: UnifiedRequest, tenant: string): UnifiedRequest | Promise<UnifiedRequest> {
  const { parameters } = request;
  const named = USER_FIELDS.filter((field) => typeof parameters[field] === 'string' && parameters[field] !== '');
  return named.length === 0 ? request : withHashes(request, named, tenant);
}

async function withHashes(request: UnifiedRequest, named: readonly string[], tenant: string): Promise<UnifiedRequest> {
  const hashed = await Promise.all(
    named.map(async (field) => {
      const user = withoutSession(String(request.parameters[field]));
      return [field, await userHash(tenant, user)] as const;
    }),
  );
  return Object.freeze({ ...request, userHashes: Object.fromEntries(hashed) });
}

/** The hash of one end user of a tenant. */
export const userHash = async (tenant: string, user: string): Promise<string> =>
  `usr_${await sha256Hex(`${tenant}|${user}`, HASH_CHARACTERS)}`;
