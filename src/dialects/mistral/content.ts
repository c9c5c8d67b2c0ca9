/**
 * Writes content parts in Mistral's format: text, images, documents and audio, each with known keys only. URLs and data URIs are accepted
 * unchanged; nothing is fetched.
 */
import { MARK_FIELDS } from '../../unified/request/cache-mark.ts';
import { refuseBlock } from '../../unified/request/conversation.ts';
import { textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import type { ContentPart, Message } from '../../unified/request/message.ts';
import { count, type Tally } from '../openai-common/upstream/messages.ts';
import { pathOfPart } from '../openai-common/upstream/write-messages.ts';

/** Content of a message; nothing is the empty text. @throws RouterError naming the part, for a kind this provider does not read. */
export function renderContent(content: Message['content'], path: string, dropped: Tally): string | WireObject[] {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part, position) => renderPart(part, pathOfPart(part, `${path}.content[${position}]`), dropped));
}

function renderPart(part: ContentPart, path: string, dropped: Tally): WireObject {
  for (const key of Object.keys(part))
    if (key !== 'type' && key !== part.type && !MARK_FIELDS.includes(key)) count(dropped, `content.${key}`);
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'text', text: part.refusal };
    case 'image_url':
      return { type: 'image_url', image_url: typeof part.image_url === 'string' ? part.image_url : renderImage(part.image_url) };
    case 'input_audio':
      // The provider detects the format itself: the field contains only the bytes or a URL.
      return { type: 'input_audio', input_audio: part.input_audio.data };
    case 'file':
      return renderFile(part.file, path);
    default:
      throw refuseBlock({ path }, 'this provider does not read video');
  }
}

function renderImage(image: WireObject): WireObject {
  const detail = textOf(image.detail);
  return { url: image.url, ...(detail !== null && ['low', 'auto', 'high'].includes(detail) ? { detail } : {}) };
}

/** Writes a document by its URL or data URI, or a file that was uploaded to the provider. */
function renderFile(file: unknown, path: string): WireObject {
  const { file_data, file_id, filename } = isObject(file) ? file : ({} as WireObject);
  const [address, id, name] = [textOf(file_data), textOf(file_id), textOf(filename)];
  if (address !== null) return { type: 'document_url', document_url: address, ...(name === null ? {} : { document_name: name }) };
  if (id !== null) return { type: 'file', file_id: id };
  throw refuseBlock({ path }, 'a file needs file_data or file_id');
}
