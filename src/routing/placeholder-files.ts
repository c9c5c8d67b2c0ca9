/**
 * Replaces files that an upstream requires as bytes by placeholders, to render a request before the files are fetched, and for `/explain`.
 * Fetches nothing.
 */
import type { FittedCall, RenderingDialect } from '../dialects/dialect.ts';
import type { MediaReference } from '../unified/request/media.ts';

/** Returns the files of a call that its format requires as bytes. */
export function findRequiredFiles({ input, quirks }: FittedCall, dialect: RenderingDialect): MediaReference[] {
  if (dialect.needsBytes === undefined || input.kind !== 'messages') return [];
  return input.conversation.urls().filter(({ url }) => dialect.needsBytes?.(url, quirks) === true);
}

/** Returns for each URL a data URI with a placeholder text. */
export function placeholderFilesFor(call: FittedCall, dialect: RenderingDialect): ReadonlyMap<string, string> {
  return new Map(findRequiredFiles(call, dialect).map(({ url }) => [url, `data:${guessType(url)};base64,FetchedWhenSent`]));
}

/** Returns the call with placeholders for files that must be fetched; unchanged when there are none. */
export function withPlaceholderFiles(call: FittedCall, dialect: RenderingDialect): FittedCall {
  const { input } = call;
  const dataUris = placeholderFilesFor(call, dialect);
  if (dataUris.size === 0 || input.kind !== 'messages') return call;
  return { ...call, input: { kind: 'messages', conversation: input.conversation.withFiles(dataUris) } };
}

/** Guesses the type of a file from the end of its name. */
function guessType(url: string): string {
  const ending = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase();
  if (ending === 'pdf') return 'application/pdf';
  return ending === 'png' || ending === 'webp' || ending === 'gif' ? `image/${ending}` : 'image/jpeg';
}
