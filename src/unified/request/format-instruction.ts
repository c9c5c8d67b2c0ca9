/**
 * Describes a response format in the prompt, for a provider that does not accept it. The provider does not enforce it, so the router checks
 * the answer (`stream/stages/schema-check.ts`).
 */
import { withNumbers } from '../../lib/exact-json.ts';
import { isObject, textOf, type JsonObject } from '../../lib/json.ts';

/** A requested response format. */
export type RequestedFormat = {
  kind: 'json_object' | 'json_schema';
  /** Null = any object. */
  schema: JsonObject | null;
  description: string | null;
};

/** Reads `response_format`; null = no JSON format. */
export function readRequestedFormat(asked: unknown): RequestedFormat | null {
  if (!isObject(asked) || (asked['type'] !== 'json_object' && asked['type'] !== 'json_schema')) return null;
  const given = asked['type'] === 'json_schema' && isObject(asked['json_schema']) ? asked['json_schema'] : {};
  return { kind: asked['type'], schema: isObject(given['schema']) ? given['schema'] : null, description: textOf(given['description']) };
}

/** Returns the schema that an answer must satisfy. */
export const schemaToCheck = ({ schema }: RequestedFormat): JsonObject =>
  schema === null ? { type: 'object' } : (withNumbers(schema) as JsonObject);

/** Returns the instruction for the model. */
export function instructionFor({ schema }: RequestedFormat): string {
  const kind = schema === null || schema['type'] === 'object' ? 'JSON object' : 'JSON value';
  const instruction = `Answer with one ${kind} and nothing else: no words around it, no code fence.`;
  return schema === null ? instruction : `${instruction} It must match this JSON Schema: ${JSON.stringify(schema)}`;
}
