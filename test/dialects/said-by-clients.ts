/** What a client of each format is told by an answer, as a stream and as a body. Nothing of `src/` is used but the formats' interfaces. */
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiCompletionsClient } from '../../src/dialects/openai-completions/client/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { framesIn } from '../support/read-stream.ts';
import { readMessage } from './anthropic/client/read-message.ts';
import { readResponse } from './read-response.ts';
import { addressOf, beginKind, nothingSaid, type Counts, type Said } from './said.ts';

/** `reported`: names of parts that were reported as dropped. `error`: why it broke off. */
export type Told = { said: Said; reported: string[]; error: string | null };

/** How a client of a format reads. `lacks`: parts of an answer that the format has no place for, which it has to report. */
export type ClientOfFormat = {
  client: TextClientDialect;
  body: JsonObject;
  lacks: readonly (keyof Said)[];
  readStream(text: string): Told;
  readBody(body: JsonObject): Told;
};

/** The data in an envelope of the router, or the text itself. */
function dataIn(opaque: string): string {
  if (!opaque.startsWith('trb1.')) return opaque;
  return (JSON.parse(Buffer.from(opaque.slice(5), 'base64url').toString()) as { d: string }).d;
}

const reportedIn = (adjustments: unknown): string[] =>
  ((adjustments ?? []) as { param: string }[]).map(({ param }) => param.replace(/^answer\./, ''));

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
const numberOr = <Otherwise>(value: unknown, otherwise: Otherwise): number | Otherwise => (typeof value === 'number' ? value : otherwise);

function addState(said: Said, opaque: unknown): void {
  if (typeof opaque !== 'string' || opaque === '') return;
  const data = dataIn(opaque);
  if (data !== '') said.states.push(data);
}

// OpenAI's chat completions and legacy completions.

const KNOWN_FIELDS = new Set([
  'role',
  'content',
  'refusal',
  'reasoning',
  'reasoning_details',
  'tool_calls',
  'images',
  'annotations',
  'audio',
]);
const OF_CHOICE = new Set(['index', 'delta', 'message', 'text', 'logprobs', 'finish_reason', 'native_finish_reason', 'error']);

function addOpenAi(payload: JsonObject, told: Told): void {
  const { said } = told;
  for (const choice of list(payload['choices'])) {
    if (choice['index'] !== 0) continue;
    const own = Object.fromEntries(Object.entries(choice).filter(([name]) => !OF_CHOICE.has(name)));
    const fields: JsonObject = { content: choice['text'], ...own, ...(choice['delta'] as object), ...(choice['message'] as object) };
    const textOf = (name: string) => (typeof fields[name] === 'string' ? fields[name] : '');
    said.text += textOf('content');
    said.words += textOf('content') + textOf('refusal');
    said.refusal += textOf('refusal');
    said.reasoning += textOf('reasoning');
    for (const detail of list(fields['reasoning_details'])) addState(said, detail['signature'] ?? detail['data']);
    for (const [at, call] of list(fields['tool_calls']).entries()) {
      const known = (said.calls[numberOr(call['index'], at)] ??= { id: '', name: '', arguments: '' });
      const { name = '', arguments: piece = '' } = call['function'] as { name?: string; arguments?: string };
      known.id += typeof call['id'] === 'string' ? call['id'] : '';
      known.name += name;
      known.arguments += piece;
    }
    said.images += list(fields['images']).length;
    said.sources.push(...list(fields['annotations']).map(addressOf));
    said.native.push(...Object.keys(fields).filter((name) => !KNOWN_FIELDS.has(name)));
    said.finish = (choice['finish_reason'] as string | null) ?? said.finish;
  }
  const usage = payload['usage'];
  if (isObject(usage)) {
    const part = (group: string, name: string) => numberOr((usage[group] as JsonObject | undefined)?.[name], null);
    said.usage = {
      prompt: usage['prompt_tokens'] as number,
      completion: usage['completion_tokens'] as number,
      cached: part('prompt_tokens_details', 'cached_tokens'),
      cacheWrite: part('prompt_tokens_details', 'cache_write_tokens'),
      reasoning: part('completion_tokens_details', 'reasoning_tokens'),
    };
  }
  told.reported.push(...reportedIn(payload['adjustments']));
  if (isObject(payload['error'])) told.error = payload['error']['message'] as string;
}

function readOpenAi(payloads: readonly JsonObject[]): Told {
  const told: Told = { said: nothingSaid(), reported: [], error: null };
  for (const payload of payloads) addOpenAi(payload, told);
  return told;
}

const openAi = (client: TextClientDialect, body: JsonObject, lacks: readonly (keyof Said)[]): ClientOfFormat => ({
  client,
  body: { model: 'a/b', ...body },
  lacks,
  readStream: (text) => readOpenAi(framesIn(text).filter((frame) => frame !== '[DONE]') as unknown as JsonObject[]),
  readBody: (body) => readOpenAi([body]),
});

// Anthropic's Messages.

const STOPS: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

