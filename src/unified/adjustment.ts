/**
 * The record of one difference between what the client asked and what the upstream was asked: promise 1, no silent change.
 * Only says what happened; deciding it is `routing/fit` and the dialects' `render`.
 */

/** What was done to a parameter. `learned`: left out because the upstream refused it before. */
type AdjustmentAction = 'clamped' | 'dropped' | 'renamed' | 'defaulted' | 'emulated' | 'learned';

/** One change, as the client reads it in the header, the body and the usage chunk. */
export type Adjustment = {
  /** The parameter as the client named it, e.g. `temperature` or `messages.name`. */
  param: string;
  action: AdjustmentAction;
  /** The value that was asked for, where it is worth showing. */
  from?: unknown;
  /** The value that was sent instead. */
  to?: unknown;
  /** One sentence for a person: why. */
  reason: string;
};

/** First changes and later ones; where a value was changed twice that is one change, from what was asked to what was sent. */
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

/** Most changes with one reason that are listed one by one. */
const MAX_ALIKE = 50;

/** The changes as they are reported: of those with one reason the first ones, and then how many more there are. */
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
