/** Answers of several choices, taken apart choice by choice, and the same choices asked for one at a time. */
import { post, type ErrorFields, type Harness } from './harness.ts';
import { readStream, type ReadStream, type UsageFields } from '../support/read-stream.ts';

/** One choice, of a stream or of a body. */
export type MergedChoice = { index: number; text: string; finish: string | null; error?: ErrorFields };

/** A whole answer of either operation. */
export type Whole = {
  choices: {
    index: number;
    message?: { role: string; content: string | null };
    text?: string;
    finish_reason: string;
    error?: ErrorFields;
  }[];
  usage: UsageFields;
  adjustments?: { param: string; action: string; from?: unknown; to?: unknown; reason: string }[];
};

type Headers = Readonly<Record<string, string>>;

/** Asks for a stream and reads it to its end. */
export async function askStream({ url }: Harness, path: string, body: object, headers: Headers = {}): Promise<ReadStream> {
  const response = await post(`${url}/v1/${path}`, { ...body, stream: true }, headers);
  const raw = await response.text();
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${raw}`);
  return readStream(raw);
}

/** Asks for a whole answer. */
export async function askWhole({ url }: Harness, path: string, body: object, headers: Headers = {}): Promise<Whole> {
  const response = await post(`${url}/v1/${path}`, body, headers);
  if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
  return (await response.json()) as Whole;
}

/** The choices of a stream, by index. */
export function saidInStream({ chunks }: Pick<ReadStream, 'chunks'>): MergedChoice[] {
  const said = new Map<number, MergedChoice>();
  for (const { index, delta, text, finish_reason: finish, error } of chunks.flatMap(({ choices }) => choices)) {
    const before = said.get(index) ?? { index, text: '', finish: null };
    said.set(index, {
      ...before,
      text: before.text + (delta?.content ?? text ?? ''),
      finish: finish ?? before.finish,
      ...(error === undefined ? {} : { error }),
    });
  }
  return [...said.values()].sort((one, other) => one.index - other.index);
}

/** The choices of a whole answer, in its order. */
export function saidInWhole({ choices }: Whole): MergedChoice[] {
  return choices.map(({ index, message, text, finish_reason: finish, error }) => ({
    index,
    text: message?.content ?? text ?? '',
    finish,
    ...(error === undefined ? {} : { error }),
  }));
}

/** The answers to the same request with one seed after the other, one choice each: what merged calls must say. */
export async function alone(harness: Harness, path: string, body: object, seeds: readonly number[]): Promise<Whole[]> {
  return Promise.all(seeds.map((seed) => askWhole(harness, path, { ...body, seed, n: 1 })));
}

/** The bill of several answers. */
export function sumOf(answers: readonly { usage: UsageFields }[]): {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
} {
  const sum = (name: 'prompt_tokens' | 'completion_tokens' | 'total_tokens') =>
    answers.reduce((total, { usage }) => total + usage[name], 0);
  return { prompt_tokens: sum('prompt_tokens'), completion_tokens: sum('completion_tokens'), total_tokens: sum('total_tokens') };
}

/** A count of numbers from a first one on. */
export const countFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, place) => first + place);
