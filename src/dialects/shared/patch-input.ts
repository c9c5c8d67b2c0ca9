/**
 * Writes the router's edits of a conversation into the client's own messages or items, for an upstream of the client's format. What was not
 * edited is the same object.
 */
import { isObject } from '../../lib/json.ts';
import type { Block } from '../../unified/request/conversation.ts';
import type { Edits } from '../../unified/request/edits.ts';

/** Fields of a message, a block or an item that hold a text or a list of blocks. */
const HOLDERS = ['content', 'output'] as const;

/** Writes the blocks that take the place of an entry. @param given the client's own entry. */
type WriteBlocks = (blocks: readonly Block[], given: unknown) => readonly unknown[];

/**
 * Returns a value with the edits; undefined where nothing is left of it.
 *
 * @param path where it stands in the client's body: `messages`, `input`.
 */
export function patchInput(value: unknown, path: string, { changed, write }: Pick<Edits, 'changed'> & { write: WriteBlocks }): unknown {
  if (changed.size === 0) return value;

  function patchText(text: string, at: string): unknown {
    const blocks = changed.get(at);
    if (blocks === undefined) return text;
    const [only, ...more] = blocks;
    if (only === undefined) return undefined;
    return only.type === 'text' && more.length === 0 ? only.text : write(blocks, undefined);
  }

  function patchEntry(entry: unknown, at: string): readonly unknown[] {
    const blocks = changed.get(at);
    const result = blocks?.find(({ type }) => type === 'tool-result');
    if (blocks !== undefined && result === undefined) return write(blocks, entry);
    const patched = patch(entry, at);
    if (patched === undefined) return [];
    // Its content was patched by itself; of its own fields an edit changes the id.
    return result === undefined || result.original !== undefined ? [patched] : write([result], patched);
  }

  function patch(one: unknown, at: string): unknown {
    if (typeof one === 'string') return patchText(one, at);
    if (Array.isArray(one)) {
      const entries = one.flatMap((entry: unknown, index) => patchEntry(entry, `${at}[${index}]`));
      if (entries.length === one.length && entries.every((entry, index) => entry === one[index])) return one;
      return entries.length === 0 ? undefined : entries;
    }
    if (!isObject(one)) return one;
    let copy = one;
    for (const name of HOLDERS) {
      if (one[name] === undefined) continue;
      const patched = patch(one[name], `${at}.${name}`);
      if (patched === undefined) return undefined;
      if (patched !== one[name]) copy = { ...copy, [name]: patched };
    }
    return copy;
  }

  return patch(value, path);
}
