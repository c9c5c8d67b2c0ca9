/**
 * Loads files that clients name by URL, for upstreams that accept them only as bytes. Which files these are is decided by
 * `routing/placeholder-files.ts`; fetching, and every rule about allowed hosts, is in `upstream/media/fetch-media.ts`.
 */
import type { FittedCall, RenderingDialect } from '../dialects/dialect.ts';
import { dialectOf } from '../dialects/index.ts';
import type { Ports } from '../ports.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { placeholderFilesFor, findRequiredFiles } from '../routing/placeholder-files.ts';
import { toAbortController, type CancelSignal } from '../lib/cancel-signal.ts';
import { fetchMedia } from '../upstream/media/fetch-media.ts';

/** Source of the files that calls need as bytes. */
export interface Files {
  /** Returns at least the files of these calls: URL to data URI. @throws RouterError naming the part at fault. */
  load(calls: readonly PlannedCall[]): Promise<ReadonlyMap<string, string>>;
}

/** Fetches the files of one request, each once for all of its upstreams. */
export class FetchedFiles implements Files {
  readonly #ports: Pick<Ports, 'fetch' | 'clock' | 'limits'>;
  readonly #signal: CancelSignal;
  readonly #fetched = new Map<string, string>();

  constructor(ports: Pick<Ports, 'fetch' | 'clock' | 'limits'>, signal: CancelSignal) {
    this.#ports = ports;
    this.#signal = signal;
  }

  async load(calls: readonly PlannedCall[]): Promise<ReadonlyMap<string, string>> {
    const missing = calls
      .flatMap(firstCall)
      .flatMap((call) => findRequiredFiles(...call))
      .filter(({ url }) => !this.#fetched.has(url));
    if (missing.length === 0) return this.#fetched;
    const { fetch, clock, limits } = this.#ports;
    const files = await fetchMedia(missing, { fetch, clock, limits: limits.media }, toAbortController(this.#signal).signal);
    for (const [url, dataUri] of files) this.#fetched.set(url, dataUri);
    return this.#fetched;
  }
}

/** Placeholders instead of fetched files, for an explanation. */
export const PLACEHOLDER_FILES: Files = { load: (calls) => Promise.resolve(placeholderFiles(calls)) };

/** No files, for embeddings. */
export const NO_FILES: Files = { load: () => Promise.resolve(new Map()) };

/** Placeholders for files that are not fetched: URL to a data URI that contains a note. */
export function placeholderFiles(calls: readonly PlannedCall[]): ReadonlyMap<string, string> {
  return new Map(calls.flatMap(firstCall).flatMap((call) => [...placeholderFilesFor(...call)]));
}

/** The first call of an endpoint represents all: they differ in prompt, n and seed only. */
function firstCall({ candidate, fitted }: PlannedCall): [FittedCall, RenderingDialect][] {
  const call = fitted.parts[0]?.call;
  return call === undefined ? [] : [[call, dialectOf(candidate.rules, call)]];
}
