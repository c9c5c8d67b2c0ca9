// The deterministic answer: what the simulated model says to a question.
// Pure, and without any wire shape; the same question always gets the same answer.

import { sampleJson } from './json-sample.ts';
import { meanLogprob } from './logprobs.ts';
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

/** Answers: one block of `n` choices per prompt, index = prompt x n + choice; of `best_of` candidates the best ones. */
export function answer(question: Question): Answer {
  const each = Math.max(question.choices, question.candidates);
  const made = question.prompts.map((prompt, block) =>
    Array.from({ length: each }, (_, turn) => choose(question, prompt, block * each + turn)),
  );
  const choices = made.flatMap((candidates, block) =>
    (each > question.choices ? rankChoices(candidates) : candidates)
      .slice(0, question.choices)
      .map((choice, turn) => ({ ...choice, index: block * question.choices + turn })),
  );
  const completionTokens = made.flat().reduce((sum, choice) => sum + countTokens(choice), 0);
  return { choices, promptTokens: question.promptTokens, completionTokens };
}

/** By the mean log probability of their tokens, the highest first. */
function rankChoices(candidates: readonly Choice[]): Choice[] {
  return candidates.toSorted((one, other) => meanLogprob(other.pieces) - meanLogprob(one.pieces));
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

type WireFormat = Pick<Choice, 'pieces' | 'finishReason'>;

/** Generates token by token: ends at a stop sequence or at `max_tokens`, whichever comes first. */
function speak(question: Question, text: string): WireFormat {
  const maxTokens = question.maxTokens ?? Infinity;
  const endless = question.ignoreEos && Number.isFinite(maxTokens) ? prolong(text, maxTokens) : text;
  const all = splitPieces(endless);
  const pieces = all.slice(0, maxTokens);
  const spoken = pieces.join('');
  const end = findStop(spoken, question.stop);
  if (end === null) return { pieces, finishReason: all.length > maxTokens || question.ignoreEos ? 'length' : 'stop' };
  return { pieces: splitPieces(spoken.slice(0, question.keepsStop ? end.to : end.from)), finishReason: 'stop' };
}

/** Repeats a text until it has enough tokens. */
function prolong(text: string, tokens: number): string {
  const rounds = Math.ceil(tokens / Math.max(1, splitPieces(text).length));
  return Array.from({ length: Math.max(1, rounds) }, () => text).join(' ');
}

/** The stop sequence that is complete first, the longest of several at one place. */
export function findStop(text: string, stop: readonly string[]): { readonly from: number; readonly to: number } | null {
  const [first] = stop
    .map((sequence) => ({ from: text.indexOf(sequence), to: text.indexOf(sequence) + sequence.length }))
    .filter(({ from }) => from >= 0)
    .toSorted((one, other) => one.to - other.to || one.from - other.from);
  return first ?? null;
}
