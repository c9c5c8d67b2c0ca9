/** Sets the headers that every response has. */
import type { RequestTrace } from '../accounts/telemetry.ts';
import type { ClientDialect } from '../dialects/client-dialect.ts';

/** Headers a browser may read. */
const EXPOSED = [
  'x-generation-id',
  'x-request-id',
  'x-trace-id',
  'x-tributary-stream',
  'x-tributary-provider',
  'x-tributary-attempts',
  'x-tributary-adjustments',
  'x-tributary-simulated',
  'x-tributary-estimated',
  'x-tributary-cache',
  'age',
  'x-tributary-budget',
  'retry-after',
  'x-should-retry',
];

/** Headers a browser may read, with those of the client formats, as one text. */
export const exposedHeaders = (clients: readonly ClientDialect[]): string =>
  [...EXPOSED, ...clients.flatMap((client) => client.exposedHeaders ?? [])].join(',');

/** Limits of the provider's account: which of them there are depends on the provider, their names on the client format. */
const isRateLimit = (name: string): boolean => name.includes('ratelimit-');

/** Sets the headers of a response: its ids, and what other pages may read. Headers that it has set itself stay. */
export function setCommonHeaders(
  headers: Headers,
  { generationId, trace, exposed }: { generationId: string; trace: RequestTrace | undefined; exposed: string },
): void {
  // An answer that was made before has the id that it had then.
  if (!headers.has('x-generation-id')) {
    headers.set('x-generation-id', generationId);
    headers.set('x-request-id', generationId);
  }
  if (trace !== undefined) headers.set('x-trace-id', trace.traceId);
  headers.set('access-control-allow-origin', '*');
  headers.set('access-control-expose-headers', [exposed, ...[...headers.keys()].filter(isRateLimit)].join(','));
  // Every answer is for one caller. A stream has set its own.
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
}
