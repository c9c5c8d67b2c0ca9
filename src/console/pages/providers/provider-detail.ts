/** What the page of a provider shows, from the answer of `GET /providers/{slug}`. Pure. */
import { formatTime } from '../../format.ts';

/** A model of a provider. */
export type ProviderModel = {
  readonly id: string;
  readonly slug: string | null;
  readonly context_length: number | null;
  readonly max_output: number | null;
  /** USD per token, as texts. "-1" = not known. */
  readonly pricing: { readonly prompt: string; readonly completion: string };
  /** Day on which the facts were read. */
  readonly checked: string | null;
  readonly expires: string | null;
};

/** Health of one endpoint. */
export type EndpointHealthFields = {
  readonly model: string;
  readonly state: 'closed' | 'open' | 'half-open';
  /** When an open circuit is tried again. */
  readonly until: string | null;
  readonly requests: number;
  readonly failures: number;
  readonly latency_ms: number | null;
};

/** A provider. */
export type ProviderDetail = {
  readonly slug: string;
  readonly name: string;
  readonly docs_url: string;
  readonly base_url: string | null;
  readonly operations: readonly string[];
  readonly discontinued: string | null;
  readonly simulated: boolean;
  readonly missing: readonly string[];
  readonly models: readonly ProviderModel[];
  readonly health: readonly EndpointHealthFields[];
};

/** A price of one token as a price of a million; null and a dash where it is not known. */
export function pricePerMillion(perToken: string): { usd: number | null; text: string } {
  const usd = Number(perToken) * 1e6;
  if (!Number.isFinite(usd) || usd < 0 || perToken.trim() === '') return { usd: null, text: '–' };
  return { usd, text: `$${Number(usd.toPrecision(6)).toLocaleString('en-US', { maximumFractionDigits: 4 })}` };
}

const DAY_MS = 86_400_000;

/** Whole days from a day (`2026-11-20`) to a time; null where the day is not known. */
export function ageInDays(day: string | null, nowMs: number): number | null {
  const time = Date.parse(day ?? '');
  return Number.isNaN(time) ? null : Math.max(0, Math.floor((nowMs - time) / DAY_MS));
}

/** The state of a circuit in words. */
export function stateText({ state, until }: Pick<EndpointHealthFields, 'state' | 'until'>): string {
  if (state === 'closed') return 'closed';
  if (state === 'half-open') return 'half-open: the next request tries it';
  return until === null ? 'open: not called' : `open: not called until ${formatTime(until)}`;
}
