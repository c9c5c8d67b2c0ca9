/**
 * Names of tools: Cohere takes letters, digits and `_`, and no digit in front (docs.cohere.com, errors, read 2026-11-21). Other names
 * are rewritten in the same way wherever they stand, and turned back in the answer.
 */
import { arrayOf, isObject } from '../../unified/json.ts';
import { createUnique } from '../../unified/unique.ts';
import type { FittedCall } from '../dialect.ts';

/** The client's own name to the one that is sent. */
export type ToolNames = ReadonlyMap<string, string>;

const VALID = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Every name among the tools and in the history; two different ones never become the same. */
export function createToolNames(call: FittedCall): ToolNames {
  const all = [...new Set([...arrayOf(call.parameters.tools), ...callsOf(call)].flatMap(nameOf))];
  const names = new Map(all.filter((name) => VALID.test(name)).map((name) => [name, name]));
  const unique = createUnique((name, count) => `${name}_${count}`, names.keys());
  for (const name of all) {
    if (names.has(name)) continue;
    names.set(name, unique.take(name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d|$)/, '_')));
  }
  return names;
}

/** Those that are sent otherwise than the client wrote them. */
export const renamedTools = (names: ToolNames): (readonly [own: string, sent: string])[] =>
  [...names].filter(([own, sent]) => own !== sent);

function callsOf({ input }: FittedCall): readonly unknown[] {
  return input.kind === 'messages' ? input.messages.flatMap((message) => arrayOf(message.tool_calls)) : [];
}

function nameOf(named: unknown): string[] {
  const fn = isObject(named) ? named.function : null;
  return isObject(fn) && typeof fn.name === 'string' ? [fn.name] : [];
}
