/**
 * Reads a stream of Responses as a client does (SDK openai 7.59.0, ResponseStream): events to one Response object. Stricter than it: throws for
 * whatever the grammar of the format forbids, and holds the last object to the events before it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../src/lib/json.ts';
import { readEvents, type WireEvent } from './openai-responses/client/answered.ts';

/** The object that ends the stream. `error`: the event before it, where the answer broke off. */
export type ReadResponse = { response: JsonObject; error: JsonObject | null };

/** Events with pieces of a text: the type of item, the type of the part around it (null = the item), the field of the whole text. */
const PIECES: Readonly<Record<string, readonly [item: string, part: string | null, field: string]>> = {
  output_text: ['message', 'output_text', 'text'],
  refusal: ['message', 'refusal', 'refusal'],
  reasoning_summary_text: ['reasoning', 'summary_text', 'text'],
  reasoning_text: ['reasoning', 'reasoning_text', 'text'],
  function_call_arguments: ['function_call', null, 'arguments'],
  custom_tool_call_input: ['custom_tool_call', null, 'input'],
};

/** Kinds of parts: their index field, and the list of the item that they are in. */
const PARTS: Readonly<Record<string, readonly [index: string, list: string]>> = {
  content_part: ['content_index', 'content'],
  reasoning_summary_part: ['summary_index', 'summary'],
};

/** `type` is null outside a part. `text` is null before the first piece, `isDone` after the whole text. */
type Open = {
  item: JsonObject;
  parts: Record<string, JsonObject[]>;
  part: JsonObject | null;
  text: string;
  isDone: boolean;
  notes: JsonObject[];
};

class Reader {
  readonly output: JsonObject[] = [];
  #open: Open | null = null;
  #event: WireEvent = { type: '' };

  /** Throws where it is not so. */
  #check(isRight: boolean): void {
    if (!isRight) throw new Error(`out of place: ${JSON.stringify(this.#event)}`);
  }

  #same(one: unknown, other: unknown): void {
    if (!isDeepStrictEqual(one, other)) throw new Error(`differs from ${JSON.stringify(other)}: ${JSON.stringify(this.#event)}`);
  }

  /** The item that is open, as the event names it. */
  #item(): Open {
    const open = this.#open;
    if (open === null) throw new Error(`no item is open: ${JSON.stringify(this.#event)}`);
    this.#same([this.#event['item_id'], this.#event['output_index']], [open.item['id'], this.output.length]);
    return open;
  }

  hasOpen(): boolean {
    return this.#open !== null;
  }

  read(event: WireEvent): void {
    this.#event = event;
    const [, name = '', what = ''] = /^response\.(\w+)\.(\w+)$/.exec(event.type) ?? [];
    if (event.type === 'response.output_text.annotation.added') return this.#annotate(event);
    if (name === 'output_item') return what === 'added' ? this.#add(event) : this.#finish(event);
    const part = PARTS[name];
    if (part !== undefined) return what === 'added' ? this.#addPart(event, part) : this.#endPart(event, part);
    const piece = PIECES[name];
    this.#check(piece !== undefined && (what === 'delta' || what === 'done'));
    if (piece === undefined) return;
    const open = this.#item();
    this.#same([open.item['type'], open.part?.['type'] ?? null], [piece[0], piece[1]]);
    this.#check(!open.isDone);
    if (what === 'delta') {
      const tokens = (event['logprobs'] ?? []) as unknown[];
      this.#check(typeof event['delta'] === 'string' && (event['delta'] !== '' || tokens.length > 0));
      open.text += event['delta'] as string;
    } else {
      this.#same(event[piece[2]], open.text);
      open.isDone = true;
    }
    if (piece[1] === 'output_text') this.#check(Array.isArray(event['logprobs']));
  }

  #add({ item, output_index: index }: WireEvent): void {
    this.#check(this.#open === null && index === this.output.length);
    const added = item as JsonObject;
    this.#check(typeof added['id'] === 'string' && this.output.every(({ id }) => id !== added['id']));
    this.#open = { item: added, parts: { content: [], summary: [] }, part: null, text: '', isDone: false, notes: [] };
  }

  #finish({ item, output_index: index }: WireEvent): void {
    const open = this.#open;
    const done = item as JsonObject;
    this.#check(open !== null && open.part === null && index === this.output.length);
    if (open === null) return;
    this.#same([done['id'], done['type'], done['call_id'], done['name']], [open.item['id'], open.item['type'], open.item['call_id'], open.item['name']]); // prettier-ignore
    for (const name of ['content', 'summary']) if (done[name] !== undefined) this.#same(done[name], open.parts[name]);
    const [, , field = ''] = Object.values(PIECES).find(([type, part]) => type === done['type'] && part === null) ?? [];
    if (field !== '') this.#same([done[field], open.isDone], [open.text, true]);
    this.output.push(done);
    this.#open = null;
  }

  #addPart(event: WireEvent, [index, list]: readonly [string, string]): void {
    const open = this.#item();
    this.#check(open.part === null && event[index] === open.parts[list]?.length && Array.isArray(open.item[list]));
    Object.assign(open, { part: event['part'], text: '', isDone: false, notes: [] });
  }

  #endPart(event: WireEvent, [index, list]: readonly [string, string]): void {
    const open = this.#item();
    const part = event['part'] as JsonObject;
    this.#check(open.part !== null && open.isDone && event[index] === open.parts[list]?.length);
    this.#same([part['type'], part['text'] ?? part['refusal']], [open.part?.['type'], open.text]);
    if (part['type'] === 'output_text') this.#same(part['annotations'], open.notes);
    open.parts[list]?.push(part);
    Object.assign(open, { part: null, text: '', isDone: false });
  }

  #annotate({ annotation, annotation_index: index }: WireEvent): void {
    const open = this.#item();
    this.#check(open.part?.['type'] === 'output_text' && !open.isDone && index === open.notes.length);
    open.notes.push(annotation as JsonObject);
  }
}

const LAST = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Reads a stream. @throws Error where it is against the grammar. */
export function readResponse(text: string): ReadResponse {
  const events = readEvents(text);
  const last = events.at(-1);
  if (last === undefined || !LAST.has(last.type)) throw new Error(`the stream ends with ${last?.type}`);
  const response = last['response'] as JsonObject;
  if (last.type !== `response.${String(response['status'])}`) throw new Error(`${last.type} has the status ${String(response['status'])}`);
  const isFailed = last.type === 'response.failed';
  const errors = events.filter(({ type }) => type === 'error');
  if (errors.length !== (isFailed ? 1 : 0) || (isFailed && events.at(-2)?.type !== 'error')) throw new Error('errors are out of place');
  const content = events.slice(0, isFailed ? -2 : -1);
  if (content[0]?.type !== 'response.created' && !(isFailed && content.length === 0)) throw new Error('the stream has no beginning');
  if (content[1] !== undefined && content[1].type !== 'response.in_progress') throw new Error('the answer is not in progress');
  const reader = new Reader();
  for (const event of content.slice(2)) reader.read(event);
  if (reader.hasOpen() && !isFailed) throw new Error('an item is not done');
  const output = response['output'] as JsonObject[];
  if (!isDeepStrictEqual(output.slice(0, reader.output.length), reader.output)) throw new Error('the last object has other items');
  if (output.length !== reader.output.length + (reader.hasOpen() ? 1 : 0)) throw new Error('the last object has another number of items');
  const id = (content[0]?.['response'] as JsonObject | undefined)?.['id'];
  if (id !== undefined && id !== response['id']) throw new Error('the id changes');
  return { response, error: (isFailed ? events.at(-2) : null) ?? null };
}
