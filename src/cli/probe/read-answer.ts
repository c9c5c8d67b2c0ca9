/** Reads an exchange as an answer: what the format's decoder and the error tables make of it. Pure. */
import type { EmbeddingDialect } from '../../dialects/dialect.ts';
import { fromBase64 } from '../../lib/base64.ts';
import { parseBounded } from '../../lib/json.ts';
import { createStreamReader, eventsIn, type ReadOptions } from '../../upstream/byte-reader.ts';
import { retryAfterSeconds } from '../../upstream/retry-after.ts';
import { toProviderError } from '../../upstream/send.ts';
import { RouterError, toRouterError } from '../../unified/error.ts';
import type { ErrorMeaning } from '../../unified/meaning.ts';
import { UNLIMITED } from '../../unified/response/answer-budget.ts';
import type { StreamEvent } from '../../unified/response/event.ts';
import type { Usage } from '../../unified/response/usage.ts';
import type { Exchange, RawResponse } from './exchange.ts';
import type { ProbeTarget } from './target.ts';
import type { Answer, Seen } from './trial.ts';

/** An answer with what the executor needs of it. */
export type ReadAnswer = {
  readonly answer: Answer;
  /** Tokens and cost; null = none was reported. */
  readonly usage: Usage | null;
  /** Meaning of an error; null = none. */
  readonly meaning: ErrorMeaning | null;
  /** Seconds to wait; null = none was stated. */
  readonly retryAfterSeconds: number | null;
};

/** Meanings of errors that can be about a field. Others are no evidence. */
const ABOUT_FIELDS: ReadonlySet<ErrorMeaning> = new Set(['invalid-request', 'not-supported']);

/** Reads an exchange. */
export function readAnswer(target: ProbeTarget, exchange: Exchange): ReadAnswer {
  const { id, at, response, failure } = exchange;
  if (response === null)
    return { answer: { id, at, kind: 'none', why: failure ?? 'no answer' }, usage: null, meaning: null, retryAfterSeconds: null };
  if (response.status >= 300) return readRefusal(target, exchange, response);
  try {
    const { seen, usage, error } =
      target.operation === 'embeddings' ? readVectors(target, response) : readEvents(target, exchange, response);
    if (error !== null) return fromError(error, { id, at, nowMs: at + response.ms });
    return { answer: { id, at, kind: 'accepted', seen }, usage, meaning: null, retryAfterSeconds: null };
  } catch (thrown) {
    return {
      answer: { id, at, kind: 'none', why: `an answer that cannot be read: ${toRouterError(thrown).message}` },
      usage: null,
      meaning: null,
      retryAfterSeconds: null,
    };
  }
}

function readRefusal(target: ProbeTarget, { id, at }: Exchange, { status, headers, body, ms }: RawResponse): ReadAnswer {
  if (status < 400)
    return {
      answer: { id, at, kind: 'none', why: `HTTP ${status}, a redirect` },
      usage: null,
      meaning: 'wrong-address',
      retryAfterSeconds: null,
    };
  const { provider, dialect } = target;
  const parsed = dialect.parseError(status, parseBounded(body) ?? body, (name) => headers[name] ?? null);
  const callee = {
    name: provider.name,
    secretVariable: provider.auth[0]?.secret ?? '',
    ...(provider.errors === undefined ? {} : { errors: provider.errors }),
  };
  const nowMs = at + ms;
  const error = toProviderError(parsed, { callee, secrets: [] }, { status, headers: new Headers(headers), nowMs });
  return fromError(error, { id, at, nowMs, parsed, headers: new Headers(headers) });
}

type ErrorArrival = { id: string; at: number; nowMs: number; parsed?: RouterError; headers?: Headers };

