/** Collects parts of an answer that its format has no place for, as adjustments: each name once. */
import type { Adjustment } from '../../unified/adjustment.ts';

/** Most parts that are reported: an upstream chooses the names of fields. */
const MAX_REPORTED = 50;

/** Longest name in a report, in characters. */
const MAX_CHARACTERS = 64;

/** The parts of one answer. */
export interface LostParts {
  /** Reports a part once. @param name without the prefix `answer.`. */
  add: (name: string, reason: string) => void;
  /** All that was reported, in order. */
  adjustments(): readonly Adjustment[];
}

/** Creates an empty list. */
export function createLostParts(): LostParts {
  const lost = new Map<string, Adjustment>();
  return {
    add(name, reason) {
      const param = `answer.${name.slice(0, MAX_CHARACTERS)}`;
      if (lost.size < MAX_REPORTED && !lost.has(param)) lost.set(param, { param, action: 'dropped', reason });
    },
    adjustments: () => [...lost.values()],
  };
}
