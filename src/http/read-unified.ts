/** Reads a body as a unified request: in the client's format, with the session that headers or body name, and with hashed users. */
import type { Caller } from '../accounts/caller.ts';
import type { ClientState, ResolvedBody } from '../dialects/client-answers.ts';
import type { Asks, ClientDialect } from '../dialects/client-dialect.ts';
import { storingObjection } from '../fitting/parameters/store.ts';
import type { StoredTurn, UnifiedRequest } from '../unified/request/request.ts';
import { readSession } from '../unified/request/session.ts';
import type { HoldMemory, Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { refuseModels, restrictionOf } from '../routing/restrictions.ts';
import { hashUsers } from './hash-users.ts';
import { withOwnPaths } from './own-paths.ts';

/** What a request has besides its body. */
type Circumstances = {
  headers: Headers;
  asks: Asks;
  tenant: string;
  caller: Caller;
  catalog: Catalog;
  /** Takes memory for what is read of kept answers. */
  hold: HoldMemory;
  ports: Pick<Ports, 'sealer' | 'responses'>;
};

/** @throws RouterError for a body that the format does not accept, and for models that the caller's key does not allow. */
export async function readUnified(client: ClientDialect, given: unknown, circumstances: Circumstances): Promise<UnifiedRequest> {
  const { headers, asks, tenant, caller, catalog } = circumstances;
  const { body, storedTurn, itemsBefore } =
    client.resolve === undefined ? unresolved(given) : await client.resolve(given, stateOf(circumstances));
  const header = (name: string) => headers.get(name);
  const parse = () => client.parse(body, header, asks);
  const parsed = itemsBefore === 0 ? parse() : withOwnPaths(parse, client.parameterPath('messages'), itemsBefore);
  const restriction = restrictionOf(caller.key);
  if (restriction !== null) refuseModels(parsed, catalog, restriction);
  const session = readSession(body, header);
  const named = session === null ? parsed : Object.freeze({ ...parsed, session });
  return hashUsers(storedTurn === null ? named : withStoredTurn(named, storedTurn, asks), tenant);
}

const unresolved = (body: unknown): ResolvedBody => ({ body, storedTurn: null, itemsBefore: 0 });

function stateOf({ ports: { sealer, responses }, caller: { account }, hold }: Circumstances): ClientState {
  return {
    openSummary: (sealed) => sealer.open(sealed),
    keeps: responses === null ? 'never' : responses.keepsByDefault ? 'default' : 'requested',
    findItems: async (ids) => (await responses?.of(account).items(ids, hold)) ?? new Map(),
    findConversation: async (id) => (await responses?.of(account).conversation(id, hold)) ?? null,
  };
}

/** Only answers are kept, and none of a client that allows nothing to be stored. */
function withStoredTurn(request: UnifiedRequest, storedTurn: StoredTurn, asks: Asks): UnifiedRequest {
  const reason = storingObjection(request);
  const isKept = storedTurn.isKept && asks === 'answer';
  if (!isKept || reason === null) return Object.freeze({ ...request, storedTurn: { ...storedTurn, isKept } });
  const nativeOnly = [...request.nativeOnly, { param: 'store', otherwise: 'drop', reason } as const];
  return Object.freeze({ ...request, nativeOnly, storedTurn: { ...storedTurn, isKept: false } });
}