function fromError(error: RouterError, { id, at, nowMs, parsed = error, headers }: ErrorArrival): ReadAnswer {
  const { meaning } = error;
  const status = error.upstreamStatus ?? error.status;
  const facts = parsed.details.upstream?.facts ?? null;
  const wait = retryAfterSeconds({ headers: headers ?? null, facts, meaning, nowMs });
  const rest = { usage: null, meaning, retryAfterSeconds: wait };
  if (!ABOUT_FIELDS.has(meaning) || status >= 500 || status === 429)
    return { answer: { id, at, kind: 'none', why: `HTTP ${status}: ${meaning}` }, ...rest };
  const codes = [...(facts?.codes ?? [])];
  return {
    answer: { id, at, kind: 'refused', status, message: parsed.message, param: parsed.details.param ?? null, code: codes[0] ?? null },
    ...rest,
  };
}

type Read = { seen: Seen; usage: Usage | null; error: RouterError | null };

const NOTHING: Seen = {
  texts: [],
  choices: 0,
  finishReasons: [],
  hasLogprobs: false,
  topLogprobs: 0,
  toolCalls: 0,
  hasReasoning: false,
  promptTokens: null,
  completionTokens: null,
  vector: null,
};

function readVectors({ dialect }: ProbeTarget, { body }: RawResponse): Read {
  const { vectors, usage } = (dialect as EmbeddingDialect).decodeBody(parseBounded(body));
  const [first] = vectors;
  const vector =
    first === undefined ? null : { kind: typeof first === 'string' ? ('text' as const) : ('numbers' as const), length: first.length };
  return { seen: { ...NOTHING, choices: vectors.length, promptTokens: usage?.promptTokens ?? null, vector }, usage, error: null };
}

function eventsOf(target: ProbeTarget, { request }: Exchange, { body, isBase64 }: RawResponse): StreamEvent[] {
  const { dialect, rules } = target;
  if (dialect.operation === 'embeddings') return [];
  const reading: ReadOptions = {
    dialect,
    options: { quirks: rules.quirks },
    limits: { answerBytes: Infinity, eventCharacters: Infinity },
    budget: UNLIMITED, // the body was cut when it was read
    skipped: () => undefined,
  };
  if (!request.stream) return dialect.decodeBody(parseBounded(body) ?? body, reading.options);
  if (isBase64 !== true) return eventsIn(body, reading);
  const source = createStreamReader(reading);
  return [...source.push(fromBase64(body)), ...source.end()];
}

function readEvents(target: ProbeTarget, exchange: Exchange, response: RawResponse): Read {
  const events = eventsOf(target, exchange, response);
  const seen = { ...NOTHING };
  const texts: string[] = [];
  const ended = new Set<number>();
  const reasons: string[] = [];
  const calls = new Set<string>();
  let usage: Usage | null = null;
  let error: RouterError | null = null;
  for (const event of events) {
    switch (event.type) {
      case 'text-delta':
        texts[event.choice] = (texts[event.choice] ?? '') + event.text;
        Object.assign(seen, logprobsOf(seen, event.logprobs));
        break;
      case 'reasoning-delta':
        Object.assign(seen, { hasReasoning: true });
        break;
      case 'tool-call-delta':
        calls.add(`${event.choice} ${event.index}`);
        break;
      case 'choice-end':
        ended.add(event.choice);
        if (event.nativeReason !== null) reasons.push(event.nativeReason);
        break;
      case 'usage':
        usage = event.usage;
        break;
      case 'end':
        usage = event.usage ?? usage;
        break;
      case 'error':
      case 'choice-error':
        error = event.error;
        break;
      default:
    }
  }
  const choices = Math.max(ended.size, texts.length);
  const counts = { promptTokens: usage?.promptTokens ?? null, completionTokens: usage?.completionTokens ?? null };
  const hasReasoning = seen.hasReasoning || (usage?.reasoningTokens ?? 0) > 0;
  return {
    seen: {
      ...seen,
      ...counts,
      hasReasoning,
      texts: Array.from(texts, (text) => text ?? ''),
      choices,
      finishReasons: [...new Set(reasons)],
      toolCalls: calls.size,
    },
    usage,
    error,
  };
}

function logprobsOf({ topLogprobs }: Seen, logprobs: readonly { top: readonly unknown[] }[] = []): Partial<Seen> {
  if (logprobs.length === 0) return {};
  return { hasLogprobs: true, topLogprobs: Math.max(topLogprobs, ...logprobs.map(({ top }) => top.length)) };
}
