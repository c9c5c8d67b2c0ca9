/**
 * Normalizes files in messages: clean base64, data URIs or raw bytes depending on the field, and a media type that matches the bytes. Only a
 * corrected media type is reported.
 */
import { toBase64 } from '../../lib/base64.ts';
import { isObject, textOf, type JsonObject } from '../../lib/json.ts';
import { typeOfBytes, typeOfName, usualType } from './media-type.ts';
import type { AdjustmentLog } from '../adjustment-log.ts';

/** A parsed data URI. */
type DataUri = { type: string; base64: string };

const MAX_HEAD = 1000;

/** Normalizes the file of a content part; returns the part itself when nothing changes. */
export function normalizePart(part: JsonObject, log: Pick<AdjustmentLog, 'add'>): JsonObject {
  switch (part['type']) {
    case 'image_url':
    case 'video_url':
      return withAddress(part, part['type'], log);
    case 'input_audio':
      return normalizeAudio(part, log);
    case 'file':
      return normalizeFile(part, log);
    default:
      return part;
  }
}

function withAddress(part: JsonObject, field: string, log: Pick<AdjustmentLog, 'add'>): JsonObject {
  const given = part[field];
  const address = isObject(given) ? textOf(given['url']) : textOf(given);
  if (address === null) return part;
  const kind = field === 'image_url' ? 'image/' : 'video/';
  const url = normalAddress(
    address,
    (base64) => {
      const type = typeOfBytes(base64);
      return type?.startsWith(kind) === true ? type : null;
    },
    log,
  );
  if (url === given || (isObject(given) && url === given['url'])) return part;
  return { ...part, [field]: isObject(given) ? { ...given, url } : url };
}

function normalizeFile(part: JsonObject, log: Pick<AdjustmentLog, 'add'>): JsonObject {
  const file = isObject(part['file']) ? part['file'] : {};
  const given = textOf(file['file_data']);
  if (given === null) return part;
  const name = textOf(file['filename']) ?? '';
  const address = normalAddress(given, (base64) => typeOfBytes(base64) ?? typeOfName(name), log);
  return address === given ? part : { ...part, file: { ...file, file_data: address } };
}

/** Normalizes audio: raw base64, and the name of its format. */
function normalizeAudio(part: JsonObject, log: Pick<AdjustmentLog, 'add'>): JsonObject {
  const audio = isObject(part['input_audio']) ? part['input_audio'] : {};
  const given = textOf(audio['data']);
  if (given === null || /^https?:/i.test(given)) return part;
  const uri = readDataUri(given);
  const data = uri?.base64 ?? cleanBase64(given);
  const stated = textOf(audio['format'])?.toLowerCase() ?? null;
  const usual = usualType(`audio/${stated?.replace(/^audio\//, '') ?? ''}`);
  const named = stated === null ? (uri?.type.startsWith('audio/') === true ? usualType(uri.type) : 'audio/wav') : usual;
  const found = typeOfBytes(data);
  const type = found?.startsWith('audio/') === true ? found : named;
  if (stated !== null && type !== named) reportType(named, type, log);
  const format = type.slice('audio/'.length);
  return data === given && format === audio['format'] ? part : { ...part, input_audio: { ...audio, data, format } };
}

/** Normalizes an address: a URL is unchanged; a data URI, or bytes whose type is recognized, become a clean data URI. */
function normalAddress(given: string, typeOf: (base64: string) => string | null, log: Pick<AdjustmentLog, 'add'>): string {
  const uri = readDataUri(given);
  if (uri === null) {
    const trimmed = given.trim();
    if (/^[a-z][a-z\d+.-]*:/i.test(trimmed)) return trimmed;
    const base64 = cleanBase64(given);
    const type = /^[A-Za-z\d+/]{8}/.test(base64) ? typeOf(base64) : null;
    return type === null ? given : `data:${type};base64,${base64}`;
  }
  const stated = usualType(uri.type);
  const type = typeOf(uri.base64) ?? stated;
  const isVague = stated === '' || stated === 'application/octet-stream';
  // A declared type is more reliable than the extension of a file name.
  const best = isVague || typeOfBytes(uri.base64) !== null ? type : stated;
  if (best !== stated && !isVague) reportType(stated, best, log);
  return best === uri.type && given.endsWith(uri.base64) && given.startsWith(`data:${best};base64,`)
    ? given
    : `data:${best};base64,${uri.base64}`;
}

function reportType(from: string, to: string, log: Pick<AdjustmentLog, 'add'>): void {
  log.add({ param: 'messages.content', action: 'renamed', from, to, reason: 'the bytes have a different type than declared' });
}

/** Parses a data URI; also one with plain text (RFC 2397). Null for other addresses and for invalid headers. */
function readDataUri(given: string): DataUri | null {
  const text = /^\s/.test(given) ? given.trimStart() : given;
  if (!/^data:/i.test(text)) return null;
  const comma = text.indexOf(',');
  if (comma < 0 || comma > MAX_HEAD) return null;
  const head = text.slice(5, comma).toLowerCase().split(';');
  const data = text.slice(comma + 1);
  const type = (head[0] ?? '').trim();
  if (head.at(-1)?.trim() === 'base64') return { type, base64: cleanBase64(data) };
  const isText = type === '' || /^text\/|json|xml|svg/.test(type);
  return isText ? { type: type || 'text/plain', base64: toBase64(new TextEncoder().encode(decodePercent(data))) } : null;
}

/** Cleans base64: no data URI header, white space or percent escapes; standard alphabet; padded. Returns clean text unchanged. */
function cleanBase64(given: string): string {
  let text = given;
  if (text.includes('%')) text = decodePercent(text);
  if (/\s/.test(text)) text = text.replace(/\s+/g, '');
  if (text.includes('-')) text = text.replaceAll('-', '+');
  if (text.includes('_')) text = text.replaceAll('_', '/');
  const missing = -text.length & 3;
  return missing === 0 || missing === 3 || text.endsWith('=') ? text : text + '='.repeat(missing);
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
