/** Puts summaries, stored items and stored answers in the place of what refers to them. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import { SEALED_PREFIX } from '../../../unified/sealed-prefix.ts';
import type { ClientState } from '../../client-dialect.ts';
import { itemType } from './item-type.ts';

/**
 * Returns the body with the items themselves; the body itself where it refers to nothing. A reference that is not found stays: `parse.ts`
 * refuses it.
 *
 * @throws RouterError naming a summary that cannot be opened.
 */
export async function resolveState(body: unknown, state: ClientState): Promise<unknown> {
  if (!isObject(body)) return body;
  const { input, previous_response_id: previous } = body;
  const items = Array.isArray(input) ? await resolveItems(input, state) : input;
  const before = textOf(previous) === null ? null : await state.findConversation(String(previous));
  if (before === null) return items === input ? body : { ...body, input: items };
  const { previous_response_id: _, ...rest } = body;
  const own =
    typeof items === 'string' ? [{ type: 'message', role: 'user', content: items }] : Array.isArray(items) ? (items as unknown[]) : [];
  return { ...rest, input: [...before, ...own] };
}

const REFERENCES: ReadonlySet<unknown> = new Set(['item_reference', 'compaction']);

const isReference = (item: unknown): boolean => isObject(item) && REFERENCES.has(itemType(item));

async function resolveItems(input: readonly unknown[], state: ClientState): Promise<readonly unknown[]> {
  if (!input.some(isReference)) return input;
  return Promise.all(input.map((item, index) => (isObject(item) ? resolveItem(item, `input[${index}]`, state) : item)));
}

async function resolveItem(item: JsonObject, path: string, state: ClientState): Promise<JsonObject> {
  if (itemType(item) === 'item_reference') return (await state.findItem(String(item['id']))) ?? item;
  const { type, encrypted_content: sealed } = item;
  if (type !== 'compaction' || typeof sealed !== 'string' || !sealed.startsWith(SEALED_PREFIX)) return item;
  const summary = await state.openSummary(sealed);
  if (summary !== null)
    return { type: 'message', role: 'developer', content: `Summary of the conversation before this point:\n\n${summary}` };
  const param = `${path}.encrypted_content`;
  const message = `${param} cannot be opened: it was made for another caller, or the keys of this router have changed. Send the items that it replaces.`;
  throw new RouterError('invalid_request', message, { param });
}
