/** Makes an answer from the chunks of a stream, or from a whole body, with the times at which they came. Pure: times are arguments. */
import { arrayOf, isObject, numberOf, textOf, wordOf, type JsonObject } from '../../../lib/json.ts';
import type { AdjustmentEntry } from './explanation.ts';

/** A call of a tool that the model requests. */
export type ToolCall = { readonly id: string; readonly name: string; readonly text: string };

/** One choice of an answer. */
export type Choice = {
  readonly index: number;
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string | null;
  readonly nativeFinishReason: string | null;
  /** Who made it: choices of one answer may differ. */
  readonly provider: string | null;
  readonly model: string | null;
  /** Names of further fields of the answer, which are in the raw events only. */
  readonly otherFields: readonly string[];
};

/** How far a request is. */
export type AnswerState = 'waiting' | 'connecting' | 'streaming' | 'done' | 'stopped' | 'failed';

/** True while more can come. */
export const isOpen = (state: AnswerState): boolean => state === 'waiting' || state === 'connecting' || state === 'streaming';

/** What is known of an answer. Null = not known. */
export type Answer = {
  readonly state: AnswerState;
  readonly id: string | null;
  readonly provider: string | null;
  readonly isSimulated: boolean;
  readonly attempts: number | null;
  readonly choices: readonly Choice[];
  readonly usage: JsonObject | null;
  readonly adjustments: readonly AdjustmentEntry[];
  /** The error of the stream, as its chunk has it. */
  readonly error: JsonObject | null;
  /** Until the first text, reasoning or call of a tool. */
  readonly firstContentMs: number | null;
  readonly durationMs: number | null;
};

/** Tokens of the answer in each second between its first content and its end; null where one of the numbers is not known. */
export function tokensPerSecond({ usage, firstContentMs, durationMs, state }: Answer): number | null {
  const tokens = numberOf(usage?.['completion_tokens']);
  if (state !== 'done' || tokens === null || firstContentMs === null || durationMs === null || durationMs <= firstContentMs) return null;
  return (1000 * tokens) / (durationMs - firstContentMs);
}

type MutableChoice = { -readonly [Field in keyof Omit<Choice, 'toolCalls' | 'otherFields'>]: Choice[Field] } & {
  toolCalls: Map<number, { id: string; name: string; text: string }>;
  otherFields: Set<string>;
};

/** Fields of a delta or message that the page shows, or that say nothing of their own. */
const SHOWN: ReadonlySet<string> = new Set([
  'role',
  'content',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'refusal',
  'tool_calls',
  'function_call', // the first of tool_calls once more
]);

/** Reads one answer. */
export class AnswerReader {
  #state: AnswerState = 'waiting';
  #id: string | null = null;
  #provider: string | null = null;
  #isSimulated = false;
  #attempts: number | null = null;
  #usage: JsonObject | null = null;
  #adjustments: readonly AdjustmentEntry[] = [];
  #error: JsonObject | null = null;
  #firstContentMs: number | null = null;
  #durationMs: number | null = null;
  readonly #choices = new Map<number, MutableChoice>();

  /** The request was sent. Times count from here. */
  start(): void {
    this.#state = 'connecting';
  }

  /** Takes the headers of the answer. */
  pushHeaders(headers: Headers): void {
    this.#state = 'streaming';
    this.#id = headers.get('x-generation-id');
    this.#provider = headers.get('x-tributary-provider');
    this.#isSimulated = headers.get('x-tributary-simulated') === 'true';
    const attempts = Number(headers.get('x-tributary-attempts') ?? Number.NaN);
    this.#attempts = Number.isInteger(attempts) ? attempts : null;
  }

  /** Takes the data of one event, or a whole body. @returns false for the mark of the end. */
  push(payload: string, atMs: number): boolean {
    if (payload === '[DONE]') {
      this.#end('done', atMs);
      return false;
    }
    const chunk = parse(payload);
    if (!isObject(chunk)) return true; // it is in the raw events
    this.#provider = textOf(chunk['provider']) ?? this.#provider;
    if (isObject(chunk['usage'])) this.#usage = chunk['usage'];
    if (Array.isArray(chunk['adjustments'])) this.#adjustments = chunk['adjustments'] as AdjustmentEntry[]; // our own router's
    for (const choice of arrayOf(chunk['choices'])) if (isObject(choice)) this.#pushChoice(choice, chunk, atMs);
    if (isObject(chunk['error'])) {
      this.#error = chunk['error'];
      this.#end('failed', atMs);
    }
    return true;
  }

