/** Limits of the provider's account, as its answer states them. The router has none of its own. */

/** What is limited. */
export const LIMITED_KINDS = ['requests', 'tokens', 'input-tokens', 'output-tokens'] as const;

/** One limit. What the provider does not state is null. */
export type RateLimit = {
  kind: (typeof LIMITED_KINDS)[number];
  limit: number | null;
  remaining: number | null;
  /** When it is whole again, in milliseconds since 1970. */
  resetMs: number | null;
};
