/** Reaches the object with the kept answers of an account (`responses-object.ts`) from a request. */
import { parseWithLongNumbers } from '../lib/exact-json.ts';
import { joinBytes } from '../lib/join-bytes.ts';
import { arrayOf, isObject, textOf, type JsonObject } from '../lib/json.ts';
import type { HoldMemory, KeptAnswer, ResponseStore, ResponseStores } from '../ports.ts';
import { RouterError } from '../unified/error.ts';
import { checkJsonBounds } from '../unified/request/json-bounds.ts';
import { objectsOf } from './bindings.ts';
import { MAX_STORED_TEXT_BYTES, responseLimits, storeMode, type Env } from './env.ts';
import type { AnswerToKeep, NamedItem } from './response-tables.ts';
import type { Fault, Part, ReadCall } from './read-kept.ts';
import type { ResponsesStub } from './responses-object.ts';
import { reach } from './reach.ts';

/** Texts up to this size take no part of the memory that large requests share. */
const SMALL_BYTES = 128 * 1024;

/** Most items that a request may refer to, and most items of an answer and its input that are found so: the last ones. */
const MAX_NAMED = 1000;

/** Returns the stores; null where `RESPONSES` is not bound or nothing is to be stored. @param log writes a line to the operator's log. */
export function createResponseStores(env: Env, log: (line: string) => void): ResponseStores | null {
  const objects = objectsOf<ResponsesStub>(env, 'RESPONSES');
  const mode = storeMode(env);
  if (objects === null || mode === 'never') return null;
  const { answerBytes, accountBytes } = responseLimits(env);
  const options = { maxBytes: Math.min(answerBytes, accountBytes), log };
  return { keepsByDefault: mode === 'default', of: (account) => new ObjectStore(() => objects(account), options) };
}

/** What is read, without the size. */
type Wanted = ReadCall extends infer Call ? (Call extends unknown ? Omit<Call, 'maxBytes'> : never) : never;

/** `maxBytes`: of an answer with its input. */
type StoreOptions = { maxBytes: number; log: (line: string) => void };

class ObjectStore implements ResponseStore {
  readonly #connect: () => ResponsesStub;
  readonly #options: StoreOptions;

  /** @param connect a stub is used by the request that got it only. */
  constructor(connect: () => ResponsesStub, options: StoreOptions) {
    this.#connect = connect;
    this.#options = options;
  }

  async keep(answer: KeptAnswer): Promise<string | null> {
    const { maxBytes, log } = this.#options;
    try {
      const written = writeAnswer(answer, maxBytes);
      if (written === null) return `it has more than ${maxBytes} bytes with its input`;
      await this.#connect().keep(written);
      return null;
    } catch (thrown) {
      log(`an answer was not stored: ${String(thrown).slice(0, 200)}`);
      return 'the store of answers cannot be reached';
    }
  }

  async find(id: string, hold: HoldMemory): Promise<JsonObject | null> {
    const found = await this.#read({ what: 'answer', id }, hold);
    if (isFault(found)) return null;
    const [head, output] = found;
    // An answer has the id that it is asked for: an upstream may have given it another one than the router.
    return head === undefined ? null : { ...(head.value as JsonObject), id, output: output?.value };
  }

  async input(id: string, hold: HoldMemory): Promise<readonly JsonObject[] | null> {
    const found = await this.#read({ what: 'input', id }, hold);
    return isFault(found) ? null : found.flatMap(itemsOf);
  }

  async items(ids: readonly string[], hold: HoldMemory): Promise<ReadonlyMap<string, JsonObject>> {
    if (ids.length > MAX_NAMED)
      throw new RouterError('invalid_request', `input: it refers to ${ids.length} items; at most ${MAX_NAMED}.`, { param: 'input' });
    const found = await this.#read({ what: 'items', ids }, hold);
    if (!isFault(found)) return new Map(found.map(({ id = '', value }) => [id, value as JsonObject]));
    throw new RouterError('invalid_request', `input: the items that it refers to ${TOO_LARGE}.`, { param: 'input' });
  }

  async conversation(id: string, hold: HoldMemory): Promise<readonly JsonObject[] | null> {
    const found = await this.#read({ what: 'conversation', id }, hold);
    if (!isFault(found)) return found.flatMap(itemsOf);
    if (found === 'missing') return null;
    const param = 'previous_response_id';
    throw new RouterError('invalid_request', `${param}: the answer '${id}' cannot be continued: ${FAULTS[found]}.`, { param });
  }

