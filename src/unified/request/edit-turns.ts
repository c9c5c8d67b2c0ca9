/** Edits turns for the router's own purposes. Copies only the turns that change. */
import { append } from '../../lib/append.ts';
import { mapChanged } from '../../lib/map-changed.ts';
import type { Block, BlockOf, Turn } from './conversation.ts';
import { callAsText, resultHeading } from './tool-text.ts';

/** Adds an instruction to the last system turn at the beginning, or as a new system turn. */
export function withInstruction(turns: readonly Turn[], instruction: string): readonly Turn[] {
  const end = turns.findIndex(({ role }) => role !== 'system');
  const last = (end < 0 ? turns.length : end) - 1;
  const system = turns[last];
  if (system === undefined) return [textTurn('system', instruction, 'system'), ...turns];
  return [...turns.slice(0, last), withText(system, instruction, '\n\n'), ...turns.slice(last + 1)];
}

/** Path of an answer that the router has begun, which is in no body. */
const BEGUN = 'answer';

/** Adds a text as the beginning of the answer (prefill). */
export function withAnswerBegun(turns: readonly Turn[], text: string): readonly Turn[] {
  const last = turns.at(-1);
  const end = last?.blocks.at(-1);
  const isBegun = last?.role === 'assistant' && (end === undefined || end.type === 'text');
  return isBegun ? [...turns.slice(0, -1), withText(last, text, '')] : [...turns, textTurn('assistant', text, BEGUN)];
}

const textTurn = (role: Turn['role'], text: string, path: string): Turn => ({
  role,
  blocks: [{ type: 'text', text, path }],
  path,
  fields: {},
});

/** Converts tool calls and results to text, for a model without tools. */
export function withToolsAsText(turns: readonly Turn[]): readonly Turn[] {
  const names = new Map<string, string>();
  return mapChanged(turns, (turn) => {
    if (!turn.blocks.some(({ type }) => type === 'tool-call' || type === 'tool-result')) return turn;
    const blocks: Block[] = [];
    for (const block of turn.blocks) {
      if (block.type === 'tool-call') {
        names.set(block.id, block.name);
        addText(blocks, { text: callAsText(block.name, block.input), separator: '\n', path: block.path });
      } else if (block.type === 'tool-result') append(blocks, resultAsText(block, names));
      else blocks.push(block);
    }
    return { ...turn, blocks };
  });
}

function resultAsText({ callId, name, blocks, isError, path }: BlockOf<'tool-result'>, names: ReadonlyMap<string, string>): Block[] {
  const opening = resultHeading(names.get(callId) ?? name ?? 'the tool', isError);
  const [only, ...more] = blocks;
  if (only !== undefined && isPlain(only) && more.length === 0) return [{ type: 'text', text: `${opening}\n${only.text}`, path }];
  return [{ type: 'text', text: opening, path }, ...blocks];
}

function withText(turn: Turn, text: string, separator: string): Turn {
  const blocks = [...turn.blocks];
  addText(blocks, { text, separator, path: turn.path });
  return { ...turn, blocks };
}

/** Adds a text to the last block, or as a block of its own where that one cannot grow. */
function addText(blocks: Block[], { text, separator, path }: { text: string; separator: string; path: string }): void {
  const last = blocks.at(-1);
  if (last === undefined || !isPlain(last)) {
    blocks.push({ type: 'text', text, path });
    return;
  }
  const { original: _, ...rest } = last;
  blocks[blocks.length - 1] = { ...rest, text: last.text === '' ? text : `${last.text}${separator}${text}` };
}

/** True for text and nothing else: no cache mark, which would then cover more, no citations, no refusal. */
function isPlain(block: Block): block is BlockOf<'text'> {
  return block.type === 'text' && block.isRefusal !== true && block.citations === undefined && block.cacheControl === undefined;
}
