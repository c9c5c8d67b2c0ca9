/** Answers a request to a path that names an answer: `GET /responses/{id}`. What is made in the background is in its stream. */
import type { Caller } from '../accounts/caller.ts';
import type { AsksOfAnswer, ClientDialect } from '../dialects/client-dialect.ts';
import type { JsonObject } from '../lib/json.ts';
import type { HoldMemory, Ports, StreamName } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import type { Deps } from './deps.ts';
import { HeldMemory } from './held-memory.ts';
import { readAfter } from './streams.ts';

/** What is asked of which answer. `query`: the parameters of the address. */
type KeptTask = { client: ClientDialect; asks: AsksOfAnswer; id: string; query: Readonly<Record<string, string>> };

/** Answers the request. @throws RouterError where no such answer of this caller is kept. */
export async function answerKept(
  { client, asks, id, query }: KeptTask,
  { deps: { ports, memory }, caller }: { deps: Deps; caller: Caller },
): Promise<Response> {
  const name = { caller, id };
  const { streams } = ports;
  if (asks === 'retrieve' && query['stream'] === 'true' && streams !== null) return streams.read(name, readAfter(null, query));
  if (asks === 'cancel') await streams?.stop(name);
  const held = new HeldMemory(memory, null);
  try {
    const found = await ANSWERS[asks]({ client, ports, name, query, hold: held.hold });
    if (found !== null) return Response.json(found);
  } finally {
    held.release();
  }
  throw client.explainMissing?.(`${client.routes[0]?.path ?? ''}/${id}`) ?? new RouterError('not_found', `There is no answer ${id}.`);
}

/** A kept answer that something is asked of. */
type Asked = Pick<KeptTask, 'client' | 'query'> & { ports: Pick<Ports, 'streams' | 'responses'>; name: StreamName; hold: HoldMemory };

/** The body of each response; null = no such answer is kept for the caller. */
const ANSWERS: Readonly<Record<AsksOfAnswer, (asked: Asked) => Promise<JsonObject | null>>> = {
  retrieve: findAnswer,
  cancel: findAnswer,
  async delete({ client, ports: { responses }, name: { caller, id } }) {
    const isRemoved = (await responses?.of(caller.account).remove(id)) ?? false;
    return isRemoved ? (client.kept?.deleted(id) ?? null) : null;
  },
  async 'input-items'({ client, ports: { responses }, name: { caller, id }, query, hold }) {
    const items = (await responses?.of(caller.account).input(id, hold)) ?? null;
    return items === null ? null : (client.kept?.inputPage(items, { id, query }) ?? null);
  },
};

/** The answer as it is now. */
async function findAnswer({ ports: { streams, responses }, name, hold }: Asked): Promise<JsonObject | null> {
  return (await streams?.current(name)) ?? (await responses?.of(name.caller.account).find(name.id, hold)) ?? null;
}
