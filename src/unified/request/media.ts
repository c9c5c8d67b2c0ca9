/**
 * Finds and reads files in messages: images, documents, audio and video, as URL or data URI. `upstream/media/fetch-media.ts` fetches them.
 */
import { RouterError } from '../error.ts';

/** Content or address of a file. */
export type MediaSource = { kind: 'bytes'; mediaType: string; base64: string } | { kind: 'url'; url: string };

/** Longest header of a data URI: type and parameters. */
const MAX_HEAD = 1000;

/** Parses a data URI, or returns the URL. @throws RouterError naming `path` for a data URI that is not base64. */
export function readSource(url: string, path: string): MediaSource {
  if (!/^data:/i.test(url)) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const head = url.slice(5, Math.max(5, Math.min(comma, MAX_HEAD))).split(';');
  if (comma < 0 || comma > MAX_HEAD || head.at(-1)?.trim().toLowerCase() !== 'base64') {
    throw new RouterError('invalid_request', `${path}: expected a data URI of the form data:<type>;base64,<data>, or a URL.`, {
      param: path,
    });
  }
  return { kind: 'bytes', mediaType: (head[0] ?? '').trim().toLowerCase() || 'application/octet-stream', base64: url.slice(comma + 1) };
}

/** A URL in the messages, and its path: `messages[0].content[1]`. */
export type MediaReference = { url: string; path: string };
