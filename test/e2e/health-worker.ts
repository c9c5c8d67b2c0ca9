/**
 * A Worker with as many books of endpoints as are asked for, each an isolate's, and the one Durable Object behind them all.
 * `/<isolate>/standing`, `/<isolate>/claim`, `/<isolate>/<kind of outcome>`; each answers with the standing, or whether the claim was granted.
 */
import { waitUntil } from 'cloudflare:workers';
import { connectHealth } from '../../src/platform/health-object.ts';
import { createSharedHealth } from '../../src/platform/shared-health.ts';
import { systemClock } from '../../src/platform/system.ts';
import { createHealth } from '../../src/routing/health.ts';
import type { Health, OutcomeKind } from '../../src/unified/health.ts';

export { HealthObject } from '../../src/platform/health-object.ts';

const ENDPOINT = 'acme model-1';
const isolates = new Map<string, Health>();

export default {
  fetch(request: Request, env: Readonly<Record<string, unknown>>): Response {
    const [, name = '', what = ''] = new URL(request.url).pathname.split('/');
    const connect = connectHealth(env);
    if (connect === null) return Response.json('nothing is bound');
    const health = isolates.get(name) ?? createSharedHealth(createHealth(systemClock), connect, systemClock, waitUntil);
    isolates.set(name, health);
    if (what === 'claim') return Response.json(health.claimProbe(ENDPOINT));
    if (what !== 'standing') {
      health.report(ENDPOINT, { atMs: Date.now(), kind: what as OutcomeKind, firstContentMs: 120, tokensPerSecond: null });
    }
    return Response.json(health.standingOf(ENDPOINT));
  },
};
