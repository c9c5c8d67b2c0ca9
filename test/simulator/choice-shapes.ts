// One choice on the wire, whole or in parts, for chat and for completions.
// Knows no envelope, no usage and no framing: those are shape.ts.

import type { Choice, FinishReason, ToolCall } from './answer.ts';
import type { Fields } from './checks.ts';
import type { Habits } from './habits.ts';
import { chatLogprobs, legacyLogprobs } from './logprobs.ts';
import type { Question } from './question.ts';

/** One entry of `choices` in one chunk; `isContent` when it carries text or a tool call. */
export interface Part {
  readonly choice: Fields;
  readonly isContent: boolean;
}

/** What the shape of a choice depends on besides the choice. */
export interface Manner {
  readonly question: Question;
  readonly habits: Habits;
}

/** The choice of a JSON body. */
export function wholeChoice(choice: Choice, manner: Manner): Fields {
  return manner.question.operation === 'chat' ? wholeChat(choice, manner) : wholeCompletion(choice, manner);
}

/** The choice of a stream, in the order its parts are sent. */
export function choiceParts(choice: Choice, manner: Manner): Part[] {
  const parts = manner.question.operation === 'chat' ? chatParts(choice, manner) : completionParts(choice, manner);
  const ending = finish(choice.finishReason, manner.habits);
  const last = parts.at(-1);
  if (manner.habits.finish === 'last-content-chunk' && last?.isContent === true) {
    return [...parts.slice(0, -1), { ...last, choice: { ...last.choice, ...ending } }];
  }
  return [...parts, { choice: { ...emptyChoice(choice.index, manner), ...ending }, isContent: false }];
}

/** A content chunk's choice that belongs to no answer: what floods are made of. */
export function looseChoice(index: number, text: string, manner: Manner): Fields {
  return { ...emptyChoice(index, manner), ...(manner.question.operation === 'chat' ? { delta: { content: text } } : { text }) };
}

function finish(reason: FinishReason, habits: Habits): Fields {
  const word = habits.finishWords[reason] ?? reason;
  return { finish_reason: word, ...(habits.nativeFinishReason ? { native_finish_reason: word } : {}) };
}

function emptyChoice(index: number, { question, habits }: Manner): Fields {
  const said =
    question.operation === 'chat' ? { delta: habits.role === 'every-chunk' ? { role: 'assistant', content: '' } : {} } : { text: '' };
  const open = habits.nativeFinishReason ? { finish_reason: null, native_finish_reason: null } : { finish_reason: null };
  return { index, ...said, logprobs: null, ...open };
}

function wholeChat(choice: Choice, { question, habits }: Manner): Fields {
  const { pieces, toolCalls } = choice;
  const calls = toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.pieces.join('') },
  }));
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      content: calls.length > 0 ? null : pieces.join(''),
      refusal: null,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    },
    logprobs: question.topLogprobs === null ? null : chatLogprobs(pieces, question.topLogprobs),
    ...finish(choice.finishReason, habits),
  };
}

function chatParts(choice: Choice, manner: Manner): Part[] {
  const { question, habits } = manner;
  const base = emptyChoice(choice.index, manner);
  const isSilent = choice.toolCalls.length > 0;
  const opening = { ...base, delta: { role: 'assistant', content: isSilent ? null : '', refusal: null } };
  const role = habits.role === 'every-chunk' ? { role: 'assistant' } : {};
  const texts = choice.pieces.map((piece, place) => ({
    ...base,
    delta: { ...role, content: piece },
    logprobs: question.topLogprobs === null ? null : chatLogprobs([piece], question.topLogprobs, place),
  }));
  const calls = choice.toolCalls.flatMap(callFragments).map((fragment) => ({ ...base, delta: { ...role, tool_calls: [fragment] } }));
  return [
    ...(habits.role === 'own-chunk' ? [{ choice: opening, isContent: false }] : []),
    ...[...texts, ...calls].map((part) => ({ choice: part, isContent: true })),
  ];
}

/** Id and name first, then the arguments piece by piece. */
function callFragments(call: ToolCall, index: number): Fields[] {
  const opening = { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } };
  return [opening, ...call.pieces.map((piece) => ({ index, function: { arguments: piece } }))];
}

function wholeCompletion(choice: Choice, { question, habits }: Manner): Fields {
  const pieces = [...choice.echo, ...choice.pieces];
  return {
    index: choice.index,
    text: pieces.join(''),
    logprobs: question.topLogprobs === null ? null : legacyLogprobs(pieces, question.topLogprobs),
    ...finish(choice.finishReason, habits),
  };
}

function completionParts(choice: Choice, manner: Manner): Part[] {
  const { topLogprobs } = manner.question;
  const base = emptyChoice(choice.index, manner);
  let offset = 0;
  return [...choice.echo, ...choice.pieces].map((piece, place) => {
    const logprobs = topLogprobs === null ? null : legacyLogprobs([piece], topLogprobs, place, offset);
    offset += piece.length;
    return { choice: { ...base, text: piece, logprobs }, isContent: true };
  });
}
