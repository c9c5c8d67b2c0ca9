/** Reads answers in OpenAI's formats as a strict client does, for `client-contract.ts`. */
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { framesIn } from '../support/read-stream.ts';
import { emptyChoice, type ClientReader, type ReadAnswer, type ReadChoice } from './client-contract.ts';

type Fields = {
  content?: string | null;
  refusal?: string | null;
  reasoning?: string;
  images?: unknown[];
  tool_calls?: { index: number; id?: string; function: { name?: string; arguments: string } }[];
};
/** `text`, `reasoning` and `images` stand in a choice itself in legacy completions, else in `delta` or `message`. */
type Choice = Fields & {
  index: number;
  delta?: Fields;
  message?: Fields;
  text?: string;
  finish_reason: string | null;
  error?: { message: string };
};
type Payload = {
  id: string;
  choices: Choice[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  adjustments?: { param: string }[];
  error?: { message: string };
};

/** The reader of chat completions or of legacy completions. */
export function openaiReader(client: TextClientDialect): ClientReader {
  const isChat = client.operation === 'chat';
  return {
    client,
    body: (fields = {}) => ({ model: 'a/b', ...(isChat ? { messages: [{ role: 'user', content: 'Hi' }] } : { prompt: 'Hi' }), ...fields }),
    lacks: isChat ? [] : ['calls'],
    readStream,
    readBody: (body) => ({ ...read([body as unknown as Payload]), isComplete: true }),
    readError: (body) => {
      const { error } = body as { error: { message: string; param?: string } };
      return { message: error.message, field: error.param ?? null };
    },
  };
}

function readStream(text: string): ReadAnswer {
  const frames = framesIn(text.replaceAll(': keep-alive\n\n', ''));
  const isComplete = frames.at(-1) === '[DONE]';
  const payloads = frames.slice(0, isComplete ? -1 : undefined);
  if (payloads.includes('[DONE]')) throw new Error('[DONE] is not the last frame');
  return { ...read(payloads as unknown as Payload[]), isComplete };
}

function read(payloads: readonly Payload[]): Omit<ReadAnswer, 'isComplete'> {
  const choices: ReadChoice[] = [];
  const last = payloads.at(-1);
  for (const payload of payloads) for (const choice of payload.choices) addChoice(payload, choice, choices);
  const usage = last?.usage;
  return {
    id: last?.id ?? '',
    choices,
    tokens: usage == null ? null : [usage.prompt_tokens, usage.completion_tokens],
    adjusted: (last?.adjustments ?? []).map(({ param }) => param),
    error: last?.error?.message ?? null,
  };
}

function addChoice({ usage }: Payload, given: Choice, choices: ReadChoice[]): void {
  const fields = { ...given, ...given.delta, ...given.message };
  const piece = (fields.content ?? '') + (given.text ?? '') + (fields.refusal ?? '');
  // The chunk of an unasked usage has a choice of which nothing is said.
  if (usage != null && piece === '' && given.finish_reason === null) return;
  const choice = (choices[given.index] ??= emptyChoice());
  if (choice.finish !== null) throw new Error(`choice ${given.index} goes on after its end: ${JSON.stringify(given)}`);
  choice.text += piece;
  choice.reasoning += fields.reasoning ?? '';
  choice.images += fields.images?.length ?? 0;
  choice.error = given.error?.message ?? null;
  choice.finish = given.finish_reason;
  for (const [position, { index = position, id, function: fn }] of (fields.tool_calls ?? []).entries()) {
    const call = (choice.calls[index] ??= { id: '', name: '', arguments: '' });
    Object.assign(call, { id: id ?? call.id, name: fn.name ?? call.name, arguments: call.arguments + fn.arguments });
  }
}
