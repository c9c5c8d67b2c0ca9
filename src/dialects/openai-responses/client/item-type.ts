/** Tells the type of an input item. */
import type { JsonObject } from '../../../lib/json.ts';

/** The type of an item. Messages may leave it out, and so may references, which have only an id (openai 7.59.0, EasyInputMessage, ItemReference). */
export function itemType({ type, role, id, content }: JsonObject): unknown {
  if (type !== undefined && type !== null) return type;
  if (typeof role === 'string') return 'message';
  return typeof id === 'string' && content === undefined ? 'item_reference' : undefined;
}
