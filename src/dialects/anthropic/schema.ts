/**
 * JSON Schemas for structured output and strict tools: words that are not understood there go, objects are closed
 * (Vercel AI SDK, packages/anthropic, sanitize-json-schema.ts, read 2026-11-20). What was changed is reported.
 */
import type { JsonObject } from '../../unified/json.ts';
import { pruneSchema, type KeywordVerdict } from '../../unified/json-schema.ts';
import type { Notes } from '../../unified/notes.ts';
import { closeObjects, NOT_UNDERSTOOD, TEXT_FORMATS } from '../../unified/strict-schema.ts';

/** The schema as the host takes it. @param param where it stands, for the report. */
export function toStrictSchema(schema: JsonObject, param: string, notes: Notes): JsonObject {
  let isRenamed = false;
  const { schema: pruned, removed } = pruneSchema(schema, (keyword, value, parent): KeywordVerdict => {
    if (NOT_UNDERSTOOD.has(keyword)) return 'remove';
    if (keyword === 'format') return TEXT_FORMATS.has(String(value)) ? 'keep' : 'remove';
    // An object that is open in words loses them here and is closed below.
    if (keyword === 'additionalProperties') return value === false ? 'keep' : 'remove';
    if (keyword !== 'oneOf') return 'keep';
    if (parent.anyOf !== undefined) return 'remove'; // its place is taken
    isRenamed = true;
    return { rename: 'anyOf' };
  });
  const closing = { count: 0 };
  const closed = closeObjects(pruned, closing) as JsonObject;
  if (removed.length > 0) notes.add(param, 'dropped', `this host does not hold to these keywords of a schema: ${removed.join(', ')}`);
  if (isRenamed) notes.add(param, 'renamed', 'this host knows no oneOf', { from: 'oneOf', to: 'anyOf' });
  if (closing.count > 0) notes.add(param, 'defaulted', 'this host wants additionalProperties: false in every object', { to: false });
  return closed;
}
