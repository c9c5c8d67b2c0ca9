/**
 * Selects the calls of a plan among its endpoints, in their order: the first ones that the request can be fitted to. Each is fitted when it is
 * asked for, by what was read when the request was planned.
 */
import type { EvaluatedCandidate } from './evaluate.ts';
import type { FittedEndpoint } from './fit-endpoint.ts';
import type { RankedCandidate } from './rank.ts';
import type { Candidate } from './resolve-model.ts';

/** An endpoint to try, with the request fitted to it. */
export type PlannedCall = FittedEndpoint & { /** Why it has this position, as readable text. */ reason: string };

/** Endpoints of one list that are tried together: those with a closed circuit, or those with an open one. */
export type Segment = { list: number; entries: readonly RankedCandidate<EvaluatedCandidate>[] };

/** Orders all endpoints with a closed circuit, list by list, before all with an open one. */
export function segmentsOf(ranked: readonly (readonly RankedCandidate<EvaluatedCandidate>[])[]): Segment[] {
  const pick = (wanted: boolean) =>
    ranked.map((entries, list) => ({ list, entries: entries.filter(({ usable }) => isSetAside(usable) === wanted) }));
  return [...pick(false), ...pick(true)].filter(({ entries }) => entries.length > 0);
}

const isSetAside = ({ endpointHealth }: EvaluatedCandidate): boolean => endpointHealth.state === 'open';

/** How calls are selected. */
type Selection = {
  /** Most calls. */
  most: number;
  /** Fits the request to an endpoint; null = it cannot be fitted. */
  fitTo: (entry: EvaluatedCandidate) => FittedEndpoint | null;
  /** Gets the endpoints beyond the calls. */
  others: Candidate[];
};

/** Yields the calls. Reserves one place for each list that has none yet, so that many endpoints of one model do not displace the next model. */
export function* selectCalls(segments: readonly Segment[], { most, fitTo, others }: Selection): Generator<PlannedCall, void> {
  let calls = 0;
  const served = new Set<number>();
  for (const [position, { list, entries }] of segments.entries()) {
    const toCome = new Set(segments.slice(position + 1).map((segment) => segment.list));
    const kept = [...toCome].filter((other) => other !== list && !served.has(other)).length;
    const least = served.has(list) ? 0 : calls + 1;
    const enough = Math.min(most, Math.max(least, most - kept));
    for (const { usable, reason } of entries) {
      if (calls >= enough) {
        others.push(usable.candidate);
        continue;
      }
      const fitted = fitTo(usable);
      if (fitted === null) continue;
      calls++;
      served.add(list);
      yield { ...fitted, reason };
    }
  }
}