function readContent(message: JsonObject): Told {
  const said = nothingSaid();
  for (const block of list(message['content'])) {
    switch (block['type']) {
      case 'text':
        beginKind(said, 'text');
        said.text += block['text'] as string;
        said.words = said.text;
        break;
      case 'thinking':
        if (block['thinking'] !== '') beginKind(said, 'reasoning');
        said.reasoning += block['thinking'] as string;
        addState(said, block['signature']);
        break;
      case 'redacted_thinking':
        addState(said, block['data']);
        break;
      case 'tool_use':
        said.order.push('call');
        said.calls.push({ id: block['id'] as string, name: block['name'] as string, arguments: JSON.stringify(block['input']) });
        break;
      default:
        said.native.push(String(block['type']));
    }
  }
  const tributary = (message['tributary'] ?? {}) as JsonObject;
  said.sources.push(...list(tributary['annotations']).map(addressOf));
  const reason = message['stop_reason'];
  said.finish = typeof reason === 'string' ? (STOPS[reason] ?? reason) : null;
  said.usage = countsOfMessage((message['usage'] ?? {}) as JsonObject);
  return { said, reported: reportedIn(tributary['adjustments']), error: null };
}

function countsOfMessage(usage: JsonObject): Counts | null {
  const [input, output] = [usage['input_tokens'], usage['output_tokens']];
  if (typeof input !== 'number' || typeof output !== 'number') return null;
  const cached = numberOr(usage['cache_read_input_tokens'], null);
  const cacheWrite = numberOr(usage['cache_creation_input_tokens'], null);
  const reasoning = numberOr((usage['output_tokens_details'] as JsonObject | null | undefined)?.['thinking_tokens'], null);
  return { prompt: input + (cached ?? 0) + (cacheWrite ?? 0), completion: output, cached, cacheWrite, reasoning };
}

// OpenAI's Responses.

function readOutput(response: JsonObject): Told {
  const said = nothingSaid();
  for (const item of list(response['output'])) {
    switch (item['type']) {
      case 'message':
        for (const part of list(item['content'])) {
          const kind = part['type'] === 'refusal' ? 'refusal' : 'text';
          if (part[kind] !== '') beginKind(said, kind);
          said[kind] += part[kind] as string;
          said.words += part[kind] as string;
          said.sources.push(...list(part['annotations']).map(addressOf));
        }
        break;
      case 'reasoning': {
        const text = list(item['summary']).map((part) => part['text']).join(''); // prettier-ignore
        if (text !== '') beginKind(said, 'reasoning');
        said.reasoning += text;
        addState(said, item['encrypted_content']);
        break;
      }
      case 'function_call':
        said.order.push('call');
        said.calls.push({ id: item['call_id'] as string, name: item['name'] as string, arguments: item['arguments'] as string });
        break;
      case 'image_generation_call':
        said.images++;
        break;
      default:
        said.native.push(String(item['type']));
    }
  }
  const tributary = (response['tributary'] ?? {}) as JsonObject;
  said.sources.push(...list(tributary['annotations']).map(addressOf));
  said.finish = finishOf(response, tributary, said);
  said.usage = countsOfResponse(response['usage'], (tributary['usage'] ?? {}) as JsonObject);
  const error = response['error'] as { message: string } | null;
  return { said, reported: reportedIn(tributary['adjustments']), error: error?.message ?? null };
}

function finishOf({ status, incomplete_details: cut }: JsonObject, tributary: JsonObject, { calls, refusal }: Said): string | null {
  if (status === 'failed') return null;
  if (isObject(cut)) return cut['reason'] === 'max_output_tokens' ? 'length' : String(cut['reason']);
  // A refusal in words is complete in this format; the reason stands in the router's own field.
  if (refusal !== '') return tributary['finish_reason'] as string;
  return calls.length > 0 ? 'tool_calls' : 'stop';
}

function countsOfResponse(usage: unknown, details: JsonObject): Counts | null {
  if (!isObject(usage)) return null;
  const unknown = new Set((details['not_reported'] ?? []) as string[]);
  const part = (group: string, name: string) => (unknown.has(`${group}.${name}`) ? null : ((usage[group] as JsonObject)[name] as number));
  return {
    prompt: usage['input_tokens'] as number,
    completion: usage['output_tokens'] as number,
    cached: part('input_tokens_details', 'cached_tokens'),
    cacheWrite: part('input_tokens_details', 'cache_write_tokens'),
    reasoning: part('output_tokens_details', 'reasoning_tokens'),
  };
}

const MESSAGES: JsonObject = { messages: [{ role: 'user', content: 'Hi' }] };

/** The clients, by format. */
export const CLIENTS: Readonly<Record<string, ClientOfFormat>> = {
  'openai-chat': openAi(openaiChatClient, MESSAGES, []),
  'openai-completions': openAi(openaiCompletionsClient, { prompt: 'Hi' }, ['calls', 'states']),
  anthropic: {
    client: anthropicClient,
    body: { model: 'a/b', max_tokens: 99, ...MESSAGES },
    lacks: ['images', 'native'],
    readStream(text) {
      const { message, error } = readMessage(text);
      const told = readContent({ ...message, ...(error === null ? {} : { tributary: error['tributary'], usage: error['usage'] }) });
      return { ...told, error: error === null ? null : (error['error'] as { message: string }).message };
    },
    readBody: readContent,
  },
  'openai-responses': {
    client: openaiResponsesClient,
    body: { model: 'a/b', input: 'Hi' },
    lacks: ['native'],
    readStream: (text) => readOutput(readResponse(text).response),
    readBody: readOutput,
  },
};
