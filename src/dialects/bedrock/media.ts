/**
 * Writes images, documents and videos as Converse blocks: bytes, or an address in S3, never a web URL
 * (botocore 1.43.107, ImageBlock, DocumentBlock, VideoBlock, read 2026-11-20). Files are fetched before rendering.
 */
import { refuseBlock, type BlockOf } from '../../unified/request/conversation.ts';
import type { WireObject } from './wire.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import { createUniqueNames } from '../../lib/unique.ts';

type FileBlock = BlockOf<'image' | 'document' | 'video'>;

/** Media type to the provider's name. The names are also used as file extensions. */
const FORMATS: Readonly<Record<FileBlock['type'], Readonly<Record<string, string>>>> = {
  image: { 'image/png': 'png', 'image/jpeg': 'jpeg', 'image/jpg': 'jpeg', 'image/gif': 'gif', 'image/webp': 'webp' },
  document: {
    'application/pdf': 'pdf',
    'text/csv': 'csv',
    'application/msword': 'doc',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
    'application/vnd.ms-excel': 'xls',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
    'text/html': 'html',
    'text/plain': 'txt',
    'text/markdown': 'md',
  },
  video: {
    'video/mp4': 'mp4',
    'video/quicktime': 'mov',
    'video/x-matroska': 'mkv',
    'video/webm': 'webm',
    'video/x-flv': 'flv',
    'video/mpeg': 'mpeg',
    'video/x-ms-wmv': 'wmv',
    'video/3gpp': 'three_gp',
  },
};

/** File extensions that differ from the provider's name. */
const ENDINGS: Readonly<Record<string, string>> = { jpg: 'jpeg', htm: 'html', markdown: 'md', mpg: 'mpeg', '3gp': 'three_gp' };

/** True when the router must fetch the file: Converse reads only from S3. */
export const needsBytes = (url: string): boolean => /^https?:/i.test(url);

/** Creates a writer for files. Names of documents are made unique within the request. */
export function createMediaWriter(log: AdjustmentLog): (block: FileBlock) => WireObject {
  const names = createUniqueNames((name, count) => `${name} (${count})`);

  function nameOf({ filename }: BlockOf<'document'>): string {
    const plain = (filename ?? 'document').replace(/\.\w{1,8}$/, '');
    const clean = plain
      .replace(/[^A-Za-z0-9()[\] -]+/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
    const name = names.take(clean === '' ? 'document' : clean.slice(0, 180).trim());
    const reason = 'this provider requires documents named, each once, in letters, digits, spaces, hyphens and brackets';
    if (filename !== null && name !== filename) {
      log.add({ param: 'messages.content.file.filename', action: 'renamed', from: filename, to: name, reason });
    } else if (filename === null) log.add({ param: 'messages.content.file.filename', action: 'defaulted', to: name, reason });
    return name;
  }

  return (block) => {
    const fields: WireObject = { format: formatOf(block), source: sourceOf(block) };
    if (block.type === 'document') fields.name = nameOf(block);
    if (block.type === 'image' && block.detail !== null && block.detail !== 'auto') {
      log.add({
        param: 'messages.content.image_url.detail',
        action: 'dropped',
        from: block.detail,
        reason: 'this provider has no such field',
      });
    }
    return { [block.type]: fields };
  };
}

function sourceOf(block: FileBlock): WireObject {
  if (block.source.kind === 'bytes') return { bytes: block.source.base64 };
  if (/^s3:\/\//i.test(block.source.url)) return { s3Location: { uri: block.source.url } };
  throw refuseBlock(block, 'this provider accepts a file as bytes or by an s3:// address');
}

function formatOf(block: FileBlock): string {
  const known = FORMATS[block.type];
  const { source } = block;
  const byType = source.kind === 'bytes' && Object.hasOwn(known, source.mediaType) ? known[source.mediaType] : undefined;
  const path = source.kind === 'url' ? source.url : block.type === 'document' ? (block.filename ?? '') : '';
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const word = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : ending;
  const format = byType ?? Object.values(known).find((one) => one === word);
  if (format === undefined) {
    const given = source.kind === 'bytes' ? source.mediaType : 'one without a known ending';
    throw refuseBlock(block, `this provider accepts a ${block.type} as ${[...new Set(Object.values(known))].join(', ')}, not ${given}`);
  }
  return format;
}
