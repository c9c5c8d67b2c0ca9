/**
 * JSON Schemas for strict output: the words that are not understood there go, and objects are closed
 * (Vercel AI SDK, packages/anthropic, sanitize-json-schema.ts, read 2026-11-20; taken to hold for the other models behind Converse).
 */
import type { JsonObject } from '../../unified/json.ts';
import { pruneSchema, type KeywordVerdict } from '../../unified/json-schema.ts';
import { closeObjects, NOT_UNDERSTOOD, TEXT_FORMATS } from '../../unified/strict-schema.ts';

/** The schema as strict output takes it, and the keywords that were changed, for the report; empty when none were. */
export function toStrictSchema(schema: JsonObject): { schema: JsonObject; changed: string[] } {
  const changed = new Set<string>();
  const { schema: pruned } = pruneSchema(schema, (keyword, value) => {
    const verdict = judge(keyword, value);
    if (verdict !== 'keep') changed.add(keyword);
    return verdict;
  });
  const closing = { count: 0 };
  const closed = closeObjects(pruned, closing) as JsonObject;
  if (closing.count > 0) changed.add('additionalProperties');
  return { schema: closed, changed: [...changed] };
}

function judge(keyword: string, value: unknown): KeywordVerdict {
  if (NOT_UNDERSTOOD.has(keyword)) return 'remove';
  if (keyword === 'format') return TEXT_FORMATS.has(String(value)) ? 'keep' : 'remove';
  return keyword === 'oneOf' ? { rename: 'anyOf' } : 'keep';
}
