/** Messages of a request, as far as the form edits them. What it does not know stays as it is. Pure. */
import { isObject, type JsonObject } from '../../../lib/json.ts';

/** Roles that the form offers. */
export const ROLES = ['system', 'developer', 'user', 'assistant'] as const;

/** What the form edits of a message. Null = its content is in a form that only the JSON view edits. */
export type MessageForm = { readonly text: string; readonly images: readonly string[] } | null;

/** Reads the content: a text, or one text with images after it. */
export function readMessage({ content }: JsonObject): MessageForm {
  if (typeof content === 'string') return { text: content, images: [] };
  if (!Array.isArray(content)) return null;
  const [first, ...rest] = content as unknown[];
  const isText = isObject(first) && first['type'] === 'text' && typeof first['text'] === 'string' && Object.keys(first).length === 2;
  const images = (isText ? rest : content).map(imageOf);
  if (!images.every((image) => image !== null)) return null;
  return { text: isText ? String(first['text']) : '', images };
}

/** The address of an image part without further fields (such as `detail`); null for anything else. */
function imageOf(part: unknown): string | null {
  if (!isObject(part) || part['type'] !== 'image_url' || Object.keys(part).length !== 2 || !isObject(part['image_url'])) return null;
  const { url, ...rest } = part['image_url'];
  return typeof url === 'string' && Object.keys(rest).length === 0 ? url : null;
}

/** A message with other content. Its further fields stay. */
export function writeMessage(message: JsonObject, { text, images }: { text: string; images: readonly string[] }): JsonObject {
  const parts = images.map((url) => ({ type: 'image_url', image_url: { url } }));
  return { ...message, content: images.length === 0 ? text : [...(text === '' ? [] : [{ type: 'text', text }]), ...parts] };
}

/** What is wrong with the address of an image; null = it can be sent. */
export function imageMistake(url: string): string | null {
  if (/^data:image\/[a-z0-9.+-]+;base64,/i.test(url)) return null;
  return URL.canParse(url) && /^https?:/i.test(url) ? null : 'Expected an address that begins with https://, or data:image/...;base64,';
}

/** A list with one entry moved by one place. */
export function moved<Item>(list: readonly Item[], index: number, by: -1 | 1): Item[] {
  const copy = [...list];
  const [item] = copy.splice(index, 1);
  if (item !== undefined) copy.splice(index + by, 0, item);
  return copy;
}
