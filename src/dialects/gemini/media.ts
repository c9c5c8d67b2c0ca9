/**
 * Writes text and files as parts: bytes inline, addresses only if the service can read them. Other files are fetched before rendering
 * (generativelanguage v1beta protos, Part; Vercel AI SDK, packages/google; read 2026-11-20).
 */
import { refuseBlock, type Block } from '../../unified/request/conversation.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { MediaSource } from '../../unified/request/media.ts';
import type { WriteContext } from './write-context.ts';

/** Matches videos that the service reads itself. */
const YOUTUBE = /^https?:\/\/(www\.|m\.)?(youtube\.com\/watch\?|youtu\.be\/)/i;
/** Matches files uploaded to the service. */
const UPLOADED = /^https:\/\/generativelanguage\.googleapis\.com\/\w+\/files\//i;

/** True when the router must fetch the file. */
export const needsBytes = (url: string): boolean => /^https?:/i.test(url) && !YOUTUBE.test(url) && !UPLOADED.test(url);

/** Media types by file extension; the service requires the type of a file in Cloud Storage. */
const KINDS: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  pdf: 'application/pdf',
  txt: 'text/plain',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
};

/** Writes a part of a user turn. @throws RouterError `invalid_request` naming its path. */
export function renderBlock(block: Block, writing: WriteContext): JsonObject {
  switch (block.type) {
    case 'text':
      return { text: block.text };
    case 'image':
      if (block.detail !== null && block.detail !== 'auto') {
        const reason = 'this provider has no such field';
        writing.log.add({ param: 'messages.content.image_url.detail', action: 'dropped', from: block.detail, reason });
      }
      return renderSource(block, block.source);
    case 'video':
      return renderSource(block, block.source);
    case 'document':
      if (block.fileId !== null) throw refuseBlock(block, 'this provider knows no file ids');
      if (block.filename !== null) {
        writing.log.add({ param: 'messages.content.file.filename', action: 'dropped', reason: 'files have no names here' });
      }
      return renderSource(block, block.source);
    case 'audio':
      return { inlineData: { mimeType: `audio/${block.format.toLowerCase()}`, data: block.base64 } };
    default:
      throw refuseBlock(block, `a user message cannot hold content of type ${block.type}`);
  }
}

function renderSource(block: Block, source: MediaSource): JsonObject {
  if (source.kind === 'bytes') return { inlineData: { mimeType: source.mediaType, data: source.base64 } };
  const { url } = source;
  // The router has fetched what it could; an address that is left is in a field that is not fetched.
  if (needsBytes(url)) throw refuseBlock(block, 'this provider accepts a file here only as a data URI');
  const ending = /\.(\w+)$/.exec(url)?.[1]?.toLowerCase() ?? '';
  const known = YOUTUBE.test(url) ? 'video/mp4' : Object.hasOwn(KINDS, ending) ? KINDS[ending] : undefined;
  return { fileData: { ...(known === undefined ? {} : { mimeType: known }), fileUri: url } };
}
