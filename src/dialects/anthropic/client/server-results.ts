/** Writes calls and results of tools that Anthropic runs itself as text, for a history that goes to another provider. */
import { isObject, textOf, wordOf, type JsonObject } from '../../../lib/json.ts';
import { callAsText, resultHeading } from '../../../unified/request/tool-text.ts';

/** Fields with something to read, in the order in which it is written. Encrypted parts, ids and types are left out. */
const READABLE = [
  'title',
  'url',
  'source',
  'text',
  'stdout',
  'stderr',
  'data',
  'content',
  'lines',
  'tool_references',
  'tool_name',
  'error_code',
];

/** Deepest nesting that is read: a fetched page is a document in a result in a block. */
const MAX_DEPTH = 6;

const RESULT = '_tool_result';

/** True for a block of a tool that Anthropic runs. */
export const isServerBlock = (type: string): boolean => type === 'server_tool_use' || type === 'mcp_tool_use' || type.endsWith(RESULT);

/** The text of such a block. @param toolNames names of tools by the id of their call, to which those of calls are added. */
export function serverText(block: JsonObject, toolNames: Map<string, string>): string {
  const [type, name] = [wordOf(block['type']), wordOf(block['name'])];
  if (!type.endsWith(RESULT)) {
    toolNames.set(wordOf(block['id']), name);
    return callAsText(name, JSON.stringify(block['input'] ?? {}));
  }
  const called = toolNames.get(wordOf(block['tool_use_id'])) ?? type.slice(0, -RESULT.length);
  return [resultHeading(called), readable(block['content'], MAX_DEPTH)].filter((text) => text !== '').join('\n');
}

function readable(value: unknown, depth: number): string {
  if (typeof value === 'string') return value;
  if (depth === 0 || typeof value !== 'object' || value === null) return '';
  const parts = Array.isArray(value) ? value : isObject(value) && !isFile(value) ? READABLE.map((field) => value[field]) : [];
  return parts
    .map((part) => readable(part, depth - 1))
    .filter((text) => text !== '')
    .join('\n');
}

/** Bytes are nothing to read. */
const isFile = ({ type, media_type: mediaType }: JsonObject): boolean => type === 'base64' && textOf(mediaType) !== null;
