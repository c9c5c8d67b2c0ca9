/**
 * Writes a conversation as Converse's `system` and `messages`: user first, strictly alternating turns, no blank text, cache points after the
 * marked blocks (botocore 1.43.107; Vercel AI SDK, packages/amazon-bedrock; read 2026-11-20).
 */
import { refuseBlock, type Block, type BlockOf } from '../../unified/request/conversation.ts';
import { RouterError } from '../../unified/error.ts';
import { append } from '../../lib/append.ts';
import { textOf, type JsonObject } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { readArguments } from '../shared/call-input.ts';
import { OPENING, refuseForeign, type MergedTurn, type MergedTurns } from '../shared/merge-turns.ts';
import { checkPairs } from '../shared/tool-pairs.ts';
import { createMediaWriter } from './media.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import { ANTHROPIC_FIELDS, CACHE_POINTS, NO_PREFILL, NO_TOOLS } from './rules.ts';

/** Family that signs its reasoning (OpenRouter's `format` of reasoning_details). */
export const SIGNED_FORMAT = 'anthropic-claude-v1';

/** One message on the wire. */
export type WireMessage = { role: MergedTurn['role']; content: WireObject[] };

/** Context for writing a conversation. */
export type WriteContext = { quirks: readonly string[]; log: AdjustmentLog };

/** `system` may be empty. */
type WireConversation = { system: WireObject[]; messages: WireMessage[] };

/** Writes a conversation. @throws RouterError `invalid_request` naming the path of unsupported content. */
export function renderConversation({ system, turns }: MergedTurns, writing: WriteContext): WireConversation {
  const write = createBlockWriter(writing);
  const messages: WireMessage[] = [];
  /** The merged turns, before they are written. */
  const merged: MergedTurn[] = [];
  for (const { role, blocks } of turns) {
    const written = blocks.map(write);
    // Tool results come before other content of the user (Anthropic's order; other models have none).
    const content = [...written.filter(isResult), ...written.filter((group) => !isResult(group))].flat();
    const last = messages.at(-1);
    if (content.length === 0) continue; // its neighbours are then joined
    if (last?.role === role) {
      append(last.content, content);
      append(merged.at(-1)?.blocks ?? [], blocks);
    } else {
      messages.push({ role, content });
      merged.push({ role, blocks: [...blocks] });
    }
  }
  checkPairs(merged);
  if (writing.quirks.includes(NO_PREFILL)) checkPrefill(merged);
  for (const message of messages) nameDocuments(message, writing.log);
  trimPrefill(messages.at(-1), writing.log);
  return openWithUser({ system: system.flatMap(write), messages }, writing.log);
}

/** Adds a user message at the beginning if there is none, because the provider requires it. */
function openWithUser({ system, messages }: WireConversation, log: AdjustmentLog): WireConversation {
  if (messages[0]?.role === 'user') return { system, messages };
  if (messages.length > 0) {
    log.add({
      param: 'messages',
      action: 'emulated',
      to: OPENING,
      reason: 'this provider requires a user message first: one was put before the others',
    });
    return { system, messages: [{ role: 'user', content: [{ text: OPENING }] }, ...messages] };
  }
  if (system.length === 0) {
    throw new RouterError('invalid_request', 'messages: there is nothing in them but white space.', { param: 'messages' });
  }
  const reason = 'this provider requires a user message: the system text is sent as one';
  log.add({ param: 'messages.role', action: 'emulated', from: 'system', to: 'user', reason });
  return { system: [], messages: [{ role: 'user', content: system }] };
}

const isResult = ([first]: WireObject[]) => first?.toolResult !== undefined;

