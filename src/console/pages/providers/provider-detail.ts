/** What the page of a provider shows, from the answer of `GET /providers/{slug}`. Pure. */
import { formatMs } from '../../format.ts';

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
  /** When an open circuit is tried again, in milliseconds since 1970. */
  readonly until_ms: number | null;
  readonly successes: number;
  readonly failures: number;
  /** Refused because of a limit of requests. */
  readonly limited: number;
  /** To the first content. */
  readonly latency_ms: number | null;
  readonly tokens_per_second: number | null;
};

/** A provider. */
export type ProviderDetail = {
  readonly slug: string;
  readonly name: string;
  readonly docs_url: string;
  /** Null = the operator has to set it. */
  readonly base_url: string | null;
  readonly base_url_variable: string;
  readonly operations: readonly string[];
  readonly discontinued: string | null;
  readonly simulated: boolean;
  readonly missing: readonly string[];
  readonly models: readonly ProviderModel[];
  readonly health: readonly EndpointHealthFields[];
};

/** Path of a provider below `/v1`. */
export const providerPath = (slug: string): string => `/providers/${encodeURIComponent(slug)}`;

/** Path of a provider's file below `/v1`. */
export const sourcePath = (slug: string): string => `${providerPath(slug)}/source`;

const DAY_MS = 86_400_000;

/** Whole days from a day (`2026-11-20`) to a time; null where the day is not known. */
export function ageInDays(day: string | null, nowMs: number): number | null {
  const time = Date.parse(day ?? '');
  return Number.isNaN(time) ? null : Math.max(0, Math.floor((nowMs - time) / DAY_MS));
}

/** The state of a circuit in words. @param nowMs the time now, in milliseconds since 1970. */
export function stateText({ state, until_ms: untilMs }: Pick<EndpointHealthFields, 'state' | 'until_ms'>, nowMs: number): string {
  if (state === 'closed') return 'closed';
  if (state === 'half-open') return 'half-open: the next request tries it';
  return untilMs === null || untilMs <= nowMs
    ? 'open: tried again by the next request'
    : `open: not called for ${formatMs(untilMs - nowMs)}`;
}
