// Reads an accepted body into the few things an answer depends on.
// Pure; the judge has been here before, so what is malformed counts as absent.

import { isFields } from './checks.ts';
import type { Fields } from './checks.ts';
import { countWords } from './prose.ts';

/** What a caller can ask an upstream to do. */
export type Operation = 'chat' | 'completions' | 'embeddings';

/** A function the caller offers. */
export interface Tool {
  readonly name: string;
  readonly parameters: unknown;
}

/** Everything an answer depends on. */
export interface Question {
  readonly operation: Operation;
  readonly model: string;
  /** One text per prompt; a conversation counts as one prompt. */
  readonly prompts: readonly string[];
  /** What the last turn of each prompt says: the words that are quoted back. */
  readonly lastRole: string;
  readonly promptTokens: number;
  readonly choices: number;
  /** How many are made to choose them from. */
  readonly candidates: number;
  readonly seed: number;
  readonly maxTokens: number | null;
  readonly stop: readonly string[];
  readonly keepsStop: boolean;
  readonly echo: boolean;
  readonly ignoreEos: boolean;
  readonly tools: readonly Tool[];
  /** `none`, `auto`, `required`, or `{ name }` for one function. */
  readonly toolChoice: string | { readonly name: string };
  readonly parallelToolCalls: boolean;
  /** Schema of the JSON document asked for; null for plain text. */
  readonly jsonSchema: unknown;
  /** How many log probabilities per token; null when not asked for. */
  readonly topLogprobs: number | null;
  readonly stream: boolean;
  readonly streamOptions: Fields | null;
  /** The model has a budget to think with. */
  readonly hasThinkingBudget: boolean;
}

/** What the system adds to the request. */
export interface RequestContext {
  readonly keepsStop: boolean;
  readonly defaultMaxTokens: number | null;
}

/** The question a body asks. */
export function readQuestion(operation: Operation, body: Fields, requestContext: RequestContext): Question {
  const asked = operation === 'chat' ? readConversation(body['messages']) : readPrompts(body['prompt']);
  return {
    ...asked,
    operation,
    model: String(body['model']),
    choices: asNumber(body['n']) ?? 1,
    candidates: asNumber(body['best_of']) ?? 1,
    seed: asNumber(body['seed']) ?? 0,
    maxTokens: asNumber(body['max_completion_tokens']) ?? asNumber(body['max_tokens']) ?? requestContext.defaultMaxTokens,
    stop: asStrings(body['stop']),
    keepsStop: requestContext.keepsStop,
    echo: body['echo'] === true,
    ignoreEos: body['ignore_eos'] === true,
    tools: readTools(body['tools']),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    jsonSchema: readJsonSchema(body['response_format']),
    topLogprobs: readTopLogprobs(operation, body),
    stream: body['stream'] === true,
    streamOptions: isFields(body['stream_options']) ? body['stream_options'] : null,
    hasThinkingBudget: isFields(body['thinking']) && body['thinking']['type'] === 'enabled',
  };
}

type PromptFacts = Pick<Question, 'prompts' | 'lastRole' | 'promptTokens'>;

function readConversation(messages: unknown): PromptFacts {
  const turns = Array.isArray(messages) ? messages.filter(isFields) : [];
  const lastRole = String(turns.at(-1)?.['role']);
  const quoted = turns.findLast((turn) => turn['role'] === (lastRole === 'tool' ? 'tool' : 'user')) ?? turns.at(-1);
  const texts = turns.map((turn) => readContent(turn['content']));
  return { prompts: [readContent(quoted?.['content'])], lastRole, promptTokens: countWords(texts.join(' ')) };
}

function readContent(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content.filter(isFields) : [];
  return parts.map((part) => (typeof part['text'] === 'string' ? part['text'] : `[${String(part['type'])}]`)).join(' ');
}

/** Token ids stand for themselves: there is no vocabulary here. */
function readPrompts(prompt: unknown): PromptFacts {
  const list: unknown[] = Array.isArray(prompt) ? prompt : [prompt ?? ''];
  const entries = list.every((entry) => typeof entry === 'number') ? [list] : list;
  const prompts = entries.map((entry) => (Array.isArray(entry) ? entry.join(' ') : String(entry)));
  return { prompts, lastRole: 'user', promptTokens: countWords(prompts.join(' ')) };
}

function readTools(tools: unknown): Tool[] {
  const functions = Array.isArray(tools) ? tools.map((tool) => (isFields(tool) ? tool['function'] : null)).filter(isFields) : [];
  return functions.map((offer) => ({ name: String(offer['name']), parameters: offer['parameters'] ?? { type: 'object' } }));
}

function readToolChoice(choice: unknown): Question['toolChoice'] {
  if (isFields(choice) && isFields(choice['function'])) return { name: String(choice['function']['name']) };
  return typeof choice === 'string' ? choice : 'auto';
}

function readJsonSchema(format: unknown): unknown {
  if (!isFields(format)) return null;
  const anyAnswer = { type: 'object', properties: { answer: { type: 'string' } } };
  if (format['type'] === 'json_object') return anyAnswer;
  if (format['type'] !== 'json_schema' || !isFields(format['json_schema'])) return null;
  return format['json_schema']['schema'] ?? anyAnswer;
}

function readTopLogprobs(operation: Operation, body: Fields): number | null {
  if (operation === 'completions' || typeof body['logprobs'] === 'number') return asNumber(body['logprobs']);
  return body['logprobs'] === true ? (asNumber(body['top_logprobs']) ?? 0) : null;
}

function asNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function asStrings(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === 'string' && entry !== '') as string[];
}
