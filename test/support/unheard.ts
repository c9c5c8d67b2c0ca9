import type { EndpointHealth } from '../../src/unified/endpoint-health.ts';

/** The standing of an endpoint of which nothing is known. */
export const UNHEARD: EndpointHealth = {
  state: 'closed',
  untilMs: null,
  successes: 0,
  failures: 0,
  limited: 0,
  uptime: null,
  firstContentMs: null,
  tokensPerSecond: null,
};
