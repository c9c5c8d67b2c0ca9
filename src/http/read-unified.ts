/** Reads a body as a unified request: in the client's format, with the session that headers or body name, and with hashed users. */
import type { Asks, ClientDialect, ClientState } from '../dialects/client-dialect.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { readSession } from '../unified/request/session.ts';
import type { Ports } from '../ports.ts';
import { hashUsers } from './hash-users.ts';

/** What a request has besides its body. */
type Circumstances = { headers: Headers; asks: Asks; tenant: string; ports: Pick<Ports, 'sealer' | 'responses'> };

/** @throws RouterError for a body that the format does not accept. */
export async function readUnified(client: ClientDialect, given: unknown, circumstances: Circumstances): Promise<UnifiedRequest> {
  const { headers, asks, tenant, ports } = circumstances;
  const body = client.resolve === undefined ? given : await client.resolve(given, stateOf(ports));
  const header = (name: string) => headers.get(name);
  const parsed = client.parse(body, header, asks);
  const session = readSession(body, header);
  return hashUsers(session === null ? parsed : Object.freeze({ ...parsed, session }), tenant);
}

const stateOf = ({ sealer, responses }: Circumstances['ports']): ClientState => ({
  openSummary: (sealed) => sealer.open(sealed),
  findItem: async (id) => (await responses?.item(id)) ?? null,
  findConversation: async (id) => (await responses?.conversation(id)) ?? null,
});
