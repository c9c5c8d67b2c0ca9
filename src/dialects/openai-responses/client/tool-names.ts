/**
 * Gives each tool of a request the one name that it has in the unified request. A tool of a namespace becomes `namespace__tool`, since no
 * other format has namespaces. The same tool has the same name in every turn; two tools never share one.
 */
import { hashText } from '../../../lib/hash.ts';
import { createUniqueNames } from '../../../lib/unique.ts';
import type { DeclaredTool } from './answer-options.ts';

/** Longest name that most providers accept, in characters. */
const MAX_NAME = 64;

/** Characters of the hash at the end of a name that was cut. */
const HASH_LENGTH = 9;

const SEPARATOR = '__';

/** The name of a tool before it is made unique. @param namespace null = none. */
function flatName(namespace: string | null, name: string): string {
  if (namespace === null) return name;
  const flat = namespace + SEPARATOR + name;
  if (flat.length <= MAX_NAME) return flat;
  // Of the pair, since `a__b` in `c` and `b` in `c__a` would be the same text.
  const hash = hashText(`${namespace}\n${name}`).slice(-HASH_LENGTH);
  return `${flat.slice(0, MAX_NAME - HASH_LENGTH - 1)}_${hash}`;
}

/** Names of the tools of one request. */
export class ToolNames {
  readonly #unique = createUniqueNames((name, count) => name.slice(0, MAX_NAME - String(count).length) + String(count));
  readonly #flat = new Map<string, string>();
  readonly #tools: Record<string, DeclaredTool> = {};

  /** Returns the unified name of a tool, and remembers what the client calls it. */
  take(tool: DeclaredTool): string {
    const { kind, name, namespace } = tool;
    const isSearch = kind === 'tool_search';
    const key = JSON.stringify([isSearch, namespace, name]);
    const known = this.#flat.get(key);
    if (known !== undefined) return known;
    const flat = this.#unique.take(flatName(namespace, name));
    this.#flat.set(key, flat);
    // A function of the same name needs no entry.
    if (kind !== 'function' || namespace !== null || flat !== name)
      Object.defineProperty(this.#tools, flat, { value: tool, enumerable: true, configurable: true, writable: true });
    return flat;
  }

  /** The tools whose calls are no plain function calls, by their unified names. */
  declared(): Readonly<Record<string, DeclaredTool>> {
    return this.#tools;
  }
}
