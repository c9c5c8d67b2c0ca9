/** Files by their URLs in OpenAI's messages: finds them, and replaces them by data URIs. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { MediaReference } from '../../../unified/request/media.ts';
import type { Message } from '../../../unified/request/message.ts';

/** Fields of a content part that may hold the address of a file: part type to the field, and the field within it. */
const ADDRESS_FIELDS: Readonly<Record<string, readonly [field: string, inner: string]>> = {
  image_url: ['image_url', 'url'],
  video_url: ['video_url', 'url'],
  file: ['file', 'file_data'],
};

/** The URL of a content part, if it has one; data URIs are none. */
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

/** Every URL of a file in the messages. */
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

/** The messages with these URLs replaced by data URIs; what is not replaced is not copied. */
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
