/** Puts summaries, kept items and kept answers in the place of what refers to them. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import { SEALED_PREFIX } from '../../../unified/sealed-prefix.ts';
import type { ClientState, ResolvedBody } from '../../client-answers.ts';
import { itemType } from './item-type.ts';

/**
 * Returns the body with the items themselves; the body itself where it refers to nothing. A reference that is not found stays: `parse.ts`
 * refuses it.
 *
 * @throws RouterError naming a summary that cannot be opened.
 */
export async function resolveState(body: unknown, state: ClientState): Promise<ResolvedBody> {
  if (!isObject(body)) return { body, storedTurn: null, itemsBefore: 0 };
  const previousId = textOf(body['previous_response_id']);
  const isKept = body['store'] === true ? state.keeps !== 'never' : body['store'] == null && state.keeps === 'default';
  const before = previousId === null ? null : await state.findConversation(previousId);
  const own = await resolveReferences(body['input'], before ?? [], state);
  if (before === null) {
    const input = await openSummaries(own, state);
    const resolved = input === body['input'] ? body : { ...body, input };
    return { body: resolved, storedTurn: isKept ? { previousId: null, items: itemsOf(own), isKept } : null, itemsBefore: 0 };
  }
  const items = itemsOf(own);
  const { previous_response_id: _, ...rest } = body;
  const kept = await openSummaries(before, state, () => 'previous_response_id');
  const sent = await openSummaries(items, state);
  return { body: { ...rest, input: [...kept, ...sent] }, storedTurn: { previousId, items, isKept }, itemsBefore: before.length };
}

/** The items of an input. Text in its place is a message of the user. */
function itemsOf(input: unknown): readonly JsonObject[] {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  return Array.isArray(input) ? (input as JsonObject[]) : []; // `parse.ts` refuses an entry that is no object
}

const idOf = (item: unknown): string | null => (isObject(item) ? textOf(item['id']) : null);

const isOf = (type: string) => (item: unknown) => isObject(item) && itemType(item) === type;
const isReference = isOf('item_reference');
const isCompaction = isOf('compaction');

/**
 * Puts the items in the place of references. The same input where it has none. References to items of the conversation before are left out:
 * the AI SDK repeats the answer that it goes on from (github.com/vercel/ai/pull/15492, read 2026-12-01).
 */
async function resolveReferences(input: unknown, before: readonly JsonObject[], state: ClientState): Promise<unknown> {
  if (!Array.isArray(input) || !input.some(isReference)) return input;
  const known = new Set(before.map(idOf));
  const own = input.filter((item) => !isReference(item) || idOf(item) === null || !known.has(idOf(item)));
  const ids = own.filter(isReference).flatMap((item) => idOf(item) ?? []);
  if (ids.length === 0) return own;
  const found = await state.findItems([...new Set(ids)]);
  return own.map((item: unknown) => (isReference(item) ? (found.get(idOf(item) ?? '') ?? item) : item));
}

/** The same input where it has no summaries of the router. @param pathOf names an item in an error. */
async function openSummaries<Input>(input: Input, state: ClientState, pathOf = (index: number) => `input[${index}]`): Promise<Input> {
  if (!Array.isArray(input) || !input.some(isCompaction)) return input;
  const opened = input.map((item: unknown, index) =>
    isObject(item) && isCompaction(item) ? openSummary(item, pathOf(index), state) : item,
  );
  return (await Promise.all(opened)) as Input;
}

async function openSummary(item: JsonObject, path: string, state: ClientState): Promise<JsonObject> {
  const { encrypted_content: sealed } = item;
  if (typeof sealed !== 'string' || !sealed.startsWith(SEALED_PREFIX)) return item;
  const summary = await state.openSummary(sealed);
  if (summary !== null)
    return { type: 'message', role: 'developer', content: `Summary of the conversation before this point:\n\n${summary}` };
  const param = `${path}.encrypted_content`;
  const message = `${param} cannot be opened: it was made for another caller, or the keys of this router have changed. Send the items that it replaces.`;
  throw new RouterError('invalid_request', message, { param });
}
