/**
 * What stands in for files that an upstream requires as bytes and that nobody has fetched yet: for trying a request out, and for
 * explaining it. Fetches nothing.
 */
import type { FittedCall, RenderingDialect } from '../dialects/dialect.ts';
import { findUrls, replaceUrls, type FoundUrl } from '../unified/request/media.ts';

/** The files of a call that its format wants as bytes. */
export function wantedAsBytes({ input, quirks }: FittedCall, dialect: RenderingDialect): FoundUrl[] {
  if (dialect.needsBytes === undefined || input.kind !== 'messages') return [];
  return findUrls(input.messages).filter(({ url }) => dialect.needsBytes?.(url, quirks) === true);
}

/** URL to a data URI that says what it is. */
export function placeholderFilesFor(call: FittedCall, dialect: RenderingDialect): ReadonlyMap<string, string> {
  return new Map(wantedAsBytes(call, dialect).map(({ url }) => [url, `data:${likelyType(url)};base64,FetchedWhenSent`]));
}

/** The same call with a stand-in for each file that must be fetched; the call itself where there is none. */
export function withPlaceholderFiles(call: FittedCall, dialect: RenderingDialect): FittedCall {
  const { input } = call;
  const dataUris = placeholderFilesFor(call, dialect);
  if (dataUris.size === 0 || input.kind !== 'messages') return call;
  return { ...call, input: { kind: 'messages', messages: replaceUrls(input.messages, dataUris) } };
}

/** What a file probably is, by the end of its name. */
function likelyType(url: string): string {
  const ending = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase();
  if (ending === 'pdf') return 'application/pdf';
  return ending === 'png' || ending === 'webp' || ending === 'gif' ? `image/${ending}` : 'image/jpeg';
}
