/** Reads images, documents and search results (@anthropic-ai/sdk 1.14.0, ImageBlockParam, DocumentBlockParam, read 2026-11-30). */
import { isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Block } from '../../../unified/request/conversation.ts';
import { readSource } from '../../../unified/request/media.ts';
import { normalizePart } from '../../../unified/request/normal-media.ts';
import { readObject, readText, type Located } from '../../shared/read-fields.ts';
import { dropOthers, refuseUnknown, type ReadReport } from './report.ts';

/** Why a file id cannot be translated. */
const FILE_ID = 'only Anthropic can read a file by its id; send the file itself as base64, or its URL';

/** Reads an image. Empty for one that only Anthropic can read, which is reported. */
export function readImage({ value, path }: Located, report: ReadReport): Block[] {
  const source = readObject(value['source'], `${path}.source`);
  if (value['transformations'] != null)
    report.drop('messages.content.transformations', 'only Anthropic changes images before a model reads them');
  if (source['type'] === 'file') return refuseFile(path, report);
  const address = addressOf({ value: source, path: `${path}.source` }, 'image/png', report);
  if (address === null) return [];
  const { image_url: image } = normalizePart({ type: 'image_url', image_url: { url: address } }, report.log) as { image_url: JsonObject };
  const url = String(image['url']);
  return [{ type: 'image', source: readSource(url, path), url, detail: null, path }];
}

/** Reads a document: a PDF is a file, its context a text before it. Text and blocks are text headed by the title. */
export function readDocument(
  { value, path }: Located,
  report: ReadReport,
  readBlocks: (content: unknown, path: string) => Block[],
): Block[] {
  const source = readObject(value['source'], `${path}.source`);
  const located: Located = { value: source, path: `${path}.source` };
  const [title, context] = [textOf(value['title']), textOf(value['context'])];
  if (isObject(value['citations']) && value['citations']['enabled'] === true)
    report.drop('messages.content.citations', 'only Claude cites places in documents');
  switch (source['type']) {
    case 'file':
      return refuseFile(path, report);
    case 'text':
      return [{ type: 'text', text: withHead([title, context], readText(located, 'data')), path }];
    case 'content': {
      const blocks = readBlocks(source['content'], `${path}.source.content`);
      const [first, ...more] = blocks;
      if (first?.type === 'text') return [{ ...first, text: withHead([title, context], first.text) }, ...more];
      const head = withHead([title, context], '');
      return head === '' ? blocks : [{ type: 'text', text: head, path }, ...blocks];
    }
    default: {
      const address = addressOf(located, 'application/pdf', report);
      if (address === null) return [];
      const file = { file_data: address, ...(title === null ? {} : { filename: title }) };
      const part = normalizePart({ type: 'file', file }, report.log) as { file: JsonObject };
      const url = String(part.file['file_data']);
      const document: Block = { type: 'document', source: readSource(url, path), url, filename: title, fileId: null, path };
      return context === null ? [document] : [{ type: 'text', text: context, path }, document];
    }
  }
}

/** Reads a search result as text: title, source, content. */
export function readSearchResultBlock(
  { value, path }: Located,
  report: ReadReport,
  readBlocks: (content: unknown, path: string) => Block[],
): Block[] {
  report.emulate('messages.content', 'search results are sent as text with their title and source');
  const texts = readBlocks(value['content'], `${path}.content`).map((block) => (block.type === 'text' ? block.text : ''));
  return [{ type: 'text', text: withHead([textOf(value['title']), textOf(value['source'])], texts.join('\n')), path }];
}

const withHead = (heads: readonly (string | null)[], text: string): string => {
  const head = heads.filter((line) => line !== null).join('\n');
  return [head, text].filter((part) => part !== '').join('\n\n');
};

/** The data URI or the URL of a source; null = it is of a type that only Anthropic can read. @param usual the type of bytes without one. */
function addressOf(located: Located, usual: string, report: ReadReport): string | null {
  const { value, path } = located;
  dropOthers({ report, value, path: 'messages.content.source' }, 'type media_type data url');
  switch (value['type']) {
    case 'base64':
      return `data:${textOf(value['media_type']) ?? usual};base64,${readText(located, 'data')}`;
    case 'url':
      return readText(located, 'url');
    default:
      refuseUnknown(report, { value: value['type'], path: `${path}.type` }, 'a type of source such as "base64" or "url"');
      return null;
  }
}

/** @returns no block: an upstream of this format gets the client's own, every other one refuses the request. */
function refuseFile(path: string, report: ReadReport): Block[] {
  report.refuse(`${path}.source.file_id`, FILE_ID);
  return [];
}
