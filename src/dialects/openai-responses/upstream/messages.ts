/**
 * Writes messages as input items of OpenAI's Responses format. Text, calls, results and reasoning are separate items, in the order of the
 * messages. System messages keep their position (`instructions` would move them to the front). Source: the SDK openai 6.49.0,
 * ResponseInputItem (read 2026-11-20).
 */
import type { Adjustment } from '../../../unified/adjustment.ts';
import { createAdjustmentLog } from '../../../unified/adjustment-log.ts';
import { toBreakpoint } from '../../../unified/request/cache-mark.ts';
import type { FittedCall } from '../../dialect.ts';
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../../unified/request/conversation.ts';
import type { ReasoningState } from '../../../unified/request/reasoning.ts';
import { textOf } from '../../../lib/json.ts';
import type { WireObject } from './wire.ts';
import { withErrorsAsText } from '../../shared/input-turns.ts';
import { countDroppedFields, reportEmptyTurns, type FieldsOfTurn } from '../../shared/dropped-fields.ts';
import { count, describeTallies, type Tally } from '../../openai-common/upstream/messages.ts';

/** Name of the family in `reasoning_details`. */
export const REASONING_FORMAT = 'openai-responses-v1';

/** Fields of a message that have a place here. Names of speakers have none. */
const FIELDS: FieldsOfTurn = {
  // `phase`: whether the text is the answer or only leads to tool calls. Models from gpt-5.3-codex on do worse without it.
  assistant: ['refusal', 'phase', 'reasoning', 'reasoning_content'],
};

/** What was found while the turns were read. */
type TurnReport = {
  roles: Readonly<Record<string, string>>;
  /** The model reads cache marks. */
  takesMarks: boolean;
  dropped: Tally;
  renamed: Tally;
  customCalls: Set<string>;
};

/** True for a model that reads cache marks. */
export const takesBreakpoints = ({ messageFields }: Pick<FittedCall, 'messageFields'>): boolean =>
  messageFields.includes('prompt_cache_breakpoint');

/** The items of all turns. @throws RouterError naming the part, for content that has no place here. */
export function renderInput(
  turns: readonly Turn[],
  call: Pick<FittedCall, 'roles' | 'messageFields'>,
  adjustments: Adjustment[],
): WireObject[] {
  const { roles } = call;
  const takesMarks = takesBreakpoints(call);
  const report: TurnReport = { roles, takesMarks, dropped: new Map(), renamed: new Map(), customCalls: new Set() };
  reportEmptyTurns(turns, createAdjustmentLog(adjustments));
  const items = withErrorsAsText(turns, adjustments).flatMap((turn) => {
    countDroppedFields(turn, FIELDS, report.dropped);
    return turn.role === 'assistant' ? renderAnswer(turn, report) : renderTurn(turn, report);
  });
  adjustments.push(...describeTallies(report.dropped, report.renamed, roles));
  return items;
}

/** Results of tools are separate items, before the other blocks of their turn. */
function renderTurn(turn: Turn, report: TurnReport): WireObject[] {
  const results = turn.blocks.filter((block) => block.type === 'tool-result');
  const items = results.map(({ callId, blocks }): WireObject => {
    const type = report.customCalls.has(callId) ? 'custom_tool_call_output' : 'function_call_output';
    return { type, call_id: callId, output: renderContent(blocks, report) };
  });
  const rest = turn.blocks.filter(({ type }) => type !== 'tool-result');
  if (results.length > 0 && rest.length === 0) return items;
  const own = turn.isDeveloper === true ? 'developer' : turn.role;
  const role = report.roles[own];
  if (role !== undefined) count(report.renamed, own);
  return [...items, { role: role ?? own, content: renderContent(rest, report) }];
}

/** One text as a string, as most clients write it. */
function renderContent(blocks: readonly Block[], { takesMarks, dropped }: TurnReport): string | WireObject[] {
  const [only, ...more] = blocks;
  if (only === undefined) return '';
  const isMarked = takesMarks && only.cacheControl !== undefined;
  if (more.length === 0 && only.type === 'text' && !isMarked && !only.path.endsWith(']')) return only.text;
  return blocks.map((block) => {
    countExtra(block, dropped);
    const mark = takesMarks && block.cacheControl !== undefined ? { prompt_cache_breakpoint: toBreakpoint(block.cacheControl) } : {};
    return { ...renderBlock(block), ...mark };
  });
}

function countExtra({ extra = {} }: Block, dropped: Tally): void {
  for (const key of Object.keys(extra)) count(dropped, `content.${key}`);
}

