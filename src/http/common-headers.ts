/** The headers that every response has. Those of an answer are made with its own, since setting one at a time takes longer. */
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

const EXPOSE = 'access-control-expose-headers';

/** Limits of the provider's account: which of them there are depends on the provider, their names on the client format. */
const isRateLimit = (name: string): boolean => name.includes('ratelimit-');

/** What is known of the request. `exposed`: {@link exposedHeaders}. */
type Known = { generationId: string; trace: RequestTrace | undefined; exposed: string };

/** The common headers of one response: its ids, and what other pages may read. */
export class CommonHeaders {
  readonly #known: Known;
  #isAdded = false;

  constructor(known: Known) {
    this.#known = known;
  }

  /** The headers of a response that is about to be made, with the common ones. @param own names in lower case. */
  addTo(own: Readonly<Record<string, string>>): Record<string, string> {
    this.#isAdded = true;
    return { ...own, ...this.#missingIn(Object.keys(own)) };
  }

  /** Sets them on a response, unless it was made with them. */
  setOn(headers: Headers): void {
    if (this.#isAdded && headers.has(EXPOSE)) return;
    for (const [name, value] of Object.entries(this.#missingIn([...headers.keys()]))) headers.set(name, value);
  }

  /** @param names of the headers that the response has itself. */
  #missingIn(names: readonly string[]): Record<string, string> {
    const { generationId, trace, exposed } = this.#known;
    const limits = names.filter(isRateLimit).sort(); // as `Headers` lists them
    return {
      // An answer that was made before has the id that it had then.
      ...(names.includes('x-generation-id') ? {} : { 'x-generation-id': generationId, 'x-request-id': generationId }),
      ...(trace === undefined ? {} : { 'x-trace-id': trace.traceId }),
      'access-control-allow-origin': '*',
      [EXPOSE]: limits.length === 0 ? exposed : [exposed, ...limits].join(','),
      // Every answer is for one caller. A stream has its own.
      ...(names.includes('cache-control') ? {} : { 'cache-control': 'no-store' }),
    };
  }
}
