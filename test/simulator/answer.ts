// The deterministic answer: what the simulated model says to a question.
// Pure, and without any wire shape; the same question always gets the same answer.

import { sampleJson } from './json-sample.ts';
import { createRandom, hash, splitPieces, tellRiverStory } from './prose.ts';
import type { Question, Tool } from './question.ts';

/** Why a choice ended. */
export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** A function the model calls; the pieces join to its arguments. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly pieces: readonly string[];
}

/** One choice of the answer. */
export interface Choice {
  readonly index: number;
  /** The prompt, where it is to be repeated before the text. */
  readonly echo: readonly string[];
  /** The text, a token per entry. */
  readonly pieces: readonly string[];
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: FinishReason;
}

/** All choices, prompt by prompt, and what they cost. */
export interface Answer {
  readonly choices: readonly Choice[];
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Answers: one block of `n` choices per prompt, index = prompt x n + choice. */
export function answer(question: Question): Answer {
  const choices = question.prompts.flatMap((prompt, block) =>
    Array.from({ length: question.choices }, (_, turn) => choose(question, prompt, block * question.choices + turn)),
  );
  const completionTokens = choices.reduce((sum, choice) => sum + countTokens(choice), 0);
  return { choices, promptTokens: question.promptTokens, completionTokens };
}

function countTokens(choice: Choice): number {
  return choice.toolCalls.reduce((sum, call) => sum + call.pieces.length, choice.pieces.length);
}

function choose(question: Question, prompt: string, index: number): Choice {
  const called = chooseTools(question, prompt);
  if (called.length > 0) return callTools(question, called, index);
  const { pieces, finishReason } = speak(question, compose(question, prompt, index));
  return { index, echo: question.echo ? splitPieces(prompt) : [], pieces, toolCalls: [], finishReason };
}

/** Which tools to call. A conversation that ends with a tool's result is answered in words. */
function chooseTools(question: Question, prompt: string): readonly Tool[] {
  const { tools, toolChoice, lastRole } = question;
  if (lastRole === 'tool' || toolChoice === 'none') return [];
  if (typeof toolChoice !== 'string') return tools.filter((tool) => tool.name === toolChoice.name).slice(0, 1);
  if (toolChoice !== 'required' && !/\b(tools?|weather)\b/iu.test(prompt)) return [];
  if (question.parallelToolCalls && /\bboth\b/iu.test(prompt)) return tools.slice(0, 2);
  const mentioned = tools.find((tool) => prompt.includes(tool.name)) ?? tools[0];
  return mentioned === undefined ? [] : [mentioned];
}

/** Calls the tools in turn until `max_tokens` is spent, even in the middle of an argument. */
function callTools(question: Question, called: readonly Tool[], index: number): Choice {
  let budget = question.maxTokens ?? Infinity;
  let isCut = false;
  const toolCalls: ToolCall[] = [];
  for (const [position, tool] of called.entries()) {
    const key = `${question.seed}|${index}|${position}|${tool.name}`;
    const pieces = splitPieces(JSON.stringify(sampleJson(tool.parameters, createRandom(key))));
    isCut ||= pieces.length > budget;
    if (budget > 0) toolCalls.push({ id: `call_${hash(key).toString(36)}`, name: tool.name, pieces: pieces.slice(0, budget) });
    budget = Math.max(0, budget - pieces.length);
  }
  return { index, echo: [], pieces: [], toolCalls, finishReason: isCut ? 'length' : 'tool_calls' };
}

function compose(question: Question, prompt: string, index: number): string {
  if (question.jsonSchema !== null) {
    return JSON.stringify(sampleJson(question.jsonSchema, createRandom(`${question.seed}|${index}`)));
  }
  const quote = prompt.trim().split(/\s+/u).slice(0, 8).join(' ');
  const opening = question.lastRole === 'tool' ? 'The tool said' : 'You said';
  return `${opening}: "${quote}". ${tellRiverStory(prompt, question.seed, index)}`;
}

type Speech = Pick<Choice, 'pieces' | 'finishReason'>;

/** Cuts a text where a stop sequence or `max_tokens` ends it, whichever comes first. */
function speak(question: Question, text: string): Speech {
  const maxTokens = question.maxTokens ?? Infinity;
  const endless = question.ignoreEos && Number.isFinite(maxTokens) ? prolong(text, maxTokens) : text;
  const spoken = endAtStop(endless, question);
  const pieces = splitPieces(spoken);
  return pieces.length > maxTokens || (question.ignoreEos && spoken === endless)
    ? { pieces: pieces.slice(0, maxTokens), finishReason: 'length' }
    : { pieces, finishReason: 'stop' };
}

/** Repeats a text until it has enough tokens. */
function prolong(text: string, tokens: number): string {
  const rounds = Math.ceil(tokens / Math.max(1, splitPieces(text).length));
  return Array.from({ length: Math.max(1, rounds) }, () => text).join(' ');
}

function endAtStop(text: string, { stop, keepsStop }: Question): string {
  const ends = stop
    .map((sequence) => ({ at: text.indexOf(sequence), length: keepsStop ? sequence.length : 0 }))
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => one.at - other.at);
  const [end] = ends;
  return end === undefined ? text : text.slice(0, end.at + end.length);
}
