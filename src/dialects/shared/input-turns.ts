/** Returns the input of a model as turns, also for a prompt. */
import type { Adjustment } from '../../unified/adjustment.ts';
import { RouterError } from '../../unified/error.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import { refuseBlock, type Block, type BlockOf, type Turn } from '../../unified/request/conversation.ts';
import type { Input } from '../../unified/request/request.ts';

/**
 * The turns of a conversation, or a prompt as one turn of the user, which is reported.
 *
 * @param instruction system text that is added; null = none.
 * @throws RouterError for a prompt that is not one text.
 */
export function turnsOf(input: Input, log: Pick<AdjustmentLog, 'add'>, instruction: string | null = null): readonly Turn[] {
  if (input.kind === 'messages') {
    const { conversation } = input;
    return (instruction === null ? conversation : conversation.withInstruction(instruction)).turns;
  }
  // Fitting lets only text through to a chat provider.
  const { prompt } = input;
  if (prompt.kind !== 'text') throw new RouterError('invalid_request', 'prompt: this provider accepts one text.', { param: 'prompt' });
  log.add({ param: 'prompt', action: 'emulated', reason: 'this provider only chats: the prompt is sent as one user message' });
  const promptTurn = textTurn('user', prompt.value);
  return instruction === null ? [promptTurn] : [textTurn('system', instruction), promptTurn];
}

const textTurn = (role: Turn['role'], text: string): Turn => ({
  role,
  blocks: text === '' ? [] : [{ type: 'text', text, path: 'prompt' }],
  path: 'prompt',
  fields: {},
});

/** Reports that failures of tools are told by text. */
export const ERROR_AS_TEXT: Adjustment = {
  param: 'messages.is_error',
  action: 'emulated',
  reason: 'this provider has no field for a failed tool: the text of its result begins with "Error:"',
};

/** The text of a failed tool, for formats without a field for the failure. A text that says so itself is unchanged. */
export const toErrorText = (text: string): string => (/^\s*error\b/i.test(text) ? text : text === '' ? 'Error' : `Error: ${text}`);

/** The turns with {@link toErrorText} in the results of failed tools, which is reported. */
export function withErrorsAsText(turns: readonly Turn[], adjustments: Adjustment[]): readonly Turn[] {
  const hasFailed = ({ blocks }: Turn) => blocks.some((block) => block.type === 'tool-result' && block.isError);
  if (!turns.some(hasFailed)) return turns;
  adjustments.push(ERROR_AS_TEXT);
  return turns.map((turn) => (hasFailed(turn) ? { ...turn, blocks: turn.blocks.map(asError) } : turn));
}

function asError(block: Block): Block {
  if (block.type !== 'tool-result' || !block.isError) return block;
  const [first, ...more] = block.blocks;
  if (first?.type === 'text') return { ...block, blocks: [{ ...first, text: toErrorText(first.text) }, ...more] };
  return { ...block, blocks: [{ type: 'text', text: toErrorText(''), path: block.path }, ...block.blocks] };
}

/** Moves each tool result into a separate turn, before other content of its turn. */
export function separateResults(turns: readonly Turn[]): Turn[] {
  return turns.flatMap((turn) => {
    const results = turn.blocks.filter(({ type }) => type === 'tool-result');
    if (results.length === 0 || turn.blocks.length === 1) return [turn];
    const others = turn.blocks.filter(({ type }) => type !== 'tool-result');
    const apart = results.map((result): Turn => ({ ...turn, blocks: [result], fields: {} }));
    return others.length === 0 ? apart : [...apart, { ...turn, blocks: others }];
  });
}

/** Reasoning without anything that only its maker could have written: the plain text that many clients send back. */
export const isPlainReasoning = ({ format, id, state }: BlockOf<'reasoning'>): boolean => format === null && id === null && state === null;

/** What clients of OpenAI's format call the content of a block, for messages to them. */
const PART_TYPES: Readonly<Partial<Record<Block['type'], string>>> = {
  image: 'image_url',
  document: 'file',
  audio: 'input_audio',
  video: 'video_url',
};

/** The type of a block in the words of OpenAI's clients. */
export const clientTypeOf = (block: Block): string =>
  block.type === 'native' ? String(block.value['type']) : (PART_TYPES[block.type] ?? block.type);

/** The error for content that a provider does not read, by the name of its type; for a call, that it is not of a function. */
export function refuseUnread(block: Block): RouterError {
  const isCall = block.type === 'tool-call' || (block.type === 'native' && block.of === 'call');
  if (isCall) return refuseBlock(block, 'only calls of functions can be sent to this provider');
  return refuseBlock(block, `this provider does not read content of type "${clientTypeOf(block)}"`);
}

/** The result of a tool that a turn begins with; null where it holds none. */
export function resultOf({ blocks: [first] }: Turn): BlockOf<'tool-result'> | null {
  return first?.type === 'tool-result' ? first : null;
}
