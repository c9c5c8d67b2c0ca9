/**
 * The record of one difference between what the client asked and what the upstream was asked: promise 1, no silent change.
 * Only says what happened; deciding it is `routing/fit` and the dialects' `render`.
 */

/** What was done to a parameter. `learned`: left out because the upstream refused it before. */
export type AdjustmentAction = 'clamped' | 'dropped' | 'renamed' | 'defaulted' | 'emulated' | 'learned';

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
