/** Finds URLs of files in OpenAI's messages, and replaces them by data URIs. */
import { isObject, textOf, wordOf, type JsonObject } from '../../../lib/json.ts';
import type { MediaReference } from '../../../unified/request/media.ts';
import type { Message } from '../../../unified/request/message.ts';

/** For each type of content part with a file: its field, and the field inside with the address. */
const ADDRESS_FIELDS: Readonly<Record<string, readonly [field: string, inner: string]>> = {
  image_url: ['image_url', 'url'],
  video_url: ['video_url', 'url'],
  file: ['file', 'file_data'],
};

/** Returns the URL of a content part; null when it has none, or a data URI. */
function urlOfPart(part: JsonObject): string | null {
  const address = addressOf(part);
  return address !== null && /^[a-z][a-z0-9+.-]*:/i.test(address) && !/^data:/i.test(address) ? address : null;
}

function addressOf(part: JsonObject): string | null {
  const path = typeof part['type'] === 'string' && Object.hasOwn(ADDRESS_FIELDS, part['type']) ? ADDRESS_FIELDS[part['type']] : undefined;
  if (path === undefined) return null;
  const value = part[path[0]];
  return typeof value === 'string' ? textOf(value) : isObject(value) ? textOf(value[path[1]]) : null;
}

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
  const [field, inner] = ADDRESS_FIELDS[wordOf(part['type'])] ?? ['', ''];
  const value = part[field];
  return { ...part, [field]: isObject(value) ? { ...value, [inner]: dataUri } : dataUri };
}
