/**
 * Fields of OpenAI-shaped answers beyond those of which a decoder knows the meaning: what is carried as it is, and what has no place in an
 * answer of OpenRouter's form, with the reason. Sources: the API references of the hosts (read 2026-08 and 2026-11).
 */
import { isObject, type JsonObject } from '../../unified/json.ts';

/** Of a message or a delta, carried as they are. */
export const CARRIED_OF_MESSAGE = [
  'images',
  'audio',
  'annotations',
  // Google's signature of an answer without calls.
  'extra_content',
  // Groq's compound systems: the tools that the host ran itself.
  'executed_tools',
] as const;

/** Of a call. */
export const CARRIED_OF_CALL = ['extra_content'] as const;

/** Those of the fields that have something in them; null = none has. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject | null {
  let picked: JsonObject | null = null;
  for (const name of names) if (!isNothing(object[name])) (picked ??= {})[name] = object[name];
  return picked;
}

/** Null, and what has no entries. */
export const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);
