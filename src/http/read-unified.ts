/** Reads a body as a unified request: in the client's format, with the session that headers or body name, and with hashed users. */
import type { Asks, ClientDialect } from '../dialects/client-dialect.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { readSession } from '../unified/request/session.ts';
import { hashUsers } from './hash-users.ts';

/** What a request has besides its body. */
type Circumstances = { headers: Headers; asks: Asks; tenant: string };

/** @throws RouterError for a body that the format does not accept. */
export function readUnified(client: ClientDialect, body: unknown, { headers, asks, tenant }: Circumstances): Promise<UnifiedRequest> {
  const header = (name: string) => headers.get(name);
  const parsed = client.parse(body, header, asks);
  const session = readSession(body, header);
  return hashUsers(session === null ? parsed : Object.freeze({ ...parsed, session }), tenant);
}
