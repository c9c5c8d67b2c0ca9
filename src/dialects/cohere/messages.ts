/**
 * Writes messages in Cohere's format (chat v2). The provider rejects unknown keys, also nested ones, so each message is built from the known
 * fields. Unsupported content is rejected or reported. Sources: as in `rules.ts`.
 */
import type { Adjustment } from '../../unified/adjustment.ts';
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../unified/request/conversation.ts';
import { textOf } from '../../lib/json.ts';
import type { FittedCall } from '../dialect.ts';
import { count, describeTallies, FILES_AFTER_RESULTS, isSilent, silentAnswers, type Tally } from '../openai-common/upstream/messages.ts';
import { countDroppedFields, type FieldsOfTurn } from '../shared/dropped-fields.ts';
import { isPlainReasoning, refuseUnread, resultOf, separateResults, withErrorsAsText } from '../shared/input-turns.ts';
import { THINKING_IN_HISTORY } from './rules.ts';
import type { WireObject } from './wire.ts';

/** Mark of a tool plan among `reasoning_details`, to distinguish it from reasoning when it is returned. */
export const TOOL_PLAN_ID = 'tool_plan';

const ROLES: Readonly<Record<string, string>> = { developer: 'system' };

const FIELDS: FieldsOfTurn = { assistant: ['refusal', 'reasoning', 'reasoning_content'] };

/** Context for writing messages. */
type WriteContext = { thinks: boolean; dropped: Tally };

/**
 * Writes the messages. A last one of the assistant is sent as it is: whether the provider goes on from there is not certain.
 *
 * @throws RouterError naming the message, for content that has no place here.
 */
export function renderMessages(turns: readonly Turn[], { quirks }: Pick<FittedCall, 'quirks'>, adjustments: Adjustment[]): WireObject[] {
  const writing: WriteContext = { thinks: quirks.includes(THINKING_IN_HISTORY), dropped: new Map() };
  const renamed: Tally = new Map();
  const all = withFilesAfterResults(separateResults(withErrorsAsText(turns, adjustments)), adjustments).map((turn) => {
    if (turn.isDeveloper === true) count(renamed, 'developer');
    countDroppedFields(turn, FIELDS, writing.dropped);
    return renderTurn(turn, writing);
  });
  const rendered = all.filter((message) => !isSilent(message));
  adjustments.push(...describeTallies(writing.dropped, renamed, ROLES));
  if (rendered.length < all.length) adjustments.push(silentAnswers(all.length - rendered.length));
  return rendered;
}

/** Moves files out of tool results, which accept only text, into a user message after the last result. */
function withFilesAfterResults(turns: readonly Turn[], adjustments: Adjustment[]): readonly Turn[] {
  const filesIn = (turn: Turn) => resultOf(turn)?.blocks.filter(({ type }) => type !== 'text') ?? [];
  if (turns.every((turn) => filesIn(turn).length === 0)) return turns;
  const { reason, follow, lead } = FILES_AFTER_RESULTS;
  adjustments.push({ param: 'messages.content', action: 'emulated', reason });
  const arranged: Turn[] = [];
  let files: Block[] = [];
  const path = 'messages';
  const flush = () => {
    if (files.length > 0) arranged.push({ role: 'user', blocks: files, path, fields: {} });
    files = [];
  };
  for (const turn of turns) {
    const result = resultOf(turn);
    if (result === null) flush();
    const found = filesIn(turn);
    if (result === null || found.length === 0) {
      arranged.push(turn);
      continue;
    }
    const isImage = found.every(({ type }) => type === 'image');
    files.push({ type: 'text', text: lead(result.callId, isImage), path }, ...found);
    const texts = result.blocks.filter(({ type }) => type === 'text');
    const blocks: Block[] = texts.length > 0 ? texts : [{ type: 'text', text: follow, path: turn.path }];
    arranged.push({ ...turn, blocks: [{ ...result, blocks }] });
  }
  flush();
  return arranged;
}

function renderTurn(turn: Turn, writing: WriteContext): WireObject {
  const result = resultOf(turn);
  const write = (blocks: readonly Block[], isUser: boolean) => blocks.map((block) => renderBlock(block, isUser));
  if (result !== null) return { role: 'tool', tool_call_id: result.callId, content: asContent(write(result.blocks, false)) };
  if (turn.role !== 'assistant') return { role: turn.role, content: asContent(write(turn.blocks, turn.role === 'user')) };
  const isContent = ({ type }: Block) => type !== 'tool-call' && type !== 'reasoning';
  return renderAnswer(turn, write(turn.blocks.filter(isContent), false), writing);
}

/** Writes a single text as a string, like the provider; anything else as parts. */
function asContent(parts: readonly WireObject[]): unknown {
  const [only, ...more] = parts;
  if (only === undefined) return '';
  return more.length === 0 && only.type === 'text' ? only.text : parts;
}

const text = (value: string): WireObject => ({ type: 'text', text: value });

function renderBlock(block: Block, isUser: boolean): WireObject {
  if (block.type === 'text') return text(block.text);
  if (block.type !== 'image') throw refuseUnread(block);
  if (!isUser) throw refuseBlock(block, "this provider reads images only in a user's message");
  return { type: 'image_url', image_url: { url: block.url, ...(block.detail === null ? {} : { detail: block.detail }) } };
}

function renderAnswer({ blocks, fields }: Turn, parts: readonly WireObject[], writing: WriteContext): WireObject {
  const calls = blocks.filter((block) => block.type === 'tool-call').map(renderCall);
  const { plan, thoughts } = readThinking(
    blocks.filter((block) => block.type === 'reasoning'),
    calls.length > 0,
    writing,
  );
  const refusal = textOf(fields['refusal']);
  // A refusal of another provider becomes assistant text; the format has no field for it.
  const content = [...thoughts.map((thinking) => ({ type: 'thinking', thinking })), ...parts, ...(refusal === null ? [] : [text(refusal)])];
  return {
    role: 'assistant',
    ...(content.length === 0 && calls.length > 0 ? {} : { content: asContent(content) }),
    ...(plan === '' ? {} : { tool_plan: plan }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/**
 * Reads reasoning in the history: the provider's plan before its calls, and reasoning. Plain text next to tool calls is treated as the plan,
 * which every model with tools accepts.
 */
function readThinking(
  blocks: readonly BlockOf<'reasoning'>[],
  hasCalls: boolean,
  { thinks, dropped }: WriteContext,
): { plan: string; thoughts: string[] } {
  const thoughts: string[] = [];
  let plan = '';
  for (const block of blocks) {
    if (block.text === '' || block.state?.kind === 'signature') count(dropped, 'reasoning_details'); // sealed by another provider
    if (block.text === '') continue;
    if (block.id === TOOL_PLAN_ID || (hasCalls && isPlainReasoning(block))) plan += block.text;
    else thoughts.push(block.text);
  }
  if (thinks || thoughts.length === 0) return { plan, thoughts };
  // Whether a model without reasoning rejects it is not certain, so it is dropped and reported.
  count(dropped, 'reasoning');
  return { plan, thoughts: [] };
}

function renderCall(call: BlockOf<'tool-call'>): WireObject {
  if (call.kind === 'custom') throw refuseUnread(call);
  const { id, name, input } = call;
  const isNothing = input.trim() === '' || input.trim() === 'null';
  return { id, type: 'function', function: { name, arguments: isNothing ? '{}' : input } };
}
