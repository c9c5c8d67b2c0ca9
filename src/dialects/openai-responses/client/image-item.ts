/** Writes an image that the model made, as the item that OpenAI's own image tool makes. */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import { writeAdded, writeDone, type ItemPlace } from './output-item.ts';

const DATA_URI = /^data:image\/([a-z0-9.+-]{1,32})[^,]{0,100};base64,/i;

/** Returns the base64 text of an image `{image_url: {url}}` with a data URI; null for any other. */
export function imageData(image: unknown): { data: string; format: string } | null {
  const url = isObject(image) && isObject(image['image_url']) ? textOf(image['image_url']['url']) : null;
  const [prefix = '', format = ''] = (url !== null && DATA_URI.exec(url.slice(0, 200))) || [];
  return url === null || prefix === '' ? null : { data: url.slice(prefix.length), format };
}

/** Writes a whole image and returns its item. */
export function writeImage(place: ItemPlace, { data, format }: { data: string; format: string }): JsonObject {
  const item = { id: place.id, type: 'image_generation_call' };
  writeAdded(place, { ...item, status: 'in_progress', result: null });
  place.budget.take(data.length);
  return writeDone(place, { ...item, status: 'completed', output_format: format, result: data });
}
