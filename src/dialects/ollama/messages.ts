/**
 * Writes messages in Ollama's format: content is one text, images are bare base64 next to it, arguments of calls are objects, a result has
 * the name of its tool. Unsupported content is rejected or reported. Source: as in `rules.ts`.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { createAdjustmentLog, type AdjustmentLog } from '../../unified/adjustment-log.ts';
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../unified/request/conversation.ts';
import { textOf } from '../../lib/json.ts';
import { count, describeTallies, type Tally } from '../openai-common/upstream/messages.ts';
import { readArguments } from '../shared/call-input.ts';
import { countDroppedFields, type FieldsOfTurn } from '../shared/dropped-fields.ts';
import { refuseUnread, resultOf, separateResults, withErrorsAsText } from '../shared/input-turns.ts';
import type { WireObject } from './wire.ts';

const ROLES: Readonly<Record<string, string>> = { developer: 'system' };

const FIELDS: FieldsOfTurn = { assistant: ['refusal', 'reasoning', 'reasoning_content'], tool: ['name'] };

/** Context for writing messages. */
type WriteContext = { dropped: Tally; moved: boolean; log: AdjustmentLog };

/**
 * Writes the messages. Many models continue a final assistant message; which ones is not certain.
 *
 * @throws RouterError naming the message, for content that has no place here.
 */
export function renderMessages(turns: readonly Turn[], adjustments: Adjustment[]): WireObject[] {
  const writing: WriteContext = { dropped: new Map(), moved: false, log: createAdjustmentLog(adjustments) };
  const renamed: Tally = new Map();
  const rendered = separateResults(withErrorsAsText(turns, adjustments)).map((turn) => {
    if (turn.isDeveloper === true) count(renamed, 'developer');
    countDroppedFields(turn, FIELDS, writing.dropped);
    return renderTurn(turn, writing);
  });
  adjustments.push(...describeTallies(writing.dropped, renamed, ROLES));
  if (writing.moved) {
    const reason = 'this provider accepts images beside the text of a message: where they stood in it is lost';
    adjustments.push({ param: 'messages.content', action: 'renamed', reason });
  }
  return rendered;
}

function renderTurn(turn: Turn, writing: WriteContext): WireObject {
  const result = resultOf(turn);
  if (result !== null) {
    const { callId, name, blocks } = result;
    return { role: 'tool', ...renderContent(blocks, writing), ...(name === null ? {} : { tool_name: name }), tool_call_id: callId };
  }
  const calls = turn.blocks.filter((block) => block.type === 'tool-call');
  const thoughts = turn.blocks.filter((block) => block.type === 'reasoning');
  const others = turn.blocks.filter(({ type }) => type !== 'tool-call' && type !== 'reasoning');
  const own = { role: turn.role, ...renderContent(others, writing) };
  if (turn.role !== 'assistant') return own;
  const refusal = textOf(turn.fields['refusal']);
  // A refusal of another provider becomes assistant text; the format has no field for it.
  if (refusal !== null) own.content = [own.content, refusal].filter((text) => text !== '').join('\n');
  const thinking = thoughts.map((block) => readThought(block, writing.dropped)).join('');
  return {
    ...own,
    ...(thinking === '' ? {} : { thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => renderCall(call, writing)) }),
  };
}

/** Joins texts by line breaks. Which images a model can read, and in which roles, is not certain: all are sent. */
function renderContent(blocks: readonly Block[], writing: WriteContext): { content: string; images?: string[] } {
  const texts: string[] = [];
  const images: string[] = [];
  for (const block of blocks) {
    if (block.type === 'text') texts.push(block.text);
    else images.push(readImage(block, writing.dropped));
  }
  const kinds = blocks.map(({ type }) => (type === 'image' ? 'i' : 't')).join('');
  writing.moved ||= !/^(t*i*|i*t*)$/.test(kinds);
  return { content: texts.join('\n'), ...(images.length === 0 ? {} : { images }) };
}

function readImage(block: Block, dropped: Tally): string {
  if (block.type !== 'image') throw refuseUnread(block);
  if (block.detail !== null && block.detail !== 'auto') count(dropped, 'content.image_url.detail');
  if (block.source.kind !== 'bytes') throw refuseBlock(block, 'this provider accepts images as data URIs');
  return block.source.base64;
}

/** Returns reasoning of an earlier turn as text. Encrypted reasoning of other providers cannot be read. */
function readThought({ text, state }: BlockOf<'reasoning'>, dropped: Tally): string {
  if (text === '' || state?.kind === 'signature') count(dropped, 'reasoning_details');
  return text;
}

function renderCall(call: BlockOf<'tool-call'>, { log }: WriteContext): WireObject {
  if (call.kind === 'custom') throw refuseUnread(call);
  return { id: call.id, function: { name: call.name, arguments: readArguments(call.input, log) } };
}