  async remove(id: string): Promise<boolean> {
    return (await reach(this.#connect().remove({ id }), UNREACHABLE)).removed;
  }

  /** Large texts take memory before they come. */
  async #read(wanted: Wanted, hold: HoldMemory): Promise<ParsedPart[] | Fault> {
    const ask = (maxBytes: number) => reach(this.#connect().read({ ...wanted, maxBytes }), UNREACHABLE);
    const { fault, bytes, parts } = await ask(SMALL_BYTES);
    if (fault === null) return parts.map(({ text, ...part }) => ({ ...part, value: parseWithLongNumbers(decode(text)) }));
    if (fault !== 'too-large' || bytes > MAX_STORED_TEXT_BYTES) return fault;
    const settle = await hold(bytes);
    const large = await ask(MAX_STORED_TEXT_BYTES);
    if (large.fault !== null) return large.fault;
    const texts = large.parts.map(({ text, ...part }) => ({ ...part, text: decode(text) }));
    settle(texts.map(({ text }) => checkJsonBounds(text)));
    return texts.map(({ text, ...part }) => ({ ...part, value: parseWithLongNumbers(text) }));
  }
}

type ParsedPart = Omit<Part, 'text'> & { value: unknown };

const isFault = (found: ParsedPart[] | Fault): found is Fault => typeof found === 'string';

const UNREACHABLE = 'The store of answers cannot be reached. Try again, or send the whole conversation in `input`.';

const TOO_LARGE = `have more than ${MAX_STORED_TEXT_BYTES} bytes; send those that matter`;

const FAULTS: Readonly<Record<Exclude<Fault, 'missing'>, string>> = {
  failed: 'it failed, and only a whole answer can be continued. Go on from the answer before it',
  'too-long': 'its conversation has too many answers. Send the items that matter in `input`, or compact it with POST /responses/compact',
  'too-large': `the items of its conversation ${TOO_LARGE} in \`input\``,
};

/** The items of a list. Those that a compaction stands for are left out. */
function itemsOf({ value, restarts = false }: ParsedPart): JsonObject[] {
  const items = value as JsonObject[];
  return restarts ? items.slice(items.findLastIndex(isCompaction)) : items;
}

const isCompaction = ({ type }: JsonObject): boolean => type === 'compaction';

/** Writes an answer as it is stored; null where it has more than so many bytes. */
function writeAnswer({ ids, previousId, response, input }: KeptAnswer, maxBytes: number): AnswerToKeep | null {
  const { output: given, ...fields } = response;
  const items = arrayOf(given).filter(isObject);
  const head = encode(fields);
  const sent = writeList(input, 'input', maxBytes - head.length);
  const output = sent === null ? null : writeList(items, 'output', maxBytes - head.length - sent.text.length);
  if (sent === null || output === null) return null;
  return {
    ids,
    previousId,
    head,
    input: sent.text,
    output: output.text,
    items: [...sent.named, ...output.named].slice(-MAX_NAMED),
    restarts: items.some(isCompaction),
    failed: response['status'] === 'failed',
  };
}

type WrittenList = { text: Uint8Array; named: NamedItem[] };

/** A list as text, and where in it the items with an id are; null where it has more than so many bytes. */
function writeList(items: readonly JsonObject[], list: NamedItem['list'], maxBytes: number): WrittenList | null {
  const pieces: Uint8Array[] = [];
  const named: NamedItem[] = [];
  let bytes = 0;
  const add = (piece: Uint8Array) => {
    pieces.push(piece);
    bytes += piece.length;
  };
  for (const [index, item] of items.entries()) {
    add(index === 0 ? OPEN : COMMA);
    const [id, text] = [textOf(item['id']), encode(item)];
    if (id !== null) named.push({ id, list, start: bytes, bytes: text.length });
    add(text);
    if (bytes > maxBytes) return null;
  }
  add(items.length === 0 ? EMPTY : CLOSE);
  return { text: joinBytes(pieces, bytes), named };
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const [OPEN, COMMA, CLOSE, EMPTY] = ['[', ',', ']', '[]'].map(utf8) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const encode = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
const decode = (text: Uint8Array): string => new TextDecoder().decode(text);
