/**
 * Writes a generation as spans of OTLP: one for the answer with all its attempts, and one below it for each attempt. Names are those of
 * https://github.com/open-telemetry/semantic-conventions-genai (docs/gen-ai/client-inference.md and client-embeddings.md, v0.1.0 and main
 * of 2026-11, read 2026-12-01; all of it in development). No content: no messages, no tools, no stop sequences, no text of errors.
 */
import { accountLabel } from '../../accounts/caller.ts';
import { isObject } from '../../lib/json.ts';
import { toPrintable } from '../../lib/printable.ts';
import type { ObservedAttempt, ObservedGeneration, RequestTrace } from '../../accounts/telemetry.ts';
import { attributesOf, serverOf, toNanos, type AttributeValue, type KeyValue } from './otlp-json.ts';

/** A span in JSON. */
export type Span = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  traceState?: string;
  flags: number;
  name: string;
  /** 3 = client. */
  kind: 3;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  /** 2 = error. */
  status: { code?: 2; message?: string };
};

/** Bits of `flags`: sampled; it is known whether the parent is in another process; it is. */
const [SAMPLED, HAS_IS_REMOTE, IS_REMOTE] = [0x1, 0x100, 0x200];

/** Name of each operation in the conventions. */
export const OPERATIONS = { chat: 'chat', completions: 'text_completion', embeddings: 'embeddings' } as const;

/** @param createSpanId returns 16 hexadecimal digits. */
export type SpanOptions = { hasOldNames: boolean; createSpanId: () => string };

/** Spans of a generation, the one of the answer first. */
export function spansOf(one: ObservedGeneration, trace: RequestTrace, options: SpanOptions): Span[] {
  const { record, attempts } = one;
  const operation = OPERATIONS[record.operation];
  const endMs = record.createdMs + record.durationMs;
  const answer: Span = {
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(trace.parentId === null ? {} : { parentSpanId: trace.parentId }),
    ...(trace.state === '' ? {} : { traceState: trace.state }),
    flags: SAMPLED | HAS_IS_REMOTE | (trace.parentId === null ? 0 : IS_REMOTE),
    name: toPrintable(`${operation} ${record.modelAsked}`, MAX_NAME),
    kind: 3,
    startTimeUnixNano: toNanos(record.createdMs),
    endTimeUnixNano: toNanos(endMs),
    attributes: attributesOf({ ...attributesOfAnswer(one), ...(options.hasOldNames ? oldAttributesOf(one) : {}) }),
    status: statusOf(record.errorType),
  };
  return [answer, ...attempts.map((attempt, index) => attemptSpan(attempt, index, { trace, endMs, options }))];
}

/** Longest name of a span, in characters. */
const MAX_NAME = 256;

const statusOf = (errorType: string | null): Span['status'] => (errorType === null ? {} : { code: 2, message: errorType });

type AttemptOptions = { trace: RequestTrace; endMs: number; options: SpanOptions };

/** An attempt as an HTTP call. Calls with other keys, and parts of a request, are counted in it. */
function attemptSpan(attempt: ObservedAttempt, index: number, { trace, endMs, options }: AttemptOptions): Span {
  const { address, port } = serverOf(attempt.baseUrl);
  return {
    traceId: trace.traceId,
    spanId: options.createSpanId(),
    parentSpanId: trace.spanId,
    ...(trace.state === '' ? {} : { traceState: trace.state }),
    flags: SAMPLED | HAS_IS_REMOTE,
    name: 'POST',
    kind: 3,
    startTimeUnixNano: toNanos(attempt.startedMs),
    endTimeUnixNano: toNanos(Math.max(attempt.startedMs, attempt.endedMs ?? endMs)),
    attributes: attributesOf({
      'http.request.method': 'POST',
      'http.response.status_code': attempt.status,
      'http.request.resend_count': index === 0 ? null : index,
      'server.address': address,
      'server.port': port,
      'error.type': attempt.errorType,
      'gen_ai.provider.name': attempt.provider,
      'gen_ai.request.model': attempt.model,
      'tributary.attempt.calls': attempt.calls,
      'tributary.attempt.first_content': attempt.firstContentMs === null ? null : { double: attempt.firstContentMs / 1000 },
      'tributary.cancelled': attempt.isCancelled ? true : null,
    }),
    status: statusOf(attempt.errorType),
  };
}

