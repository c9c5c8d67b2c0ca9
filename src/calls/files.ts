/**
 * Files that clients name by URL, for the upstreams of planned calls that want them as bytes. Which there are is `routing/placeholder-files.ts`;
 * fetching itself, and every rule about where from, is `upstream/media/fetch-media.ts`.
 */
import type { FittedCall, RenderingDialect } from '../dialects/dialect.ts';
import { upstreamDialect } from '../dialects/index.ts';
import type { Ports } from '../ports.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { placeholderFilesFor, wantedAsBytes } from '../routing/placeholder-files.ts';
import { toAbortController, type CancelSignal } from '../lib/cancel-signal.ts';
import { fetchMedia } from '../upstream/media/fetch-media.ts';

/** Fetches what the upstreams of calls want as bytes; gives all files so far, URL to data URI. @throws RouterError naming the part at fault. */
export type Files = (calls: readonly PlannedCall[]) => Promise<ReadonlyMap<string, string>>;

/** The files of one request: each is fetched once, whoever of its upstreams requires it. */
export function createFiles({ fetch, clock, limits }: Ports, signal: CancelSignal): Files {
  const fetched = new Map<string, string>();
  return async (calls) => {
    const wanted = calls.flatMap(firstCall).flatMap((asked) => wantedAsBytes(...asked));
    const missing = wanted.filter(({ url }) => !fetched.has(url));
    const files = missing.length === 0 ? [] : await fetchMedia(missing, { fetch, clock }, limits.media, toAbortController(signal).signal);
    for (const [url, dataUri] of files) fetched.set(url, dataUri);
    return fetched;
  };
}

/** In place of files that are not fetched, for an explanation: URL to a data URI that says so. */
export function placeholderFiles(calls: readonly PlannedCall[]): ReadonlyMap<string, string> {
  return new Map(calls.flatMap(firstCall).flatMap((asked) => [...placeholderFilesFor(...asked)]));
}

/** The first call stands for all: they differ in prompt, n and seed alone. */
function firstCall({ candidate, fitted }: PlannedCall): [FittedCall, RenderingDialect][] {
  const call = fitted.parts[0]?.call;
  return call === undefined ? [] : [[call, upstreamDialect(candidate.rules.dialect)]];
}
