/**
 * Converts tool schemas for providers that require the arguments to be one object.
 * Their refusal: "input_schema does not support oneOf, allOf, or anyOf at the top level" (Anthropic, also behind Bedrock;
 * github.com/anthropics/claude-code/issues/40075, read 2026-11-30).
 */
import type { JsonObject } from '../../lib/json.ts';
import { leaveOutDependent, together } from './schema-words.ts';

const UNIONS = ['oneOf', 'allOf', 'anyOf'];

/**
 * Returns the schema with `type: "object"`, which these providers require. Arguments of a call are an object in any case, so that null beside it
 * (`["object", "null"]`, `nullable`) allows nothing more.
 */
export function asObject({ nullable, type = 'object', ...given }: JsonObject): JsonObject {
  const isOrNull = Array.isArray(type) && type.includes('object');
  return { type: isOrNull ? 'object' : type, ...given, ...(nullable === undefined || nullable === true ? {} : { nullable }) };
}

/** Returns the schema of a tool, and what it cannot express; null = nothing. */
export function toToolSchema(given: JsonObject): { schema: JsonObject; why: string | null } {
  const schema = { ...given };
  const unions = UNIONS.filter((keyword) => schema[keyword] !== undefined);
  if (unions.length === 0) return { schema, why: null };
  for (const keyword of unions) delete schema[keyword];
  const isWhole = leaveOutDependent(schema, unions).length === 0;
  const { allOf } = given;
  const merged = isWhole && unions.length === 1 && Array.isArray(allOf) ? together([schema, ...allOf]) : null;
  if (merged !== null && UNIONS.every((keyword) => merged[keyword] === undefined)) return { schema: merged, why: null };
  return { schema, why: `${unions.join(', ')} at the top of the schema of a tool` };
}

/** Adds what the schema cannot express to the description. @param description the client's; null = none. */
export function describedTool(description: string | null, given: JsonObject): string {
  const sentence = `The arguments must match this JSON Schema: ${JSON.stringify(given)}`;
  return description === null ? sentence : `${description}\n\n${sentence}`;
}

/** Returns the reason for the report. */
export const toldInDescription = (why: string) => `this provider does not accept ${why}: the whole schema stands in the description`;
