/** Reads responses of the router. {@link readStream} throws for any stream that breaks the grammar of the contract. */
import { request, type IncomingMessage } from 'node:http';
import { expect } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { ErrorFields } from '../e2e/harness.ts';

/** The usage object of the router. */
export type UsageFields = {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  cost?: number;
  calls: number;
  estimated?: string[];
};

type Delta = { role?: string; content?: string; reasoning?: string; tool_calls?: { index: number; id?: string }[] };

/** One chunk, of either operation. */
export type Chunk = {
  id: string;
  object: string;
  created: number;
  model: string;
  provider: string;
  choices: {
    index: number;
    delta?: Delta;
    text?: string;
    finish_reason: string | null;
    native_finish_reason?: string | null;
    error?: ErrorFields;
  }[];
  usage?: UsageFields | null;
  adjustments?: { param: string; action: string; from?: unknown; to?: unknown; reason: string }[];
  error?: ErrorFields;
};

/** A stream taken apart. */
export type ReadStream = { chunks: Chunk[]; comments: string[]; done: boolean; text: string };

/** A chunk. That of a usage which was not asked for has a choice of which nothing is said: it is checked, and left out. */
function readChunk(payload: string): Chunk {
  const chunk = JSON.parse(payload) as Chunk;
  if (chunk.usage == null || chunk.error !== undefined) return chunk;
  const [choice, ...more] = chunk.choices;
  if (choice === undefined) return chunk;
  const { index, delta, text, finish_reason: reason } = choice;
  if (more.length > 0 || index !== 0 || (delta?.content ?? text) !== '' || reason !== null)
    throw new Error(`a usage chunk that says something of a choice: ${payload}`);
  return { ...chunk, choices: [] };
}

/** Takes a stream apart. @throws when there is anything but `data:` lines and comments, each followed by a blank line. */
export function readStream(raw: string): ReadStream {
  if (raw.includes('\r')) throw new Error('a carriage return in the stream');
  const blocks = raw.split('\n\n');
  if (blocks.pop() !== '') throw new Error(`the stream does not end with a blank line: ${raw.slice(-200)}`);
  const stream: ReadStream = { chunks: [], comments: [], done: false, text: '' };
  for (const block of blocks) {
    if (stream.done) throw new Error(`something after [DONE]: ${block}`);
    if (block.includes('\n')) throw new Error(`an event of more than one line: ${block}`);
    if (block.startsWith(': ')) stream.comments.push(block.slice(2));
    else if (block === 'data: [DONE]') stream.done = true;
    else if (block.startsWith('data: ')) stream.chunks.push(readChunk(block.slice(6)));
    else throw new Error(`neither data nor a comment: ${block}`);
  }
  stream.text = stream.chunks
    .flatMap(({ choices }) => choices.filter(({ index }) => index === 0).map(({ delta, text }) => delta?.content ?? text ?? ''))
    .join('');
  return stream;
}

/** What holds for every stream, whole or broken: one head for all chunks, a role first, at most one end per choice. */
function expectHeads({ chunks }: ReadStream): void {
  const [first] = chunks;
  const begun = new Set<number>();
  const ended = new Set<number>();
  for (const { id, object, created, model, provider, choices, usage, adjustments } of chunks) {
    // The usage chunk of an answer that was continued names the endpoint that finished it.
    const isContinued = usage != null && adjustments?.some(({ param }) => param === 'stream') === true;
    expect({ id, object, created, model, provider }).toEqual({
      id: expect.stringMatching(/^gen-/),
      object: first?.object,
      created: first?.created,
      model: isContinued ? model : first?.model,
      provider: isContinued ? provider : first?.provider,
    });
    expect(id).toBe(first?.id);
    expect(Number.isInteger(created)).toBe(true);
    for (const { index, delta, finish_reason: reason } of choices) {
      expect(ended.has(index), 'a choice goes on after its end').toBe(false);
      if (delta !== undefined && reason !== 'error') expect(delta.role).toBe(begun.has(index) ? undefined : 'assistant');
      begun.add(index);
      if (reason !== null) ended.add(index);
    }
  }
}

