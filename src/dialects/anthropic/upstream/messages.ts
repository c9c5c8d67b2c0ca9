/**
 * Writes a conversation as `system` and `messages` of the Messages API: user first, alternating turns, tool results before other content, no
 * blank text (@anthropic-ai/sdk 1.11.0, MessageParam; Anthropic's model migration guide; read 2026-11-20).
 */
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../../unified/request/conversation.ts';
import { RouterError } from '../../../unified/error.ts';
import { append } from '../../../lib/append.ts';
import type { WireObject } from './wire.ts';
import { readArguments } from '../../shared/call-input.ts';
import { mergeTurns, OPENING, refuseForeign, type MergedTurn } from '../../shared/merge-turns.ts';
import { checkPairs } from '../../shared/tool-pairs.ts';
import { renderDocument, renderImage } from './media.ts';
import type { AdjustmentLog } from '../../../unified/adjustment-log.ts';
import { reportDroppedFields } from '../../shared/dropped-fields.ts';
import { CLAUDE_FORMAT } from '../format-name.ts';

/** One message on the wire. */
export type WireMessage = { role: MergedTurn['role']; content: WireObject[] };

/** The conversation on the wire. `system` is one text, or blocks if one has a cache mark; null = none. */
export type WireConversation = { system: string | WireObject[] | null; messages: WireMessage[] };

/** Fields of a message that the format supports. */
const FIELDS = new Set(['reasoning', 'reasoning_content', 'reasoning_details']);

/** Writes messages. @throws RouterError `invalid_request` naming the path of unsupported content. */
export function renderMessages(given: readonly Turn[], log: AdjustmentLog): WireConversation {
  reportDroppedFields(given, FIELDS, log);
  const { system, turns } = mergeTurns(given);
  const visibleTurns = withoutBlanks(turns, log);
  checkPairs(visibleTurns);
  const write = createBlockWriter(log);
  const messages: WireMessage[] = [];
  for (const { role, blocks } of visibleTurns) {
    const content = resultsFirst(blocks).flatMap(write);
    const last = messages.at(-1);
    if (content.length === 0) continue; // only reasoning that is left out: the turns around it become one
    if (last?.role === role) append(last.content, content);
    else messages.push({ role, content });
  }
  return openWithUser({ system: joinSystem(system.filter(isSaid(log)).flatMap(write)), messages }, log);
}

/** Removes blank text, which the provider rejects. If nothing is left of a turn, its neighbours are joined. */
function withoutBlanks(turns: readonly MergedTurn[], log: AdjustmentLog): MergedTurn[] {
  const visibleTurns: MergedTurn[] = [];
  for (const { role, blocks } of turns) {
    const kept = blocks.filter(isSaid(log));
    const last = visibleTurns.at(-1);
    if (kept.length > 0 && last?.role === role) append(last.blocks, kept);
    else if (kept.length > 0) visibleTurns.push({ role, blocks: kept });
  }
  return visibleTurns;
}

const isSaid =
  (log: AdjustmentLog) =>
  (block: Block): boolean => {
    const isBlank = block.type === 'text' && block.text.trim() === '';
    if (isBlank) log.add({ param: 'messages.content', action: 'dropped', reason: 'this provider refuses text of nothing but white space' });
    return !isBlank;
  };

/** Moves tool results before other content of the same user turn. */
function resultsFirst(blocks: readonly Block[]): Block[] {
  const isResult = ({ type }: Block) => type === 'tool-result';
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

function joinSystem(blocks: readonly WireObject[]): WireConversation['system'] {
  if (blocks.some((block) => block.cache_control !== undefined)) return [...blocks];
  return blocks.length === 0 ? null : blocks.map(({ text }) => text).join('\n\n');
}

function openWithUser({ system, messages }: WireConversation, log: AdjustmentLog): WireConversation {
  if (messages.length === 0 && system !== null) {
    log.add({
      param: 'messages.role',
      action: 'emulated',
      from: 'system',
      to: 'user',
      reason: 'this provider requires a user message: the system text is sent as one',
    });
    const content = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
    return { system: null, messages: [{ role: 'user', content }] };
  }
  if (messages.length === 0) {
    throw new RouterError('invalid_request', 'messages: there is nothing in them but white space.', { param: 'messages' });
  }
  if (messages[0]?.role === 'user') return { system, messages };
  log.add({
    param: 'messages',
    action: 'emulated',
    to: OPENING,
    reason: 'this provider requires a user message first: one was put before the others',
  });
  return { system, messages: [{ role: 'user', content: [{ type: 'text', text: OPENING }] }, ...messages] };
}

function createBlockWriter(log: AdjustmentLog): (block: Block) => WireObject[] {
  function writeResult({ callId, blocks, isError }: BlockOf<'tool-result'>): WireObject[] {
    const inner = blocks.filter(isSaid(log)).flatMap((block) => {
      if (block.type === 'text' || block.type === 'image' || block.type === 'document') return writeContent(block);
      throw refuseBlock(block, `a tool result cannot hold content of type ${block.type} here`);
    });
    return [
      {
        type: 'tool_result',
        tool_use_id: callId,
        ...(inner.length === 0 ? {} : { content: inner }),
        ...(isError ? { is_error: true } : {}),
      },
    ];
  }

  function writeContent(block: Block): WireObject[] {
    switch (block.type) {
      case 'text':
        return [{ type: 'text', text: block.text, ...(block.citations === undefined ? {} : { citations: block.citations }) }];
      case 'image':
        return [renderImage(block, log)];
      case 'document':
        return [renderDocument(block)];
      case 'tool-call':
        return [{ type: 'tool_use', id: block.id, name: block.name, input: readArguments(block.input, log) }];
      case 'tool-result':
        return writeResult(block);
      case 'reasoning':
        return writeReasoning(block, log);
      case 'audio':
      case 'video':
        throw refuseBlock(block, `this provider accepts no ${block.type}`);
      case 'native':
        throw refuseForeign(block);
    }
  }

  return (block) => {
    const written = writeContent(block);
    // A mark inside a result becomes a mark at its end: everything before it is cached.
    const inner = block.type === 'tool-result' ? block.blocks.findLast(({ cacheControl }) => cacheControl !== undefined) : undefined;
    const mark = block.cacheControl ?? inner?.cacheControl;
    return mark === undefined ? written : written.map((one) => ({ ...one, cache_control: mark }));
  };
}

/** Writes reasoning unchanged. Without a signature of this family the provider rejects it, so other reasoning is dropped. */
function writeReasoning({ kind, text, state }: BlockOf<'reasoning'>, log: AdjustmentLog): WireObject[] {
  if (state?.format === CLAUDE_FORMAT && state.kind === 'encrypted') return [{ type: 'redacted_thinking', data: state.data }];
  if (state?.format === CLAUDE_FORMAT && kind === 'text') return [{ type: 'thinking', thinking: text, signature: state.data }];
  log.add({
    param: 'messages.reasoning',
    action: 'dropped',
    reason: 'reasoning can be sent back only with the signature that came with it',
  });
  return [];
}
