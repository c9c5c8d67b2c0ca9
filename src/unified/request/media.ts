/**
 * Finds and reads files in messages: images, documents, audio and video, as URL or data URI. `upstream/media/fetch-media.ts` fetches them.
 */
import { RouterError } from '../error.ts';
import { isObject, textOf, type JsonObject } from '../../lib/json.ts';
import type { Message } from './message.ts';

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

/** For each type of content part with a file: its field, and the field inside with the address. */
const ADDRESS_FIELDS: Readonly<Record<string, readonly [field: string, inner: string]>> = {
  image_url: ['image_url', 'url'],
  video_url: ['video_url', 'url'],
  file: ['file', 'file_data'],
};

/** Returns the URL of a content part; null when it has none, or a data URI. */
export function urlOfPart(part: JsonObject): string | null {
  const address = addressOf(part);
  return address !== null && /^[a-z][a-z0-9+.-]*:/i.test(address) && !/^data:/i.test(address) ? address : null;
}

function addressOf(part: JsonObject): string | null {
  const path = typeof part['type'] === 'string' && Object.hasOwn(ADDRESS_FIELDS, part['type']) ? ADDRESS_FIELDS[part['type']] : undefined;
  if (path === undefined) return null;
  const value = part[path[0]];
  return typeof value === 'string' ? textOf(value) : isObject(value) ? textOf(value[path[1]]) : null;
}

/** A URL in the messages, and its path: `messages[0].content[1]`. */
export type MediaReference = { url: string; path: string };

/** Returns the URLs of all files in the messages. */
export function findUrls(messages: readonly Message[]): MediaReference[] {
  return messages.flatMap(({ content }, index) =>
    Array.isArray(content)
      ? content.flatMap((part, position) => {
          const url = urlOfPart(part);
          return url === null ? [] : [{ url, path: `messages[${index}].content[${position}]` }];
        })
      : [],
  );
}

/** Replaces URLs in the messages by data URIs. Parts without replacements are not copied. */
export function replaceUrls(messages: readonly Message[], dataUris: ReadonlyMap<string, string>): Message[] {
  return messages.map((message) => {
    const { content } = message;
    if (!Array.isArray(content)) return message;
    return { ...message, content: content.map((part) => replaceUrl(part, dataUris)) } as Message;
  });
}

function replaceUrl(part: JsonObject, dataUris: ReadonlyMap<string, string>): JsonObject {
  const url = urlOfPart(part);
  const dataUri = url === null ? undefined : dataUris.get(url);
  if (dataUri === undefined) return part;
  const [field, inner] = ADDRESS_FIELDS[String(part['type'])] ?? ['', ''];
  const value = part[field];
  return { ...part, [field]: isObject(value) ? { ...value, [inner]: dataUri } : dataUri };
}
