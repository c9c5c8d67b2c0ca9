/** Writes the responses about a kept answer: the items of its input, and that it is deleted. */
import { textOf, type JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import { wrongValue } from '../../shared/read-fields.ts';
import { itemType } from './item-type.ts';

/** Most items of a page, and the number where none is asked for (OpenAI's API description, read 2026-12-01). */
const PAGE = { most: 100, default: 20 };

/** Returns the body that states that an answer is deleted. */
export const deletedAnswer = (id: string): JsonObject => ({ id, object: 'response', deleted: true });

/**
 * Returns a page of the items of an input, the last ones first.
 *
 * @param query `limit` (1 to 100, default 20), `order` (`desc` or `asc`), `after` (id of an item).
 * @throws RouterError naming the parameter at fault.
 */
export function inputPage(
  items: readonly JsonObject[],
  { id, query }: { id: string; query: Readonly<Record<string, string>> },
): JsonObject {
  const { limit = String(PAGE.default), order = 'desc', after } = query;
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > PAGE.most) throw wrongValue('limit', limit, `an integer from 1 to ${PAGE.most}`);
  if (order !== 'asc' && order !== 'desc') throw wrongValue('order', order, '"asc" or "desc"');
  const named = items.map((item, index) => withId(item, id, index));
  const ordered = order === 'asc' ? named : named.toReversed();
  const start = after === undefined ? 0 : ordered.findIndex((item) => item['id'] === after) + 1;
  if (after !== undefined && start === 0)
    throw new RouterError('invalid_request', `after: the input has no item with id '${after}'.`, { param: 'after' });
  const data = ordered.slice(start, start + count);
  return {
    object: 'list',
    data,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
    has_more: start + count < ordered.length,
  };
}

/** Items have a type and an id in a list. Clients need not send them, and the model does not get them. */
function withId(item: JsonObject, answerId: string, index: number): JsonObject {
  const id = textOf(item['id']) ?? `in_${answerId.replace(/^[a-z]+_/, '')}_${index}`;
  return { ...item, type: itemType(item), id };
}
