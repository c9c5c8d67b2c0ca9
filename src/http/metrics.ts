/** Shows the metrics of all isolates to Prometheus (`/metrics`), for the operator. */
import type { Telemetry } from '../accounts/telemetry.ts';
import { RouterError } from '../unified/error.ts';

/** `GET /metrics`. @throws RouterError `not_found` where no metrics are kept. */
export async function showMetrics(telemetry: Telemetry | null): Promise<Response> {
  const exposition = telemetry?.exposition ?? null;
  if (exposition === null)
    throw new RouterError(
      'not_found',
      'This router keeps no metrics. Bind the Durable Object METRICS (class MetricsObject) as in wrangler.toml.',
    );
  return new Response(await exposition(), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } });
}
