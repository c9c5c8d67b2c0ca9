/** Builds the {@link PlanningContext} from the ports. */
import { limitsUsd } from '../accounts/key-record.ts';
import type { Caller } from '../accounts/caller.ts';
import type { Ports } from '../ports.ts';
import type { PlanningContext } from './evaluate.ts';
import { restrictionOf } from './restrictions.ts';

/** Returns the current planning context of a caller. */
export function createPlanningContext({ access, learned, limits, health, random, sticky }: Ports, { key }: Caller): PlanningContext {
  return {
    access,
    learned,
    limits,
    healthOf: (endpoint) => health.healthOf(endpoint),
    random: () => random.fraction(),
    sticky,
    restriction: restrictionOf(key),
    priced: key?.onUnpriced === 'refuse' && limitsUsd(key) ? key : null,
  };
}
