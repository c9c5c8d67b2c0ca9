/** Answers a request to a path that names an answer: `GET /responses/{id}`. What is made in the background is in its stream. */
import type { Caller } from '../accounts/caller.ts';
import type { AsksOfAnswer } from '../dialects/client-answers.ts';
import type { ClientDialect } from '../dialects/client-dialect.ts';
import type { JsonObject } from '../lib/json.ts';
import type { HoldMemory, Ports, StreamName } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import type { Deps } from './deps.ts';
import { HeldMemory } from './held-memory.ts';
import { readAfter } from './streams.ts';

/** What a request does with which answer. `query`: the parameters of the address. */
type KeptTask = { client: ClientDialect; asks: AsksOfAnswer; id: string; query: Readonly<Record<string, string>> };

/** Answers the request. @throws RouterError where no such answer of this caller is kept. */
export async function answerKept(
  { client, asks, id, query }: KeptTask,
  { deps: { ports, memory }, caller }: { deps: Deps; caller: Caller },
): Promise<Response> {
  const name = { caller, id };
  const { streams } = ports;
  if (asks === 'cancel') await streams?.stop(name);
  const held = new HeldMemory(memory, null);
  try {
    const asked = { client, ports, name, query, hold: held.hold };
    const isStream = asks === 'retrieve' && query['stream'] === 'true';
    const stream = isStream ? await readStream(asked) : null;
    if (stream !== null) return stream;
    const found = await ANSWERS[asks](asked);
    if (found !== null && isStream) throw new RouterError('invalid_request', NO_STREAM, { param: 'stream' });
    if (found !== null) return Response.json(found);
  } finally {
    held.release();
  }
  throw client.explainMissing?.(`${client.routes[0]?.path ?? ''}/${id}`) ?? new RouterError('not_found', `There is no answer ${id}.`);
}

/** A kept answer, and what a request does with it. */
type Asked = Pick<KeptTask, 'client' | 'query'> & { ports: Pick<Ports, 'streams' | 'responses'>; name: StreamName; hold: HoldMemory };

const NO_STREAM = 'stream: only an answer in the background has kept its events. Leave the parameter out to get the whole answer.';

/** The events of an answer; null = they are not kept for the caller. */
async function readStream({ ports: { streams }, name, query }: Asked): Promise<Response | null> {
  const after = readAfter(null, query);
  try {
    return (await streams?.read(name, after)) ?? null;
  } catch (thrown) {
    if (thrown instanceof RouterError && thrown.type === 'not_found') return null;
    throw thrown;
  }
}

/** The body of each response; null = no such answer is kept for the caller. */
const ANSWERS: Readonly<Record<AsksOfAnswer, (asked: Asked) => Promise<JsonObject | null>>> = {
  retrieve: findAnswer,
  cancel: findAnswer,
  async delete({ client, ports: { streams, responses }, name }) {
    const isRemoved = (await responses?.of(name.caller.account).remove(name.id)) ?? false;
    // Made in the background it is in its stream, too. A stream of another format is no answer here.
    const isForgotten = ((await streams?.current(name)) ?? null) !== null && (await streams?.forget(name)) === true;
    return isRemoved || isForgotten ? (client.kept?.deleted(name.id) ?? null) : null;
  },
  async 'input-items'({ client, ports: { responses }, name: { caller, id }, query, hold }) {
    const items = (await responses?.of(caller.account).input(id, hold)) ?? null;
    return items === null ? null : (client.kept?.inputPage(items, { id, query }) ?? null);
  },
};

/** The answer as it is now. One that is stored has ended. */
async function findAnswer({ ports: { streams, responses }, name, hold }: Asked): Promise<JsonObject | null> {
  return (await responses?.of(name.caller.account).find(name.id, hold)) ?? (await streams?.current(name)) ?? null;
}
