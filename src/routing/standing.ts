/** How an endpoint has been doing, as far as planning asks: read, never kept here. */

/** A measured spread: so many per cent of the answers were as good as this, or better. */
export type Percentiles = { p50: number; p75: number; p90: number; p99: number };

/** What is known of one endpoint (a provider and a model there). */
export type Standing = {
  /** `aside`: it keeps failing, and is left alone for a while. `probe`: that while is over, and one request is to try it. */
  state: 'trusted' | 'aside' | 'probe';
  /** Share of recent answers that came through, 0 to 1; null = there were none. */
  uptime: number | null;
  /** Recent failures, where they are counted. */
  failures?: number;
  /** From sending to the first content; null = not measured. */
  firstContentMs: Percentiles | null;
  /** null = not measured. */
  tokensPerSecond: Percentiles | null;
};

/** Nothing has been heard of it. */
export const UNHEARD: Standing = { state: 'trusted', uptime: null, firstContentMs: null, tokensPerSecond: null };

/** How far below 1 an uptime is trouble, and how far it is big trouble (the bounds OpenRouter names to providers, read 2026-08-22). */
const GOOD_UPTIME = 0.95;
const POOR_UPTIME = 0.8;

/** 0 = without recent trouble, 1 = with some, 2 = with much. One failure alone is none. What is to be probed must be asked to be trusted. */
export function troubleOf({ state, uptime, failures }: Standing): 0 | 1 | 2 {
  if (state === 'probe' || uptime === null || uptime >= GOOD_UPTIME || (failures ?? Infinity) < 2) return 0;
  return uptime >= POOR_UPTIME ? 1 : 2;
}