  /** Takes the end of the body. @param isWhole true for a body that is no stream: it has no mark of the end. */
  finish(atMs: number, isWhole: boolean): void {
    if (isWhole) return this.#end('done', atMs);
    if (this.#state !== 'streaming') return;
    this.fail({ message: 'The stream ended before the answer was complete.' }, atMs);
  }

  /** Takes a failure of the request. An answer that has ended stays as it is. */
  fail(error: JsonObject, atMs: number): void {
    if (!isOpen(this.#state)) return;
    this.#error = error;
    this.#end('failed', atMs);
  }

  /** The visitor stopped it. */
  stop(atMs: number): void {
    this.#end('stopped', atMs);
  }

  /** What is known now. */
  snapshot(): Answer {
    const choices = [...this.#choices.values()].toSorted((one, other) => one.index - other.index);
    return {
      state: this.#state,
      id: this.#id,
      provider: this.#provider,
      isSimulated: this.#isSimulated,
      attempts: this.#attempts,
      choices: choices.map((choice) => ({ ...choice, toolCalls: [...choice.toolCalls.values()], otherFields: [...choice.otherFields] })),
      usage: this.#usage,
      adjustments: this.#adjustments,
      error: this.#error,
      firstContentMs: this.#firstContentMs,
      durationMs: this.#durationMs,
    };
  }

  #end(state: AnswerState, atMs: number): void {
    if (!isOpen(this.#state)) return;
    if (this.#state !== 'waiting') this.#durationMs = atMs; // what was never sent took no time
    this.#state = state;
  }

  #pushChoice(raw: JsonObject, chunk: JsonObject, atMs: number): void {
    const choice = this.#choiceAt(numberOf(raw['index']) ?? 0);
    choice.provider = textOf(chunk['provider']) ?? choice.provider;
    choice.model = textOf(chunk['model']) ?? choice.model;
    choice.finishReason = textOf(raw['finish_reason']) ?? choice.finishReason;
    choice.nativeFinishReason = textOf(raw['native_finish_reason']) ?? choice.nativeFinishReason;
    if (raw['logprobs'] != null) choice.otherFields.add('logprobs');
    const delta = raw['delta'] ?? raw['message'];
    if (!isObject(delta)) return;
    const text = wordOf(delta['content']);
    const reasoning = wordOf(delta['reasoning']) || wordOf(delta['reasoning_content']);
    const refusal = wordOf(delta['refusal']);
    choice.text += text;
    choice.reasoning += reasoning;
    choice.refusal += refusal;
    const calls = arrayOf(delta['tool_calls']).filter(isObject);
    for (const [place, call] of calls.entries()) pushToolCall(choice.toolCalls, call, place);
    for (const [name, value] of Object.entries(delta)) if (!SHOWN.has(name) && value != null) choice.otherFields.add(name);
    if (text + reasoning + refusal !== '' || calls.length > 0) this.#firstContentMs ??= atMs;
  }

  #choiceAt(index: number): MutableChoice {
    const known = this.#choices.get(index);
    if (known !== undefined) return known;
    const empty = { text: '', reasoning: '', refusal: '', finishReason: null, nativeFinishReason: null, provider: null, model: null };
    const choice: MutableChoice = { index, ...empty, toolCalls: new Map(), otherFields: new Set() };
    this.#choices.set(index, choice);
    return choice;
  }
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}

/** @param place of the call in a whole message, which has no index. */
function pushToolCall(calls: Map<number, { id: string; name: string; text: string }>, raw: JsonObject, place: number): void {
  const index = numberOf(raw['index']) ?? place;
  const declared = isObject(raw['function']) ? raw['function'] : {};
  const call = calls.get(index) ?? { id: '', name: '', text: '' };
  calls.set(index, {
    id: call.id || wordOf(raw['id']),
    name: call.name + wordOf(declared['name']),
    text: call.text + wordOf(declared['arguments']),
  });
}