function renderBlock(block: Block): WireObject {
  switch (block.type) {
    case 'text':
      return { type: 'input_text', text: block.text };
    case 'image':
      return { type: 'input_image', image_url: block.url, detail: block.detail ?? 'auto' }; // required; "auto" is chat's default
    case 'document': {
      const named = block.filename === null ? {} : { filename: block.filename };
      if (block.url === '') return { type: 'input_file', file_id: block.fileId };
      return { type: 'input_file', ...named, [/^https?:/i.test(block.url) ? 'file_url' : 'file_data']: block.url };
    }
    default:
      throw refuseBlock(block, 'this provider reads text, images and files');
  }
}

/** What an assistant's turn becomes: its blocks in their order. */
function renderAnswer(turn: Turn, report: TurnReport): WireObject[] {
  const items: WireObject[] = [];
  const phase = textOf(turn.fields['phase']);
  const thoughts = createThoughts(items);
  let content: WireObject[] = [];
  let refusal = textOf(turn.fields['refusal']);
  const closeText = () => {
    if (content.length > 0) items.push({ type: 'message', role: 'assistant', content, ...(phase === null ? {} : { phase }) });
    content = [];
  };
  const closeRefusal = () => {
    if (refusal !== null) content.push({ type: 'refusal', refusal });
    refusal = null;
  };
  for (const block of turn.blocks) {
    countExtra(block, report.dropped);
    if (block.type === 'reasoning') {
      closeText();
      thoughts.add(block);
      continue;
    }
    thoughts.close();
    if (block.type === 'text') {
      content.push(block.isRefusal === true ? { type: 'refusal', refusal: block.text } : { type: 'output_text', text: block.text });
      continue;
    }
    closeRefusal();
    closeText();
    items.push(renderCall(block, report));
  }
  thoughts.close();
  closeRefusal();
  closeText();
  // "Item of type 'reasoning' was provided without its required following item": thoughts that came to nothing are refused.
  const isNothing = items.every(({ type }) => type === 'reasoning');
  if (thoughts.isLost() || (isNothing && items.length > 0)) count(report.dropped, 'reasoning_details');
  // Plain text of thoughts is the same as their summaries; without those it has no place, since this provider reads only its own thoughts.
  const isUnread = isNothing || items.every(({ type }) => type !== 'reasoning');
  for (const field of ['reasoning', 'reasoning_content']) {
    if (textOf(turn.fields[field]) !== null && isUnread) count(report.dropped, field);
  }
  return isNothing ? [] : items;
}

function renderCall(block: Block, { customCalls }: TurnReport): WireObject {
  if (block.type === 'native' && block.of === 'call') {
    throw refuseBlock(block, 'only calls of functions and custom tools can be sent to this provider');
  }
  if (block.type !== 'tool-call') throw refuseBlock(block, 'a message of the assistant can hold only text here');
  const { id, name, input, kind } = block;
  if (kind === 'custom') {
    customCalls.add(id);
    return { type: 'custom_tool_call', call_id: id, name, input };
  }
  // No `id` of the item: with one the provider looks for what it has kept.
  return { type: 'function_call', call_id: id, name, arguments: input === '' ? '{}' : input };
}

/**
 * True for the id of a reasoning item: that of its maker, or one of OpenAI's form. Others are refused (github.com/BerriAI/litellm/pull/34387,
 * read 2026-11-30).
 */
const isItemId = (id: string | null, { provider }: ReasoningState): boolean => id !== null && (provider !== null || id.startsWith('rs_'));

/**
 * Writes reasoning of this format as items, in the form that `decode.ts` read: summaries, then the encrypted text. Without the latter the
 * provider would look up stored reasoning, which does not exist. Only open models return reasoning as text, and accept it.
 */
function createThoughts(items: WireObject[]) {
  let isLost = false;
  let summary: WireObject[] = [];
  let content: WireObject[] = [];

  function addEncrypted(state: ReasoningState, id: string | null): void {
    const known = { ...(isItemId(id, state) ? { id } : {}), summary, ...(content.length === 0 ? {} : { content }) };
    items.push({ type: 'reasoning', ...known, encrypted_content: state.data });
    [summary, content] = [[], []];
  }

  return {
    add({ kind, format, id, text, state }: BlockOf<'reasoning'>): void {
      if (format !== REASONING_FORMAT) isLost ||= format !== null || state !== null;
      else if (kind === 'text') content.push({ type: 'reasoning_text', text });
      else {
        if (kind === 'summary' || text !== '') summary.push({ type: 'summary_text', text });
        if (kind !== 'encrypted') return;
        if (state === null) isLost = true;
        else addEncrypted(state, id);
      }
    },
    close(): void {
      if (content.length > 0) items.push({ type: 'reasoning', summary, content });
      else isLost ||= summary.length > 0;
      [summary, content] = [[], []];
    },
    isLost: () => isLost,
  };
}
