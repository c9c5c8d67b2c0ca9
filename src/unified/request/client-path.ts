/** Maps unified parameter names to the client's names. Errors and adjustments name a field as the client wrote it. */
import type { Adjustment } from '../adjustment.ts';

/**
 * Path of a unified field in the client's own body, e.g. `stop` to `stop_sequences`, `reasoning.effort` to `output_config.effort`.
 * A field that is not listed has the same name there.
 */
export type ParameterNames = Readonly<Record<string, string>>;

/** Returns the path in the client's body. The longest listed prefix of `path` decides: `stop[0]` becomes `stop_sequences[0]`. */
export function clientPath(names: ParameterNames, path: string): string {
  let end = path.length;
  while (end > 0) {
    const field = path.slice(0, end);
    if (Object.hasOwn(names, field)) return names[field] + path.slice(end);
    end = Math.max(path.lastIndexOf('.', end - 1), path.lastIndexOf('[', end - 1));
  }
  return path;
}

/** Returns the adjustments with paths of the client's body. */
export function withClientPaths(names: ParameterNames, adjustments: readonly Adjustment[]): readonly Adjustment[] {
  if (Object.keys(names).length === 0) return adjustments;
  return adjustments.map((adjustment) => ({ ...adjustment, param: clientPath(names, adjustment.param) }));
}
