// Puts an answer into a system's own envelope: the JSON body, or the steps of a stream with usage where that system has it.
// Pure; knows habits, never a system by name.

import { choiceParts, looseChoice, wholeChoice } from './choice-shapes.ts';
import type { Part } from './choice-shapes.ts';
import type { Fields } from './checks.ts';
import { hash } from './prose.ts';
import { comment } from './steps.ts';
import type { Rendering } from './wire-format.ts';
import type { Step } from './steps.ts';

/** Every answer was created at the same moment, so that it can be compared byte by byte. */
const createdSeconds = 1_767_225_600;

type Chunk = Extract<Step, { kind: 'chunk' }>;

/** The JSON body. */
export function toBody(rendering: Rendering): Fields {
  if (rendering.wireFormat !== undefined) return rendering.wireFormat.toBody(rendering);
  const choices = rendering.answer.choices.map((choice) => wholeChoice(choice, rendering));
  return { ...envelope(rendering, false), choices, usage: countUsage(rendering) };
}

/** The steps of the stream. */
export function toSteps(rendering: Rendering): Step[] {
  if (rendering.wireFormat !== undefined) return rendering.wireFormat.toSteps(rendering);
  const { answer, habits } = rendering;
  const parts = interleave(answer.choices.map((choice) => choiceParts(choice, rendering)));
  return [
    ...habits.openingComments.map(comment),
    ...placeUsage(
      parts.map((part) => toChunk(part, rendering)),
      rendering,
    ),
    ...(habits.done ? [{ kind: 'done' } as const] : []),
  ];
}

/** A content chunk with a text of the caller's making. */
export function looseChunk(text: string, rendering: Rendering): Chunk {
  return toChunk({ choice: looseChoice(0, text, rendering), isContent: true }, rendering);
}

/** What every chunk and body begins with. */
export function envelope({ question, habits }: Rendering, isChunk: boolean): Fields {
  const isChat = question.operation === 'chat';
  return {
    id: `${isChat ? 'chatcmpl' : 'cmpl'}-${hash(JSON.stringify(question)).toString(36)}`,
    object: isChat ? `chat.completion${isChunk ? '.chunk' : ''}` : 'text_completion',
    created: createdSeconds,
    model: question.model,
    ...habits.stamp,
  };
}

function toChunk(part: Part, rendering: Rendering): Chunk {
  return { kind: 'chunk', payload: { ...envelope(rendering, true), choices: [part.choice] }, isContent: part.isContent };
}

/** One part of each choice in turn: choices of one stream arrive side by side. */
function interleave(lanes: readonly (readonly Part[])[]): Part[] {
  const rounds = Math.max(0, ...lanes.map((lane) => lane.length));
  return Array.from({ length: rounds }, (_, round) => lanes.flatMap((lane) => lane[round] ?? [])).flat();
}

function countUsage({ answer, habits }: Rendering): Fields {
  const { promptTokens, completionTokens } = answer;
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...habits.usageExtras,
  };
}

function placeUsage(chunks: readonly Chunk[], rendering: Rendering): Chunk[] {
  const { habits, question } = rendering;
  const usage = countUsage(rendering);
  const ownChunk: Chunk = { kind: 'chunk', payload: { ...envelope(rendering, true), choices: [], usage }, isContent: false };
  switch (habits.usage) {
    case 'always-last':
      return [...chunks, ownChunk];
    case 'separate-if-asked': {
      if (question.streamOptions?.['include_usage'] !== true) return [...chunks];
      return [...chunks.map((chunk) => (habits.nullUsage ? withUsage(chunk, null) : chunk)), ownChunk];
    }
    case 'last-content-if-asked': {
      if (question.streamOptions === null) return [...chunks];
      const last = chunks.findLastIndex((chunk) => chunk.isContent);
      return chunks.map((chunk, place) => (place === Math.max(0, last) ? withUsage(chunk, usage) : chunk));
    }
    case 'on-finish':
      return chunks.map((chunk, place) => (place === chunks.length - 1 ? withUsage(chunk, usage) : chunk));
    case 'in-choice': {
      const counted = chunks.map((chunk, place) => (place === chunks.length - 1 ? withChoiceUsage(chunk, usage) : chunk));
      return question.streamOptions?.['include_usage'] === true ? [...counted, ownChunk] : counted;
    }
    case 'every-chunk':
      return chunks.map((chunk) => withUsage(chunk, usage));
    case 'never':
      return [...chunks];
  }
}

function withUsage(chunk: Chunk, usage: Fields | null): Chunk {
  return { ...chunk, payload: { ...chunk.payload, usage } };
}

/** Usage inside the choice. */
function withChoiceUsage(chunk: Chunk, usage: Fields): Chunk {
  const choices = chunk.payload['choices'];
  const counted = (Array.isArray(choices) ? choices : []).map((choice: Fields) => ({ ...choice, usage }));
  return { ...chunk, payload: { ...chunk.payload, choices: counted } };
}
