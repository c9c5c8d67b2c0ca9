/** Reaches the objects with stored answers (`responses-object.ts`) from a request. Each call asks the object of the account. */
import { parseWithLongNumbers } from '../lib/exact-json.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../lib/json.ts';
import type { KeptAnswer, ResponseStore, ResponseStores } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import { objectsOf } from './bindings.ts';
import { storeMode, type Env } from './env.ts';
import type { AnswerToKeep, NamedItem } from './response-tables.ts';
import type { ConversationFault, ConversationPart, ResponsesStub } from './responses-object.ts';

/** Most bytes of a conversation that is continued. */
const MAX_CONVERSATION_BYTES = 16 * 2 ** 20;

/** Most items of an answer and its input that references find, the last ones. */
const MAX_NAMED = 1000;

/** Returns the stores; null where `RESPONSES` is not bound or nothing is to be stored. @param log writes a line to the operator's log. */
export function createResponseStores(env: Env, log: (line: string) => void): ResponseStores | null {
  const objects = objectsOf<ResponsesStub>(env, 'RESPONSES');
  const mode = storeMode(env);
  if (objects === null || mode === 'never') return null;
  return { keepsByDefault: mode === 'default', of: (account) => createResponseStore(() => objects(account), log) };
}

/** @param connect a stub is used by the request that got it only. */
function createResponseStore(connect: () => ResponsesStub, log: (line: string) => void): ResponseStore {
  return {
    async keep(answer) {
      try {
        const { tooLarge } = await connect().keep(toKeep(answer));
        return tooLarge === null ? null : `it has ${tooLarge.bytes} bytes with its input, and at most ${tooLarge.maxBytes} are kept`;
      } catch (thrown) {
        log(`an answer was not stored: ${String(thrown).slice(0, 200)}`);
        return 'the store of answers cannot be reached';
      }
    },
    async find(id) {
      const { found } = await reach(connect().find({ id }));
      if (found === null) return null;
      return { ...(read(found.head) as JsonObject), output: read(found.output) };
    },
    async input(id) {
      const { found } = await reach(connect().input({ id }));
      return found === null ? null : (read(found) as JsonObject[]);
    },
    async items(ids) {
      const { found } = await reach(connect().items({ ids }));
      return new Map(Object.entries(found).map(([id, text]) => [id, parseWithLongNumbers(text) as JsonObject]));
    },
    async conversation(id) {
      const found = await reach(connect().conversation({ id, maxBytes: MAX_CONVERSATION_BYTES }));
      if (found.fault === null) return found.parts.flatMap(itemsOf);
      if (found.fault === 'missing') return null;
      throw unusable(id, found.fault);
    },
    async remove(id) {
      return (await reach(connect().remove({ id }))).removed;
    },
  };
}

/** @throws RouterError 503 where the object cannot be reached. */
async function reach<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch {
    const message = 'The store of answers cannot be reached. Try again, or send the whole conversation in `input`.';
    throw new RouterError('provider_overloaded', message, { retryAfterSeconds: 1 });
  }
}

const FAULTS: Readonly<Record<Exclude<ConversationFault, 'missing'>, string>> = {
  failed: 'it failed, and only a whole answer can be continued. Go on from the answer before it',
  'too-long': 'its conversation has too many answers. Send the part that matters in `input`, or compact it with POST /responses/compact',
  'too-large': `its conversation has more than ${MAX_CONVERSATION_BYTES} bytes. Send the part that matters in \`input\`, or compact it with POST /responses/compact`,
};

function unusable(id: string, fault: Exclude<ConversationFault, 'missing'>): RouterError {
  const param = 'previous_response_id';
  return new RouterError('invalid_request', `${param}: the answer '${id}' cannot be continued: ${FAULTS[fault]}.`, { param });
}

function toKeep({ ids, previousId, response, input }: KeptAnswer): AnswerToKeep {
  const { output, ...head } = response;
  const items = arrayOf(output).filter(isObject);
  return {
    ids,
    previousId,
    head: write({ ...head, output: [] }),
    input: write(input),
    output: write(items),
    items: [...namedItems(input, 'input'), ...namedItems(items, 'output')].slice(-MAX_NAMED),
    restarts: items.some(isCompaction),
    failed: response['status'] === 'failed',
  };
}

function namedItems(items: readonly JsonObject[], list: NamedItem['list']): NamedItem[] {
  return items.flatMap((item, index) => {
    const id = textOf(item['id']);
    return id === null ? [] : [{ id, list, index }];
  });
}

const isCompaction = ({ type }: JsonObject): boolean => type === 'compaction';

/** The items of a part. What a compaction stands for is left out. */
function itemsOf({ items, restarts }: ConversationPart): JsonObject[] {
  const all = read(items) as JsonObject[];
  return restarts ? all.slice(all.findLastIndex(isCompaction)) : all;
}

const write = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const read = (text: Uint8Array): unknown => parseWithLongNumbers(new TextDecoder().decode(text));
