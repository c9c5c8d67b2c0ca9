/**
 * Writes images and documents as blocks of the Messages API: bytes or an https address (@anthropic-ai/sdk 1.11.0, ImageBlockParam and
 * DocumentBlockParam, read 2026-11-20). Files are fetched before rendering.
 */
import { fromBase64 } from '../../../lib/base64.ts';
import { refuseBlock, type BlockOf } from '../../../unified/request/conversation.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { MediaSource } from '../../../unified/request/media.ts';
import type { AdjustmentLog } from '../../../unified/adjustment-log.ts';
import { FILES_AS_BYTES } from './rules.ts';

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** True when the router must fetch the file. The provider reads https addresses itself (http is not certain). */
export const needsBytes = (url: string, quirks: readonly string[] = []): boolean =>
  !/^https:/i.test(url) || quirks.includes(FILES_AS_BYTES);

/** Writes an image. */
export function renderImage(block: BlockOf<'image'>, log: AdjustmentLog): JsonObject {
  const { source, detail } = block;
  if (detail !== null && detail !== 'auto') {
    log.add({ param: 'messages.content.image_url.detail', action: 'dropped', from: detail, reason: 'this provider has no such field' });
  }
  return { type: 'image', source: source.kind === 'url' ? addressOf(block, source.url) : imageBytes(block, source) };
}

/** Writes a document: a PDF, plain text, or an image sent as a file. */
export function renderDocument(block: BlockOf<'document'>): JsonObject {
  const { source, fileId, filename } = block;
  if (fileId === null && source.kind === 'bytes' && source.mediaType.startsWith('image/')) {
    return { type: 'image', source: imageBytes(block, source) };
  }
  return { type: 'document', source: documentSource(block), ...(filename === null ? {} : { title: filename }) };
}

function documentSource(block: BlockOf<'document'>): JsonObject {
  const { source, fileId } = block;
  if (fileId !== null && (source.kind !== 'url' || source.url === '')) return { type: 'file', file_id: fileId };
  if (source.kind === 'url') return addressOf(block, source.url);
  if (source.mediaType === 'application/pdf') return { type: 'base64', media_type: source.mediaType, data: source.base64 };
  if (source.mediaType.startsWith('text/') || source.mediaType === 'application/json') {
    return { type: 'text', media_type: 'text/plain', data: textOfBytes(block, source.base64) };
  }
  throw refuseBlock(block, `this provider accepts documents as PDF or text, not ${source.mediaType}`);
}

function addressOf(block: BlockOf<'image' | 'document'>, url: string): JsonObject {
  if (needsBytes(url)) throw refuseBlock(block, 'this provider accepts a file as a data URI or by an https address');
  return { type: 'url', url };
}

function imageBytes(block: BlockOf<'image' | 'document'>, { mediaType, base64 }: MediaSource & { kind: 'bytes' }): JsonObject {
  const type = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType; // the same format under a wrong name
  if (!IMAGE_TYPES.includes(type)) throw refuseBlock(block, `this provider accepts images as ${IMAGE_TYPES.join(', ')}, not ${mediaType}`);
  return { type: 'base64', media_type: type, data: base64 };
}

function textOfBytes(block: BlockOf<'document'>, base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(fromBase64(base64));
  } catch {
    throw refuseBlock(block, 'expected the base64 of UTF-8 text');
  }
}