function attributesOfAnswer({
  record,
  caller,
  parameters,
  provider,
  baseUrl,
  attempts,
}: ObservedGeneration): Record<string, AttributeValue> {
  const { usage } = record;
  const { address, port } = serverOf(baseUrl);
  return {
    'gen_ai.operation.name': OPERATIONS[record.operation],
    'gen_ai.provider.name': provider,
    'gen_ai.conversation.id': record.session,
    ...requestAttributes(parameters),
    'gen_ai.request.model': record.modelAsked,
    'gen_ai.request.stream': record.streamed ? true : null,
    'gen_ai.response.model': record.model,
    'gen_ai.response.id': record.upstreamId ?? record.id,
    'gen_ai.response.finish_reasons': record.finishReason === null ? null : [record.finishReason],
    'gen_ai.response.time_to_first_chunk': record.streamed && record.latencyMs !== null ? { double: record.latencyMs / 1000 } : null,
    'gen_ai.usage.input_tokens': usage?.promptTokens,
    'gen_ai.usage.output_tokens': record.operation === 'embeddings' ? null : usage?.completionTokens,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedTokens,
    'gen_ai.usage.cache_write.input_tokens': usage?.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoningTokens,
    'server.address': address,
    'server.port': port,
    'error.type': record.errorType,
    'enduser.pseudo.id': record.user,
    'tributary.generation.id': record.id,
    'tributary.key.id': accountLabel(caller.account),
    'tributary.format': record.format,
    'tributary.attempts': attempts.length,
    'tributary.adjustments': record.adjustments,
    'tributary.cost_usd': usage === null || usage.costUsd === null ? null : { double: usage.costUsd },
    'tributary.usage.estimated': usage?.estimated,
    'tributary.cache': record.cache,
    'tributary.failover': attempts.length > 1 ? true : null,
    'tributary.cancelled': record.cancelled ? true : null,
  };
}

/** Parameters as the client sent them. A text among them is one of a closed list. */
function requestAttributes(parameters: ObservedGeneration['parameters']): Record<string, AttributeValue> {
  const number = (name: string) => (typeof parameters[name] === 'number' ? parameters[name] : null);
  const double = (name: string) => (typeof parameters[name] === 'number' ? { double: parameters[name] } : null);
  const { reasoning, reasoning_effort: effort, response_format: format } = parameters;
  const level = effort ?? (isObject(reasoning) ? reasoning['effort'] : undefined);
  const type = isObject(format) ? format['type'] : undefined;
  return {
    'gen_ai.request.choice.count': parameters['n'] === 1 ? null : number('n'),
    'gen_ai.request.seed': number('seed'),
    'gen_ai.request.temperature': double('temperature'),
    'gen_ai.request.top_p': double('top_p'),
    'gen_ai.request.top_k': number('top_k'),
    'gen_ai.request.max_tokens': number('max_completion_tokens') ?? number('max_tokens'),
    'gen_ai.request.frequency_penalty': double('frequency_penalty'),
    'gen_ai.request.presence_penalty': double('presence_penalty'),
    'gen_ai.request.reasoning.level': typeof level === 'string' ? level : null,
    'gen_ai.output.type': type === 'json_object' || type === 'json_schema' ? 'json' : type === 'text' ? 'text' : null,
    'gen_ai.embeddings.dimension.count': number('dimensions'),
  };
}

/** Names of v1.36 to v1.41 of the conventions that are no longer in them. */
function oldAttributesOf({ record: { usage }, provider }: ObservedGeneration): Record<string, AttributeValue> {
  return {
    'gen_ai.system': provider,
    'gen_ai.usage.prompt_tokens': usage?.promptTokens,
    'gen_ai.usage.completion_tokens': usage?.completionTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWriteTokens,
  };
}
