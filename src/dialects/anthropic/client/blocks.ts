/** Reads content blocks of the Messages format (@anthropic-ai/sdk 1.14.0, BetaContentBlockParam, read 2026-11-30). */
import { isObject, wordOf, type JsonObject } from '../../../lib/json.ts';
import type { Block } from '../../../unified/request/conversation.ts';
import { MAX_PARTS } from '../../../unified/request/message.ts';
import type { ReasoningState } from '../../../unified/request/reasoning.ts';
import { readReasoning } from '../../shared/envelope.ts';
import { readDocument, readImage, readSearchResultBlock } from './media.ts';
import { CLAUDE_FORMAT, FORMAT } from '../format-name.ts';
import { readName, readText, wrongValue, type Located } from '../../shared/read-fields.ts';
import type { ReadReport } from './report.ts';
import { isServerBlock, serverText } from './server-results.ts';
import { readReference, readSearchResult, readToolChange, type HistoryChanges } from './history-changes.ts';

/** What reading one block needs of the others. */
export type ReadContext = {
  readonly report: ReadReport;
  readonly changes: HistoryChanges;
  /** Names of tools by the id of their call. */
  readonly toolNames: Map<string, string>;
};

/**
 * Reads content: a text, or blocks. A block that became one block of ours keeps the client's own as `original`.
 *
 * @throws RouterError naming the block that is not one of this format.
 */
export function readContent(content: unknown, path: string, context: ReadContext): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content, path }];
  if (!Array.isArray(content)) throw wrongValue(path, content, 'a string or an array of content blocks');
  if (content.length > MAX_PARTS) throw wrongValue(path, `${content.length} blocks`, `at most ${MAX_PARTS}`);
  return content.flatMap((value: unknown, index) => readBlock(value, `${path}[${index}]`, context));
}

/** Fields that are read of each type of block, or that only name the caller of a tool. */
const FIELDS: Readonly<Record<string, string>> = {
  text: 'text citations',
  image: 'source transformations',
  document: 'source title context citations',
  search_result: 'source title content citations',
  thinking: 'thinking signature',
  redacted_thinking: 'data',
  tool_use: 'id name input caller toolset_name',
  tool_result: 'tool_use_id content is_error toolset_name',
};

function reportFields(block: JsonObject, { report }: ReadContext): void {
  const type = wordOf(block['type']);
  const known = Object.hasOwn(FIELDS, type) ? FIELDS[type] : undefined;
  if (known === undefined) return;
  const names = new Set(['type', 'cache_control', ...known.split(' ')]);
  for (const field of Object.keys(block))
    if (block[field] != null && !names.has(field)) report.drop(`messages.content.${field}`, 'only Anthropic has such a field of a block');
}

/** Reads one block. Empty for a block without words. */
export function readBlock(value: unknown, path: string, context: ReadContext): Block[] {
  if (!isObject(value)) throw wrongValue(path, value, 'an object');
  reportFields(value, context);
  const blocks = readKind({ value, path }, context);
  const last = blocks.at(-1);
  if (last === undefined) return blocks;
  const { cache_control: mark } = value;
  const marked: Block = isObject(mark) ? { ...last, cacheControl: mark } : last;
  return blocks.length === 1 ? [{ ...marked, original: value }] : [...blocks.slice(0, -1), marked];
}

function readKind(block: Located, context: ReadContext): Block[] {
  const { value, path } = block;
  const { report } = context;
  const readBlocks = (content: unknown, at: string) => readContent(content, at, context);
  switch (value['type']) {
    case 'text': {
      const text = readText(block, 'text');
      const citations = citationsOf(value);
      if (citations.citations !== undefined) report.drop('messages.content.citations', 'only Anthropic reads the sources of earlier text');
      return text === '' ? [] : [{ type: 'text', text, path, ...citations }];
    }
    case 'image':
      return readImage(block, report);
    case 'document':
      return readDocument(block, report, readBlocks);
    case 'search_result':
      return readSearchResultBlock(block, report, readBlocks);
    case 'thinking':
      return readReasoning({
        text: readText(block, 'thinking'),
        opaque: opaqueOf(value['signature']),
        path,
        bare: claudeState('signature'),
      });
    case 'redacted_thinking':
      return readReasoning({ text: '', opaque: readText(block, 'data'), path, bare: claudeState('encrypted') });
    case 'tool_use':
      return [readCall(block, context)];
    case 'tool_result':
      return [readResult(block, context)];
    default:
      return readOther(block, context);
  }
}

/** Reads blocks that no other format has. */
function readOther(block: Located, { report, changes, toolNames }: ReadContext): Block[] {
  const { value, path } = block;
  const { type } = value;
  if (typeof type !== 'string') throw wrongValue(`${path}.type`, type, 'the type of a content block');
  switch (type) {
    case 'tool_reference': {
      const name = readReference(value, changes);
      return name === null ? [] : [{ type: 'text', text: `loaded: ${name}`, path }];
    }
    case 'tool_addition':
    case 'tool_removal':
      readToolChange(block, changes);
      return [];
    case 'browser_state':
      report.emulate('messages.content', 'the state of a browser is sent as JSON text');
      return [{ type: 'text', text: JSON.stringify({ tabs: value['tabs'], state_changes: value['state_changes'] }), path }];
    case 'fallback':
    case 'mcp_tool_listing':
      report.drop('messages.content', `a block of type "${type}" has a meaning at Anthropic only`);
      return [];
  }
  if (!isServerBlock(type)) {
    report.refuse(
      path,
      `content of type ${JSON.stringify(type.slice(0, 80))} can be sent only to providers with Anthropic's Messages format`,
    );
    return [{ type: 'native', of: 'content', format: FORMAT, value, path }];
  }
  if (type === 'tool_search_tool_result') readSearchResult(value, changes);
  report.emulate('messages.content', 'calls and results of tools that Anthropic runs are sent as text, without their encrypted parts');
  return [{ type: 'text', text: serverText(value, toolNames), path }];
}

const citationsOf = ({ citations }: JsonObject): { citations?: readonly JsonObject[] } =>
  Array.isArray(citations) && citations.length > 0 ? { citations: citations.filter(isObject) } : {};

/** Claude Code sends `signature: ""` for thinking that had none (2.1.332, measured 2026-11-30). */
const opaqueOf = (signature: unknown): string | null => (typeof signature === 'string' ? signature : null);

/** The state of a value that only Claude can have made. */
const claudeState =
  (kind: ReasoningState['kind']) =>
  (data: string): ReasoningState => ({ kind, format: CLAUDE_FORMAT, data, provider: null, model: null });

function readCall(block: Located, { toolNames }: ReadContext): Block {
  const { value, path } = block;
  const [id, name] = [readName(block, 'id'), readName(block, 'name')];
  const { input = {} } = value;
  if (!isObject(input)) throw wrongValue(`${path}.input`, input, 'an object');
  toolNames.set(id, name);
  return { type: 'tool-call', id, name, input: JSON.stringify(input), kind: 'function', path };
}

function readResult(block: Located, context: ReadContext): Block {
  const { value, path } = block;
  const callId = readName(block, 'tool_use_id');
  const { content, is_error: isError } = value;
  const blocks = content === undefined || content === null ? [] : readContent(content, `${path}.content`, context);
  return { type: 'tool-result', callId, name: context.toolNames.get(callId) ?? null, blocks, isError: isError === true, path };
}
