/**
 * Describes one difference between the client's request and the upstream's (promise 1: no silent change). `fitting/` and the dialects'
 * `render` decide on changes.
 */

/** What was done with a parameter. `learned`: left out because the upstream rejected it before. */
type AdjustmentAction = 'clamped' | 'dropped' | 'renamed' | 'defaulted' | 'emulated' | 'learned';

/** One change, as reported in the header, the body and the usage chunk. */
export type Adjustment = {
  /** The parameter as the client named it, e.g. `temperature` or `messages.name`. */
  param: string;
  action: AdjustmentAction;
  /** The requested value, if it is short enough to report. */
  from?: unknown;
  /** The value that was sent instead. */
  to?: unknown;
  /** Why, as one readable sentence. */
  reason: string;
};

/** Joins two lists of changes. If a value was changed twice, the result is one change from the requested to the sent value. */
export function joinAdjustments(first: readonly Adjustment[], later: readonly Adjustment[]): Adjustment[] {
  const byParam = new Map(first.filter(({ from, to }) => from !== undefined && to !== undefined).map((one) => [one.param, one]));
  const replaced = new Set<Adjustment>();
  const added = later.map((next) => {
    const before = byParam.get(next.param);
    if (before === undefined || before.to !== next.from) return next;
    replaced.add(before);
    return { ...next, from: before.from, reason: next.action === 'dropped' ? next.reason : `${before.reason}; ${next.reason}` };
  });
  return [...first.filter((one) => !replaced.has(one)), ...added];
}

/** Most changes with the same reason that are listed. */
const MAX_ALIKE = 50;

/** Limits the reported changes: of those with the same reason the first {@link MAX_ALIKE}, then the number of others. */
export function boundAdjustments(adjustments: readonly Adjustment[]): readonly Adjustment[] {
  if (adjustments.length <= MAX_ALIKE) return adjustments;
  const counts = new Map<string, number>();
  const listed = adjustments.filter(({ reason }) => {
    const count = (counts.get(reason) ?? 0) + 1;
    counts.set(reason, count);
    return count <= MAX_ALIKE;
  });
  const firsts = new Map(listed.map((adjustment) => [adjustment.reason, adjustment]));
  const more = [...counts].flatMap(([reason, count]): Adjustment[] => {
    const { action = 'dropped' } = firsts.get(reason) ?? {};
    return count <= MAX_ALIKE
      ? []
      : [{ param: 'more', action, from: count - MAX_ALIKE, reason: `and ${count - MAX_ALIKE} more: ${reason}` }];
  });
  return [...listed, ...more];
}
