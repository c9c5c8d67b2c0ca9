/** Events to a whole answer, for a client that does not stream. The same events, rules and report as in a stream; nothing lost. */
import { append } from '../lib/append.ts';
import { ENTRY_BYTES, sizeOf, UNLIMITED, type AnswerBudget } from '../unified/response/answer-budget.ts';
import type { RouterError } from '../unified/error.ts';
import type { DeltaEvent, StreamEvent, TokenLogprob } from '../unified/response/event.ts';
import { isContent } from '../unified/response/event.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import type { CollectedChoice, Result } from '../unified/response/result.ts';
import { anchored, endOfTokens } from '../unified/response/token-offsets.ts';
import { sizeOfLogprobs } from './event-size.ts';
import { createKeptText, type KeptText } from './kept-text.ts';

/** Gathers an answer. */
export interface Collector {
  push(events: readonly StreamEvent[]): void;
  /** The answer so far; whole once the last event was pushed. */
  result(): Result;
  /** The error that ended the answer, if one did. */
  error(): RouterError | null;
}

type Call = { id: string; name: string; arguments: KeptText; extra?: JsonObject };
/** `tokensEnd`: where the last token of the text ends. */
type Pieces = { text: KeptText; reasoning: KeptText; refusal: KeptText; calls: Call[]; tokensEnd: number };

/** @param budget of the answer. Its `push` throws a RouterError when that is spent. */
export function createCollector(budget: AnswerBudget = UNLIMITED): Collector {
  const choices = new Map<number, { choice: CollectedChoice; pieces: Pieces }>();
  const starts: Result['starts'] = [];
  let usage: Result['usage'] = null;
  let failure: RouterError | null = null;

  function entryAt(index: number) {
    const known = choices.get(index);
    if (known !== undefined) return known;
    budget.take(ENTRY_BYTES);
    const [text, reasoning, refusal] = [createKeptText(budget), createKeptText(budget), createKeptText(budget)];
    const created = { choice: emptyChoice(index), pieces: { text, reasoning, refusal, calls: [], tokensEnd: 0 } };
    choices.set(index, created);
    return created;
  }

  function take(event: StreamEvent): void {
    if (isContent(event)) {
      const { choice, pieces } = entryAt(event.choice);
      addDelta(event, choice, pieces, budget);
    } else if (event.type === 'choice-end') {
      Object.assign(entryAt(event.choice).choice, { finishReason: event.reason, nativeReason: event.nativeReason });
    } else if (event.type === 'choice-error') {
      Object.assign(entryAt(event.choice).choice, { finishReason: 'error', error: event.error });
    } else if (event.type === 'start') {
      starts.push(event);
    } else if (event.type !== 'usage') {
      usage = event.usage;
      if (event.type === 'error') failure = event.error;
    }
  }

  return {
    push: (events) => events.forEach(take),
    result: () => ({ starts, usage, choices: [...choices.values()].map(finish).sort((one, other) => one.index - other.index) }),
    error: () => failure,
  };
}

function addDelta(event: DeltaEvent, choice: CollectedChoice, pieces: Pieces, budget: AnswerBudget): void {
  switch (event.type) {
    case 'text-delta':
      if (event.logprobs !== undefined) {
        const start = pieces.text.length();
        addLogprobs((choice.logprobs ??= []), anchored(event.logprobs, start, pieces.tokensEnd), budget);
        pieces.tokensEnd = endOfTokens(event.logprobs, start);
      }
      pieces.text.add(event.text);
      break;
    case 'reasoning-delta':
      pieces.reasoning.add(event.text);
      if (event.details !== undefined) {
        budget.take(sizeOf(event.details));
        append(choice.reasoningDetails, event.details);
      }
      break;
    case 'refusal-delta':
      pieces.refusal.add(event.text);
      if (event.logprobs !== undefined) addLogprobs((choice.refusalLogprobs ??= []), event.logprobs, budget);
      break;
    case 'tool-call-delta': {
      const call = (pieces.calls[event.index] ??= openCall(budget));
      call.id = event.id ?? call.id;
      call.name = event.name ?? call.name;
      call.arguments.add(event.arguments);
      if (event.extra !== undefined) {
        budget.take(sizeOf(event.extra));
        call.extra = { ...call.extra, ...event.extra };
      }
      break;
    }
    case 'extra-delta':
      budget.take(sizeOf(event.fields));
      addExtra(choice.extra, event.fields);
      break;
  }
}

/** Adds fields to those that came before: lists and the texts of sound grow, anything else is replaced. */
function addExtra(extra: JsonObject, more: JsonObject): void {
  for (const [name, value] of Object.entries(more)) {
    const before = extra[name];
    if (Array.isArray(value)) {
      if (Array.isArray(before)) append(before, value as unknown[]);
      else extra[name] = [...(value as unknown[])];
    } else if (name === 'audio' && isObject(before) && isObject(value)) extra[name] = withMoreSound(before, value);
    else extra[name] = value;
  }
}

/** OpenAI streams sound as pieces of `data` and of `transcript` (its guide to audio, read 2026-11-20). */
function withMoreSound(known: JsonObject, more: JsonObject): JsonObject {
  const joined = { ...known, ...more };
  for (const name of ['data', 'transcript']) {
    const [before, value] = [known[name], more[name]];
    if (typeof before === 'string' && typeof value === 'string') joined[name] = before + value;
  }
  return joined;
}

function openCall(budget: AnswerBudget): Call {
  budget.take(ENTRY_BYTES);
  return { id: '', name: '', arguments: createKeptText(budget) };
}

function addLogprobs(all: TokenLogprob[], logprobs: readonly TokenLogprob[], budget: AnswerBudget): void {
  budget.take(sizeOfLogprobs(logprobs));
  append(all, logprobs);
}

function emptyChoice(index: number): CollectedChoice {
  return {
    index,
    text: '',
    reasoning: '',
    reasoningDetails: [],
    refusal: '',
    toolCalls: [],
    logprobs: null,
    refusalLogprobs: null,
    extra: {},
    finishReason: 'stop',
    nativeReason: null,
    error: null,
  };
}

function finish({ choice, pieces }: { choice: CollectedChoice; pieces: Pieces }): CollectedChoice {
  const toolCalls = pieces.calls.map((call) => ({ ...call, arguments: call.arguments.text() }));
  return { ...choice, text: pieces.text.text(), reasoning: pieces.reasoning.text(), refusal: pieces.refusal.text(), toolCalls };
}
