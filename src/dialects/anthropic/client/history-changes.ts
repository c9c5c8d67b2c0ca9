/** Changes of the request that stand in its history: tools that a search found, that were added or removed in the middle; the effort. */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Located } from '../../shared/read-fields.ts';

/** The changes, in the order of the messages. */
export type HistoryChanges = {
  /** Names of tools that the history refers to: a deferred tool is callable from then on. False = it was removed later. */
  readonly named: Map<string, boolean>;
  /** Tools that were defined in the history. */
  readonly defined: Located[];
  /** `output_config.effort` of the last system message that has one; null = none has. */
  effort: string | null;
};

/** No changes. */
export const createHistoryChanges = (): HistoryChanges => ({ named: new Map(), defined: [], effort: null });

/** Reads a `tool_reference`: in the result of a search of the client's own or of Anthropic's. Returns the name; null = it has none. */
export function readReference(value: unknown, { named }: HistoryChanges): string | null {
  const name = isObject(value) ? textOf(value['tool_name']) : null;
  if (name !== null) named.set(name, true);
  return name;
}

/** Reads the references in the result of Anthropic's own search for tools. */
export function readSearchResult({ content }: JsonObject, changes: HistoryChanges): void {
  if (isObject(content)) for (const reference of arrayOf(content['tool_references'])) readReference(reference, changes);
}

/** Reads `tool_addition` and `tool_removal` (beta mid-conversation-history-changes-2026-07-01). */
export function readToolChange({ value: { type, tool }, path }: Located, { named, defined }: HistoryChanges): void {
  if (!isObject(tool)) return;
  const definition = tool['definition'];
  const name = textOf(isObject(definition) ? definition['name'] : tool['name']);
  if (type === 'tool_addition' && isObject(definition)) defined.push({ value: definition, path: `${path}.tool.definition` });
  if (name !== null) named.set(name, type === 'tool_addition');
}
