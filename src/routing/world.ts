/** What planning asks of the world, from the ports, and what stands in where nobody has been asked. */
import type { Ports } from '../ports.ts';
import { UNHEARD } from './standing.ts';
import type { PlanningWorld } from './survey.ts';

/** The world of a router that remembers nothing of its endpoints, and leaves nothing to chance; `known` says more. */
export function worldOf(ports: Pick<Ports, 'access' | 'learned' | 'limits'>, known: Partial<PlanningWorld> = {}): PlanningWorld {
  const { access, learned, limits } = ports;
  return { access, learned, limits, standingOf: () => UNHEARD, random: () => 0, sticky: { endpointFor: () => null }, ...known };
}
