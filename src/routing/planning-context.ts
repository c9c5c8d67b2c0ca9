/** Builds the {@link PlanningContext} from the ports. */
import type { Ports } from '../ports.ts';
import type { PlanningContext } from './evaluate.ts';

/** Returns the current planning context. */
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
