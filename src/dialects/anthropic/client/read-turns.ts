/** Reads `system` and `messages` of the Messages format as turns. */
import { arrayOf, isObject, textOf, wordOf, type JsonObject } from '../../../lib/json.ts';
import type { Block, Turn } from '../../../unified/request/conversation.ts';
import { MAX_MESSAGES } from '../../../unified/request/message.ts';
import { BILLING_HEADER } from '../only-anthropic.ts';
import { readBlock, readContent, type ReadContext } from './blocks.ts';
import { readObject, wrongValue } from '../../shared/read-fields.ts';
import { dropOthers, refuseUnknown } from './report.ts';

/** Roles of a message. */
const ROLES = new Set(['user', 'assistant', 'system']);

/** Reads all turns, `system` first. @throws RouterError naming the field, message or block that is not one of this format. */
export function readTurns({ system, messages }: JsonObject, context: ReadContext): Turn[] {
  if (!Array.isArray(messages) || messages.length === 0) throw wrongValue('messages', messages, 'an array of at least one message');
  if (messages.length > MAX_MESSAGES) throw wrongValue('messages', `${messages.length} messages`, `at most ${MAX_MESSAGES}`);
  const turns = messages.flatMap((message: unknown, index) => readMessage(message, `messages[${index}]`, context));
  return [...readSystem(system, context), ...withResultsFirst(turns)];
}

/** Puts system text between calls and their results behind the results: other formats have nothing in between. */
function withResultsFirst(turns: readonly Turn[]): Turn[] {
  const ordered: Turn[] = [];
  for (const turn of turns) {
    const results = turn.blocks.filter(({ type }) => type === 'tool-result');
    const isBehindSystem = results.length > 0 && ordered.at(-1)?.role === 'system';
    const calls = isBehindSystem ? ordered.findLastIndex(({ role }) => role !== 'system') : -1;
    if (ordered[calls]?.role !== 'assistant') {
      ordered.push(turn);
      continue;
    }
    const rest = turn.blocks.filter(({ type }) => type !== 'tool-result');
    ordered.splice(calls + 1, 0, { ...turn, blocks: results });
    if (rest.length > 0) ordered.push({ ...turn, blocks: rest });
  }
  return ordered;
}

function readSystem(system: unknown, context: ReadContext): Turn[] {
  if (system === undefined || system === null) return [];
  const blocks = readContent(system, 'system', context);
  const other = blocks.find(({ type }) => type !== 'text');
  if (other !== undefined && other.type !== 'native') throw wrongValue(other.path, other.original ?? other.type, 'a block of type "text"');
  const kept = withoutBillingHeader(blocks);
  return kept.length === 0 ? [] : [{ role: 'system', blocks: kept, path: 'system', fields: {} }];
}

function withoutBillingHeader([first, ...more]: readonly Block[]): Block[] {
  if (first === undefined) return [];
  if (first.type !== 'text' || !BILLING_HEADER.test(first.text)) return [first, ...more];
  const { original: _, ...block } = first;
  const text = block.text.replace(BILLING_HEADER, '');
  return text === '' ? more : [{ ...block, text }, ...more];
}

function readMessage(given: unknown, path: string, context: ReadContext): Turn[] {
  const message = readObject(given, path);
  const { role, content } = message;
  const isSystem = role === 'system';
  dropOthers(
    { report: context.report, value: message, path: 'messages' },
    isSystem ? 'role content output_config clear_at' : 'role content',
  );
  if (!ROLES.has(wordOf(role))) {
    refuseUnknown(context.report, { value: role, path: `${path}.role` }, '"user", "assistant" or "system"');
    return [];
  }
  if (isSystem) return readSystemMessage(message, path, context);
  const turn = { role: role as Turn['role'], path };
  if (Array.isArray(content) && content.some(isCompaction)) return readCompacted(turn, content, context);
  return turnsOf(turn, readContent(content, `${path}.content`, context), content);
}

/** The turn of a message. None where all its blocks are left out; one without content stays, so that it is reported. */
function turnsOf(turn: Pick<Turn, 'role' | 'path'>, blocks: readonly Block[], content: unknown): Turn[] {
  const isLeftOut = blocks.length === 0 && Array.isArray(content) && content.length > 0;
  return isLeftOut ? [] : [{ ...turn, blocks, fields: {} }];
}

/** Reads a system message in the middle. It may change the effort of what follows, and stand for the next message only (betas of 2026). */
function readSystemMessage({ content, output_config: config, clear_at: clearAt }: JsonObject, path: string, context: ReadContext): Turn[] {
  const effort = isObject(config) ? textOf(config['effort']) : null;
  if (effort !== null) context.changes.effort = effort;
  if (isObject(config)) dropOthers({ report: context.report, value: config, path: 'messages.output_config' }, 'effort');
  if (clearAt === 'next_user_message')
    context.report.drop('messages.clear_at', 'only Anthropic removes system text from a conversation; this text stays');
  if (content === undefined || content === null) return []; // it changes the effort only
  return turnsOf({ role: 'system', path }, readContent(content, `${path}.content`, context), content);
}

const isCompaction = (block: unknown): boolean => isObject(block) && block['type'] === 'compaction';

/** Reads a message that begins with a summary of what came before: the summary is system text (beta compact-2026-01-12). */
function readCompacted({ role, path }: Pick<Turn, 'role' | 'path'>, content: readonly unknown[], context: ReadContext): Turn[] {
  const turns: Turn[] = [];
  let blocks: Block[] = [];
  const close = () => {
    if (blocks.length > 0) turns.push({ role, blocks, path, fields: {} });
    blocks = [];
  };
  for (const [index, block] of content.entries()) {
    const at = `${path}.content[${index}]`;
    if (!isObject(block) || !isCompaction(block)) {
      blocks.push(...readBlock(block, at, context));
      continue;
    }
    close();
    for (const change of arrayOf(block['tool_changes'])) readBlock(change, `${at}.tool_changes`, context);
    const text = textOf(block['content']);
    if (text === null) context.report.drop('messages.content', 'only Anthropic can read an encrypted summary');
    else turns.push({ role: 'system', blocks: [{ type: 'text', text, path: at, original: block }], path, fields: {} });
  }
  close();
  return turns;
}
