/**
 * Reads which page of a list a client requests: by `offset` and `limit` in the query, as OpenRouter has them (its SDK 1.3.19), or by `after_id`
 * and `limit`, as Anthropic has them (its SDK 1.14).
 */
import { RouterError } from '../unified/error.ts';

/** Which entries of a list are returned: `limit` of them after the first `offset`, counted from the one after `afterId` (null = the first). */
export type Page = { offset: number; limit: number; afterId: string | null };

/** The whole list. */
export const ALL: Page = { offset: 0, limit: Infinity, afterId: null };

/** Most entries of one page, as at OpenRouter (its SDK 1.3.19). */
const MAX_LIMIT = 1000;

/** Reads the page of a query; the whole list without one. @throws RouterError `invalid_request` naming the field. */
export function readPage(query: Readonly<Record<string, string>>): Page {
  const read = (name: 'offset' | 'limit', least: number, most: number): number | null => {
    const text = query[name];
    if (text === undefined) return null;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new RouterError('invalid_request', `${name}: expected an integer ${range}, got ${JSON.stringify(text.slice(0, 40))}.`, {
      param: name,
    });
  };
  const [offset, limit] = [read('offset', 0, Number.MAX_SAFE_INTEGER), read('limit', 1, MAX_LIMIT)];
  return { offset: offset ?? 0, limit: limit ?? ALL.limit, afterId: query['after_id'] || null };
}
