/** What is measured, and how each is asked for the same thing. Starts nothing. */
import { toModel, type Script } from './script.ts';
import type { ExpectedShape } from './answer.ts';
import type { Question } from './client.ts';
import type { Format } from './wire.ts';

/** Who makes the answer: a provider of each format, and one that makes one choice per call, so that several must be merged. */
export type Provider = 'openai' | 'anthropic' | 'groq';

/** A running server. */
export type Target = {
  name: string;
  /** Base URL, as an OpenAI client would be given it. */
  baseUrl: string;
  /** Its process; null = its CPU and memory are not known. */
  pid: number | null;
  /** True where bytes pass as they are: the question goes to the upstream's own path, one for each choice. */
  isRaw: boolean;
  /** Pattern of its model names: `{provider}` and `{model}` are filled in. */
  modelPattern: string;
  /** Headers of its own; `{provider}` is filled in. */
  headers: Readonly<Record<string, string>>;
  /** Values of `authorization` that its requests take in turn. */
  authorizations?: readonly string[];
  /** Number of different requests that are sent in turn: they differ in `seed` only. */
  variants?: number;
  /** True where a wrong answer leaves its row empty; else it ends the benchmark. */
  mayBeWrong?: boolean;
};

/** One kind of request. */
export type RequestOptions = {
  provider: Provider;
  script: Script;
  stream: boolean;
  /** Choices of the answer. */
  choices: number;
  /** Fields of the body besides the model: messages, tools. */
  fields: Readonly<Record<string, unknown>>;
};

/** The format that a provider's own API has. */
const formatOf = (provider: Provider): Format => (provider === 'anthropic' ? 'anthropic' : 'openai');

/** Requests that a target needs for one answer with all its choices. */
export const callsPerAnswer = (target: Target, { choices }: RequestOptions): number => (target.isRaw ? choices : 1);

/** The request that a target is sent. */
export function toQuestion(target: Target, { provider, script, stream, choices, fields }: RequestOptions): Question {
  const model = toModel(script);
  const fill = (pattern: string) => pattern.replaceAll('{provider}', provider).replaceAll('{model}', model);
  const body = {
    model: target.isRaw ? model : fill(target.modelPattern),
    stream,
    max_tokens: 4096,
    ...(choices === 1 || target.isRaw ? {} : { n: choices }),
    ...fields,
  };
  const path = target.isRaw && formatOf(provider) === 'anthropic' ? '/messages' : '/chat/completions';
  const headers = Object.fromEntries(Object.entries(target.headers).map(([name, value]) => [name, fill(value)]));
  const { authorizations, variants = 0 } = target;
  const bodies = Array.from({ length: variants }, (_, seed) => Buffer.from(JSON.stringify({ ...body, seed })));
  return {
    url: target.baseUrl + path,
    headers,
    body: Buffer.from(JSON.stringify(body)),
    ...(authorizations === undefined ? {} : { authorizations }),
    ...(variants === 0 ? {} : { bodies }),
  };
}

/** What a target must answer. */
export function toExpected(target: Target, { provider, script, stream, choices }: RequestOptions): ExpectedShape {
  if (target.isRaw) return { format: formatOf(provider), script, stream, choices: 1 };
  return { format: 'openai', script, stream, choices, ...((target.variants ?? 0) > 0 ? { mayBeCached: true } : {}) };
}
