/**
 * A Worker with as many books of endpoints as are asked for, each an isolate's, and the one Durable Object behind them all.
 * `/<isolate>/standing`, `/<isolate>/claim`, `/<isolate>/<kind of outcome>`; each answers with the standing, or whether the claim was granted.
 */
import { createHealthPort } from '../../src/platform/health-object.ts';
import type { HealthTracker, OutcomeKind } from '../../src/unified/endpoint-health.ts';

export { HealthObject } from '../../src/platform/health-object.ts';

const ENDPOINT = 'acme model-1';
const isolates = new Map<string, HealthTracker>();

export default {
  fetch(request: Request, env: Readonly<Record<string, unknown>>): Response {
    const [, name = '', what = ''] = new URL(request.url).pathname.split('/');
    const health = isolates.get(name) ?? createHealthPort(env);
    isolates.set(name, health);
    if (what === 'claim') return Response.json(health.claimProbe(ENDPOINT));
    if (what !== 'standing') {
      health.report(ENDPOINT, { atMs: Date.now(), kind: what as OutcomeKind, firstContentMs: 120, tokensPerSecond: null });
    }
    return Response.json(health.healthOf(ENDPOINT));
  },
};
