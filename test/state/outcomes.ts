/** Outcomes of attempts, for tests of the health tracker. */
import type { Outcome, OutcomeKind } from '../../src/unified/endpoint-health.ts';

/** An outcome of which nothing was measured. */
export function outcome(kind: OutcomeKind, atMs: number, more: Partial<Outcome> = {}): Outcome {
  return { atMs, kind, firstContentMs: null, tokensPerSecond: null, ...more };
}
