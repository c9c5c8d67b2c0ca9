/** What planning asks of the world, taken from the ports. */
import type { Ports } from '../ports.ts';
import type { PlanningWorld } from './evaluate.ts';

/** The world as it is now. */
export function worldOf({ access, learned, limits, health, random, sticky }: Ports): PlanningWorld {
  return {
    access,
    learned,
    limits,
    standingOf: (endpoint) => health.standingOf(endpoint),
    random: () => random.fraction(),
    sticky,
  };
}