function createBlockWriter({ quirks, log }: WriteContext): (block: Block) => WireObject[] {
  const writeFile = createMediaWriter(log);

  function writeText({ text }: BlockOf<'text'>): WireObject[] {
    if (text.trim() !== '') return [{ text }];
    log.add({ param: 'messages.content', action: 'dropped', reason: 'this provider refuses text of nothing but white space' });
    return [];
  }

  function writeResult({ callId, blocks, isError }: BlockOf<'tool-result'>): WireObject[] {
    // A result may be empty. A placeholder would be read as output of the tool. Whether the provider rejects it is not certain.
    const inner = blocks.flatMap((block) => {
      if (block.type === 'text') return writeText(block);
      if (block.type === 'image' || block.type === 'document' || block.type === 'video') return [writeFile(block)];
      throw refuseBlock(block, `a tool result cannot hold content of type ${block.type} here`);
    });
    return [{ toolResult: { toolUseId: callId, content: inner, ...(isError ? { status: 'error' } : {}) } }];
  }

  function writeContent(block: Block): WireObject[] {
    switch (block.type) {
      case 'text':
        return writeText(block);
      case 'document':
        if (block.fileId !== null) throw refuseBlock(block, 'this provider knows no file ids');
        return [writeFile(block)];
      case 'image':
      case 'video':
        return [writeFile(block)];
      case 'tool-call':
        if (quirks.includes(NO_TOOLS))
          throw refuseBlock(block, 'this model knows no tools: a history that has called some goes to another one');
        return [{ toolUse: { toolUseId: block.id, name: block.name, input: readArguments(block.input, log) } }];
      case 'tool-result':
        return writeResult(block);
      case 'reasoning':
        return writeReasoning(block, quirks.includes(ANTHROPIC_FIELDS), log);
      case 'audio':
        throw refuseBlock(block, 'this provider accepts no audio');
      case 'native':
        throw refuseForeign(block);
    }
  }

  return (block) => {
    const written = writeContent(block);
    const inner = block.type === 'tool-result' ? block.blocks.find(({ cacheControl }) => cacheControl !== undefined) : undefined;
    return written.length === 0
      ? []
      : [...written, ...(quirks.includes(CACHE_POINTS) ? cachePoint(block.cacheControl ?? inner?.cacheControl ?? null) : [])];
  };
}

/** Returns the block that follows a part to be cached. */
export function cachePoint(cacheControl: JsonObject | null): WireObject[] {
  if (cacheControl === null) return [];
  const ttl = textOf(cacheControl['ttl']);
  return [{ cachePoint: { type: 'default', ...(ttl === null ? {} : { ttl }) } }];
}

/** Writes reasoning unchanged. Without the vendor's signature the provider rejects it, so other reasoning is dropped. */
function writeReasoning({ kind, text, state }: BlockOf<'reasoning'>, signs: boolean, log: AdjustmentLog): WireObject[] {
  if (signs && state?.format === SIGNED_FORMAT && state.kind !== 'plain') {
    if (state.kind === 'encrypted') return [{ reasoningContent: { redactedContent: state.data } }];
    if (kind === 'text') return [{ reasoningContent: { reasoningText: { text, signature: state.data } } }];
  }
  log.add({ param: 'messages.reasoning', action: 'dropped', reason: 'reasoning can be sent back only to the model that signed it' });
  return [];
}

/** Adds text next to a document, which the provider requires (Converse's user guide; not certain for every model): its name. */
function nameDocuments({ content }: WireMessage, log: AdjustmentLog): void {
  const names = content.flatMap(({ document }) => (isObject(document) ? [String(document['name'])] : []));
  if (names.length === 0 || content.some(({ text }) => text !== undefined)) return;
  const text = names.join(', ');
  content.push({ text });
  log.add({
    param: 'messages.content',
    action: 'defaulted',
    to: text,
    reason: 'this provider requires text beside a document: its name was added',
  });
}

function checkPrefill(turns: readonly MergedTurn[]): void {
  const last = turns.at(-1);
  const block = last?.role === 'assistant' ? last.blocks.at(-1) : undefined;
  if (block === undefined) return;
  throw refuseBlock(block, 'this model does not go on with an answer that was begun for it: let a user message be the last');
}

/** Removes white space at the end of a prefill, which the provider rejects. */
function trimPrefill(message: WireMessage | undefined, log: AdjustmentLog): void {
  const last = message?.role === 'assistant' ? message.content.findLast((block) => block['cachePoint'] === undefined) : undefined;
  if (typeof last?.['text'] !== 'string' || last['text'] === last['text'].trimEnd()) return;
  last['text'] = last['text'].trimEnd();
  log.add({
    param: 'messages.content',
    action: 'clamped',
    reason: 'this provider refuses the beginning of an answer that ends in white space: it was cut off',
  });
}

/** Returns the names of the tools in the messages, each once. */
export function toolNamesIn(messages: readonly WireMessage[]): string[] {
  const calls = messages.flatMap(({ content }) => content.flatMap(({ toolUse }) => (isObject(toolUse) ? [String(toolUse['name'])] : [])));
  return [...new Set(calls)];
}

/** True when the messages contain tool calls or results. */
export const hasToolBlocks = (messages: readonly WireMessage[]): boolean =>
  messages.some(({ content }) => content.some((block) => (block['toolUse'] ?? block['toolResult']) !== undefined));
