/**
 * Quick checks of fields: they accept only what the schemas accept, and most values that clients send. So most requests, and with them the
 * first one of an isolate, make no schema.
 */
import { parameterOf, type Operation } from './parameters.ts';

/** Longest name of a model, in UTF-16 units. */
export const MAX_MODEL_CHARACTERS = 512;

/** True for a value that the check of its field surely accepts; false = the check decides. */
export function isSurelyValid(operation: Operation, name: string, value: unknown): boolean {
  if (name === 'stream') return typeof value === 'boolean';
  if (name !== 'model') return parameterOf(operation, name)?.isSurely?.(value) === true;
  return typeof value === 'string' && value !== '' && value.length <= MAX_MODEL_CHARACTERS && value.isWellFormed();
}
