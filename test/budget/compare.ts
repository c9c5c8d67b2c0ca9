/** Compares counts with their budgets. */
import type { Counts, Row } from './measure.ts';

/** How much more or less than its budget a count may be, as a factor. */
const FACTOR = 1.2;

/** Budgets by the name of the row. */
export type Budgets = Readonly<Record<string, Row>>;

/** Says what is wrong, a line for each count; empty = nothing is. */
export function faultsOf(measured: Budgets, budgets: Budgets): string[] {
  const names = new Set([...Object.keys(measured), ...Object.keys(budgets)]);
  return [...names].flatMap((name) => {
    const [counted, budget] = [measured[name], budgets[name]];
    if (counted === undefined) return [`${name}: it has a budget and is not measured; delete it`];
    if (budget === undefined) return [`${name}: it has no budget`];
    const { event } = counted;
    const ofRequest = compare(`${name}, for each request`, counted.request, budget.request);
    if (event === null || budget.event === null) return ofRequest;
    return [...ofRequest, ...compare(`${name}, for each event`, event, budget.event)];
  });
}

function compare(what: string, counts: Counts, budget: Counts): string[] {
  return (Object.keys(budget) as (keyof Counts)[]).flatMap((unit) => {
    const [count, limit] = [counts[unit], budget[unit]];
    if (count > limit * FACTOR)
      return [`${what}: ${count} ${unit}, and the budget is ${limit}. Find what was added (npm run budget shows it)`];
    return count < limit / FACTOR ? [`${what}: ${count} ${unit}, and the budget is ${limit}. Lower it: npm run budget -- --write`] : [];
  });
}
