/** Writes sources of an answer as annotations of its text (SDK openai 7.59.0, ResponseOutputText.annotations; read 2026-11-30). */
import { isObject, numberOf, textOf, type JsonObject } from '../../../lib/json.ts';

/** Annotations of files, which have no other form in an event. */
const FILE_TYPES: ReadonlySet<unknown> = new Set(['file_citation', 'container_file_citation', 'file_path']);

/**
 * Returns the annotation of a source; null = this format has none for it. Clients require both indexes. Where they are not known, the
 * annotation covers no text and stands where the source arrived.
 *
 * @param position length of the text before it, in UTF-16 units.
 */
export function toAnnotation(citation: unknown, position: number): JsonObject | null {
  if (!isObject(citation)) return null;
  if (FILE_TYPES.has(citation['type'])) return citation;
  const { type, url_citation: nested = citation } = citation;
  if (type !== 'url_citation' || !isObject(nested)) return null;
  const url = textOf(nested['url']);
  if (url === null) return null;
  const [start, end] = [numberOf(nested['start_index']), numberOf(nested['end_index'])];
  const range = start === null || end === null ? { start_index: position, end_index: position } : { start_index: start, end_index: end };
  return { ...nested, type, ...range, url, title: textOf(nested['title']) ?? url };
}
