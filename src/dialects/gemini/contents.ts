/**
 * Writes messages as `systemInstruction` and `contents`. Tool results follow their calls, one per call and in a content of their own; other
 * user content comes after them (generativelanguage v1beta protos; Vercel AI SDK, packages/google; read 2026-11-20).
 */
import type { Block, BlockOf, Turn } from '../../unified/request/conversation.ts';
import { RouterError } from '../../unified/error.ts';
import type { WireObject } from './wire.ts';
import { mustReportDrop } from '../../unified/request/message.ts';
import { count, describeTallies, type Tally } from '../openai-common/upstream/messages.ts';
import { renderAnswer } from './answer-parts.ts';
import { renderBlock } from './media.ts';
import { NO_SYSTEM_INSTRUCTION } from './rules.ts';
import { renderResults } from './tool-results.ts';
import { LATE_SYSTEM, reportEmptyTurns } from '../shared/dropped-fields.ts';
import { resultOf } from '../shared/input-turns.ts';
import { mergeTurns } from '../shared/merge-turns.ts';
import type { WriteContext } from './write-context.ts';

/** One content on the wire. Vertex rejects one without a role. */
type Content = { role: 'user' | 'model'; parts: WireObject[] };

/** Fields of a message that the format supports. */
const FIELDS = new Set(['reasoning', 'reasoning_details', 'reasoning_content', 'images']);

/** Writes messages. @throws RouterError `invalid_request` naming the path of unsupported content. */
export function renderContents(given: readonly Turn[], writing: WriteContext): { systemInstruction?: WireObject; contents: Content[] } {
  reportFields(given, writing);
  const { system, turns } = mergeTurns(given.map(withImages));
  const contents: Content[] = [];
  const add = (role: Content['role'], parts: WireObject[]) => {
    if (parts.length > 0) contents.push({ role, parts });
  };
  /** Start of the current turn. Earlier turns are not checked for signatures. */
  const asked = turns.findLastIndex(({ role, blocks }) => role === 'user' && blocks.some(({ type }) => type !== 'tool-result'));
  let waiting: BlockOf<'tool-call'>[] = [];
  for (const [index, { role, blocks }] of turns.entries()) {
    if (role === 'assistant') {
      add('model', renderAnswer(blocks, index > asked, writing));
      waiting = blocks.filter((block) => block.type === 'tool-call');
      continue;
    }
    const results = blocks.filter((block) => block.type === 'tool-result');
    add('user', renderResults(waiting, results, writing));
    waiting = [];
    const others = [...results.flatMap(filesIn), ...blocks.filter(({ type }) => type !== 'tool-result')];
    add(
      'user',
      others.map((block) => renderBlock(block, writing)),
    );
  }
  add('user', renderResults(waiting, [], writing));
  return withSystem(system, contents, writing);
}

function filesIn({ blocks }: BlockOf<'tool-result'>): Block[] {
  return blocks.filter(({ type }) => type !== 'text');
}

/** Writes the system text to its own field; some models have none. */
function withSystem(system: readonly BlockOf<'text'>[], contents: Content[], writing: WriteContext) {
  const texts = system.map(({ text }) => text);
  const isLacking = writing.quirks.includes(NO_SYSTEM_INSTRUCTION);
  const [first] = contents;
  if (texts.length === 0) {
    if (first === undefined) throw new RouterError('invalid_request', 'messages: there is nothing in them to send.', { param: 'messages' });
    return { contents };
  }
  if (first !== undefined && !isLacking) return { systemInstruction: { parts: texts.map((text) => ({ text })) }, contents };
  const why = isLacking
    ? 'this model knows no system text: it was put before the text of the user'
    : 'this provider requires a user message';
  writing.log.add({ param: 'messages.role', action: 'renamed', from: 'system', to: 'user', reason: why });
  if (first === undefined) return { contents: [{ role: 'user' as const, parts: texts.map((text) => ({ text })) }] };
  const preface = { text: `${texts.join('\n\n')}\n\n` };
  const [opening, rest] = first.role === 'user' ? [first.parts, contents.slice(1)] : [[], contents];
  return { contents: [{ role: 'user' as const, parts: [preface, ...opening] }, ...rest] };
}

/** Moves images of the model before its calls. */
function withImages(turn: Turn): Turn {
  const { blocks, images } = turn;
  if (images === undefined) return turn;
  const first = blocks.findIndex(({ type }) => type === 'tool-call');
  const end = first < 0 ? blocks.length : first;
  return { ...turn, blocks: [...blocks.slice(0, end), ...images, ...blocks.slice(end)] };
}

function reportFields(turns: readonly Turn[], writing: WriteContext): void {
  reportEmptyTurns(turns, writing.log);
  const dropped: Tally = new Map();
  for (const turn of turns) {
    const isResult = resultOf(turn) !== null;
    for (const field of Object.keys(turn.fields)) {
      const isRead = FIELDS.has(field) || (isResult && field === 'name');
      if (!isRead && mustReportDrop(turn.fields, field, turn.role)) count(dropped, field);
    }
  }
  describeTallies(dropped, new Map(), {}).forEach((adjustment) => writing.log.add(adjustment));
  const start = turns.findIndex(({ role }) => role !== 'system');
  if (start >= 0 && turns.findLastIndex(({ role }) => role === 'system') > start) {
    writing.log.add({ param: 'messages.role', action: 'emulated', reason: LATE_SYSTEM });
  }
}
