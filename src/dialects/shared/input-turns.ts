/** What a model is to read as turns, also where it is a prompt. */
import { RouterError } from '../../unified/error.ts';
import type { AdjustmentLog } from '../../unified/adjustment-log.ts';
import type { BlockOf, Turn } from '../../unified/request/conversation.ts';
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
  const said = textTurn('user', prompt.value);
  return instruction === null ? [said] : [textTurn('system', instruction), said];
}

const textTurn = (role: Turn['role'], text: string): Turn => ({
  role,
  blocks: text === '' ? [] : [{ type: 'text', text, path: 'prompt' }],
  path: 'prompt',
  fields: {},
});

/** The result of a tool that a turn begins with; null where it holds none. */
export function resultOf({ blocks: [first] }: Turn): BlockOf<'tool-result'> | null {
  return first?.type === 'tool-result' ? first : null;
}