/** A stream that succeeded: every choice ended once, exactly one usage chunk, then `[DONE]`. Returns the usage chunk. */
export function expectWhole(stream: ReadStream, choices = 1): Chunk & { usage: UsageFields } {
  expectHeads(stream);
  expect(stream.done, 'a stream that succeeded ends with [DONE]').toBe(true);
  expect(stream.chunks.filter(({ error }) => error !== undefined)).toEqual([]);
  const reasons = stream.chunks.flatMap((chunk) =>
    chunk.choices.map(({ finish_reason: reason }) => reason).filter((reason) => reason !== null),
  );
  expect(reasons).toHaveLength(choices);
  expect(reasons).not.toContain('error');
  const last = stream.chunks.at(-1);
  const bills = stream.chunks.filter(({ usage }) => usage !== undefined && usage !== null);
  expect(bills).toEqual([last]);
  expect(last?.choices).toEqual([]);
  const usage = last?.usage;
  if (last === undefined || usage === undefined || usage === null) throw new Error('no usage chunk');
  expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
  return { ...last, usage };
}

/** A stream that broke after its first content: one last chunk with the error and the usage so far, and no `[DONE]`. */
export function expectBroken(stream: ReadStream, openChoices = [0]): Chunk & { error: ErrorFields } {
  expectHeads(stream);
  expect(stream.done, '[DONE] means success').toBe(false);
  const last = stream.chunks.at(-1);
  expect(stream.chunks.filter(({ error }) => error !== undefined)).toEqual([last]);
  expect(last?.choices.map(({ index, finish_reason: reason }) => ({ index, reason }))).toEqual(
    openChoices.map((index) => ({ index, reason: 'error' })),
  );
  const error = last?.error;
  if (last === undefined || error === undefined) throw new Error('no error chunk');
  expect(Number.isInteger(error.code)).toBe(true);
  expect(error.code).toBeGreaterThanOrEqual(400);
  expect(error.metadata.error_type).toBe(error.type);
  return { ...last, error };
}

/** Asks for a chat stream on a connection of its own, and reads nothing of it yet. */
export function openStream(routerUrl: string, body: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${routerUrl}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json' },
    });
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
    outgoing.end(JSON.stringify(body));
  });
}

/** The payloads of written frames: `[DONE]` as the text it is, everything else parsed. @throws Error for any other shape of frame. */
export function framesIn(text: string): (JsonObject | '[DONE]')[] {
  const frames = text.split('\n\n');
  if (frames.pop() !== '') throw new Error('the last frame has no blank line');
  return frames.map((frame) => {
    if (!frame.startsWith('data: ') || frame.includes('\n') || frame.includes('\r')) throw new Error(`no single-line frame: ${frame}`);
    const payload = frame.slice('data: '.length);
    return payload === '[DONE]' ? payload : (JSON.parse(payload) as JsonObject);
  });
}

/** The choices of every frame that has a field of that name. */
export const choicesIn = (text: string): unknown[] => framesIn(text).flatMap((frame) => (frame === '[DONE]' ? [] : [frame['choices']]));

/** A chunk or a body as a client reads it. */
export type Read = {
  id: string;
  object: string;
  created: number;
  model: string;
  provider: string;
  choices: ReadChoice[];
  usage?: ReadUsage | null;
  adjustments?: { param: string; action: string; reason: string }[];
  error?: { message: string };
  openrouter_metadata?: { attempt: number; summary: string; attempts: JsonObject[] };
};
type ReadChoice = {
  index: number;
  delta?: { role?: string; content?: string };
  message?: { content: string | null };
  model?: string;
  provider?: string;
  finish_reason: string | null;
  error?: { message: string };
};
export type ReadUsage = {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  cost: number | null;
  calls: number;
  estimated?: string[];
  by_choice?: (ReadUsage & { choices: number[]; model: string; provider: string })[];
};

/** The chunks of a stream. */
export async function chunksOf(response: Response): Promise<{ chunks: Read[]; done: boolean }> {
  const text = (await response.text()).replaceAll(': keep-alive\n\n', '');
  const frames = framesIn(text);
  return { chunks: frames.filter((frame) => frame !== '[DONE]') as unknown as Read[], done: frames.at(-1) === '[DONE]' };
}

/** The text of each choice of a stream. */
export function textsOf(chunks: readonly Read[]): Record<number, string> {
  const texts: Record<number, string> = {};
  for (const { index, delta } of chunks.flatMap(({ choices }) => choices)) texts[index] = (texts[index] ?? '') + (delta?.content ?? '');
  return texts;
}

export const bodyRead = async (response: Response): Promise<Read> => (await response.json()) as Read;

/** What a call that must fail failed with. */
export async function failureOf(call: Promise<Response>): Promise<unknown> {
  return call.then(
    () => new Error('the call succeeded'),
    (thrown: unknown) => thrown,
  );
}
