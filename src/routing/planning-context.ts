/** What planning asks of the world, taken from the ports. */
import type { Ports } from '../ports.ts';
import type { PlanningContext } from './evaluate.ts';

/** The world as it is now. */
export function createPlanningContext({ access, learned, limits, health, random, sticky }: Ports): PlanningContext {
  return {
    access,
    learned,
    limits,
    healthOf: (endpoint) => health.healthOf(endpoint),
    random: () => random.fraction(),
    sticky,
  };
}
