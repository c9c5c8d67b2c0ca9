/**
 * The Worker and a second isolate beside it: `POST /elsewhere/<kind of outcome>` with the name of an endpoint reports an outcome as
 * another isolate would. The Durable Object is the only link between the two.
 */
import { createHealthPort } from '../../src/platform/health-object.ts';
import type { HealthTracker, OutcomeKind } from '../../src/unified/endpoint-health.ts';
import worker from '../../src/worker.ts';

export { HealthObject } from '../../src/worker.ts';

let elsewhere: HealthTracker | null = null;

export default {
  async fetch(request: Request, env: Readonly<Record<string, unknown>>): Promise<Response> {
    const [, place, kind] = new URL(request.url).pathname.split('/');
    if (place !== 'elsewhere') return worker.fetch(request, env);
    elsewhere ??= createHealthPort(env);
    const endpoint = await request.text();
    elsewhere.report(endpoint, { atMs: Date.now(), kind: kind as OutcomeKind, firstContentMs: null, tokensPerSecond: null });
    return Response.json(elsewhere.healthOf(endpoint));
  },
};
