/** Reads the content of messages and of tool results: a text, or parts. Source: openai 7.59.0, ResponseInputContent (read 2026-11-30). */
import { readCacheMark } from '../../../unified/request/cache-mark.ts';
import type { AdjustmentLog } from '../../../unified/adjustment-log.ts';
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Block } from '../../../unified/request/conversation.ts';
import { readSource } from '../../../unified/request/media.ts';
import { normalizePart } from '../../../unified/request/normal-media.ts';
import type { NativeOnly } from '../../../unified/request/request.ts';
import { readObjects, readText, wrongValue, type Located } from '../../shared/read-fields.ts';

/** What reading finds besides blocks. */
export type ReadReport = { log: AdjustmentLog; nativeOnly: NativeOnly[] };

/** Parts of a message and of a tool result. */
const PART_TYPES = 'a part of type input_text, output_text, refusal, input_image, input_file or input_audio';

/** Reads content. @param value null = none. @throws RouterError naming what cannot be read. */
export function readContent(value: unknown, path: string, report: ReadReport): Block[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value, path }];
  if (value !== null && value !== undefined && !Array.isArray(value)) throw wrongValue(path, value, 'a string or an array of parts');
  return readObjects(value, path).flatMap((part) => readPart(part, report));
}

function readPart(part: Located, report: ReadReport): Block[] {
  const { value, path } = part;
  const common = { path, original: value, ...markOf(value) };
  switch (value['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return [{ ...common, type: 'text', text: readText(part, 'text') }];
    case 'refusal':
      return [{ ...common, type: 'text', text: readText(part, 'refusal'), isRefusal: true }];
    case 'input_image':
      return readImage(part, report).map((image) => ({ ...common, ...image }));
    case 'input_file':
      return readFile(part, report).map((file) => ({ ...common, ...file }));
    case 'input_audio': {
      const { input_audio: audio = {} } = normalizePart(value, report.log) as { input_audio?: JsonObject };
      const given: Located = { value: audio, path: `${path}.input_audio` };
      return [{ ...common, type: 'audio', base64: readText(given, 'data'), format: textOf(audio['format']) ?? 'wav' }];
    }
    default:
      if (typeof value['type'] !== 'string') throw wrongValue(`${path}.type`, value['type'], PART_TYPES);
      report.nativeOnly.push({
        param: path,
        otherwise: 'refuse',
        reason: `content of type "${value['type']}" cannot be sent to this provider; expected ${PART_TYPES}`,
      });
      return [];
  }
}

function markOf(value: JsonObject): { cacheControl?: JsonObject } {
  const mark = readCacheMark(value);
  return mark === null ? {} : { cacheControl: mark };
}

function readImage({ value, path }: Located, report: ReadReport): Block[] {
  const { image_url: given, file_id: fileId, detail } = value;
  const address = isObject(given) ? given['url'] : given;
  if (textOf(address) === null) {
    if (textOf(fileId) === null) throw wrongValue(`${path}.image_url`, address, 'a URL or a data URI');
    refuseFileId(path, report);
    return [];
  }
  const { image_url: image } = normalizePart({ type: 'image_url', image_url: { url: address } }, report.log) as { image_url: JsonObject };
  const url = String(image['url']);
  return [{ type: 'image', source: readSource(url, path), url, detail: textOf(detail), path }];
}

function readFile({ value, path }: Located, report: ReadReport): Block[] {
  const { file_data: data, file_url: address, file_id: fileId } = value;
  const filename = textOf(value['filename']);
  const given = textOf(data) ?? textOf(address);
  if (given === null) {
    if (textOf(fileId) === null) throw wrongValue(`${path}.file_data`, data, 'a data URI, or file_url with a URL');
    refuseFileId(path, report);
    return [];
  }
  const part = { type: 'file', file: { file_data: given, ...(filename === null ? {} : { filename }) } };
  const { file } = normalizePart(part, report.log) as { file: JsonObject };
  const url = String(file['file_data']);
  return [{ type: 'document', source: readSource(url, path), url, filename, fileId: null, path }];
}

function refuseFileId(path: string, { nativeOnly }: ReadReport): void {
  const reason = 'only OpenAI can read a file by its id; send the file itself as a data URI, or its URL';
  nativeOnly.push({ param: `${path}.file_id`, otherwise: 'refuse', reason });
}
