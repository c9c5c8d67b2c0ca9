/**
 * Files that clients name by URL, for upstreams that want them as bytes: which there are, and what stands in for them where nothing may
 * be sent. Fetching itself, and every rule about where from, is `upstream/fetch-media.ts`.
 */
import { upstreamDialect } from '../dialects/index.ts';
import type { Ports } from '../ports.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { findUrls, type FoundUrl } from '../unified/media.ts';
import { fetchMedia } from '../upstream/fetch-media.ts';

/**
 * Fetches what the upstreams of these calls want as bytes.
 *
 * @returns URL to data URI.
 * @throws RouterError naming the part of the message at fault.
 */
export async function fetchFiles(
  calls: readonly PlannedCall[],
  { fetch, clock, limits }: Ports,
  gone: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = calls.flatMap(wantedAsBytes);
  return found.length === 0 ? new Map() : fetchMedia(found, { fetch, clock }, limits.media, gone);
}

/** In place of files that are not fetched, for an explanation: URL to a data URI that says so. */
export function standIns(calls: readonly PlannedCall[]): ReadonlyMap<string, string> {
  return new Map(calls.flatMap(wantedAsBytes).map(({ url }) => [url, `data:${likelyType(url)};base64,FetchedWhenSent`]));
}

function wantedAsBytes({ candidate, fitted }: PlannedCall): FoundUrl[] {
  const dialect = upstreamDialect(candidate.rules.dialect);
  const input = fitted.parts[0]?.call.input;
  if (dialect.needsBytes === undefined || input?.kind !== 'messages') return [];
  return findUrls(input.messages).filter(({ url }) => dialect.needsBytes?.(url, candidate.rules.quirks) === true);
}

/** What a file probably is, by the end of its name. */
function likelyType(url: string): string {
  const ending = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase();
  if (ending === 'pdf') return 'application/pdf';
  return ending === 'png' || ending === 'webp' || ending === 'gif' ? `image/${ending}` : 'image/jpeg';
}
