/** Plans whose calls are all fitted, and plans of calls that a test names. */
import { LazyList } from '../../src/lib/lazy-list.ts';
import type { LeftOut, PlannedCall, RoutePlan } from '../../src/routing/plan.ts';

/** A plan with all of its calls, and what is not among them. */
export type WholePlan = Omit<RoutePlan, 'calls'> & LeftOut & { calls: readonly PlannedCall[] };

/** Fits the request to all calls of a plan. */
export const wholePlan = (plan: RoutePlan): WholePlan => ({ ...plan, calls: plan.calls.all(), ...plan.leftOut() });

/** A plan of these calls. */
export const planWith = (calls: readonly PlannedCall[]): RoutePlan => ({
  calls: LazyList.of(calls),
  leftOut: () => ({ others: [], rejected: [] }),
  conversation: () => null,
  hedgeAfterMs: null,
  draw: [],
  stickyTo: null,
});
