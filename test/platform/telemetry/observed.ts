/** Generations for tests of telemetry: an ordinary one, and any. */
import * as fc from 'fast-check';
import type { ObservedAttempt, ObservedGeneration, RequestTrace } from '../../../src/accounts/telemetry.ts';
import type { GenerationRecord } from '../../../src/ports.ts';
import { usageOf } from '../../../src/unified/response/usage.ts';
import { anyText } from '../../support/any-text.ts';

export const TRACE: RequestTrace = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  isSampled: true,
  parentId: 'b7ad6b7169203331',
  state: 'rojo=1',
  forwarded: {},
};

const RECORD: GenerationRecord = {
  id: 'gen-1',
  upstreamId: null,
  operation: 'chat',
  format: 'openai-chat',
  model: 'acme/m',
  modelAsked: 'acme/m',
  providerName: 'Acme',
  provider: 'acme',
  isByok: false,
  user: null,
  session: null,
  adjustments: 0,
  status: 200,
  errorType: null,
  streamed: true,
  cancelled: false,
  createdMs: 1_790_000_000_000,
  durationMs: 1500,
  latencyMs: 300,
  generationMs: 1200,
  finishReason: 'stop',
  nativeFinishReason: 'stop',
  usage: usageOf({ promptTokens: 10, completionTokens: 20, cachedTokens: 4, costUsd: 0.0015 }),
  changes: [],
  tries: [],
};

const ATTEMPT: ObservedAttempt = {
  slug: 'acme',
  provider: 'acme',
  model: 'acme-m',
  baseUrl: 'https://api.acme.example/v1',
  startedMs: 1_790_000_000_010,
  endedMs: 1_790_000_001_500,
  firstContentMs: 290,
  status: 200,
  errorType: null,
  isCancelled: false,
  calls: 1,
};

/** What may differ from an ordinary generation. */
type Changes = Partial<Omit<ObservedGeneration, 'record'>> & { record?: Partial<GenerationRecord> };

/** A generation of the provider Acme. */
export const observed = ({ record, ...changes }: Changes = {}): ObservedGeneration => ({
  record: { ...RECORD, ...record },
  caller: { tenant: 't', account: 'ab'.repeat(32), key: null, isAdmin: false },
  trace: TRACE,
  parameters: {},
  provider: 'acme',
  baseUrl: 'https://api.acme.example/v1',
  attempts: [ATTEMPT],
  ...changes,
});

/** An attempt of the provider Acme. */
export const attempt = (changes: Partial<ObservedAttempt> = {}): ObservedAttempt => ({ ...ATTEMPT, ...changes });

/** Text that may break a line, a JSON text, or the form of a label. */
const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      anyText({ maxLength: 4 }),
      fc.constantFrom('\n', '\r', '\u2028', '"', '\\', '\ud800', '\u0000', '\u001b[31m', '{', ',', '='.repeat(300)),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

const count = fc.nat({ max: 10_000_000 });
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const errorType = orNull(fc.constantFrom('timeout' as const, 'provider_overloaded' as const, 'rate_limit_exceeded' as const));

const anyUsage = fc
  .record({
    promptTokens: count,
    completionTokens: count,
    cachedTokens: orNull(count),
    reasoningTokens: orNull(count),
    costUsd: orNull(fc.double({ min: 0, max: 100, noNaN: true })),
  })
  .map((counts) => usageOf(counts));

const anyAttempt: fc.Arbitrary<ObservedAttempt> = fc.record({
  slug: fc.constantFrom('acme', 'amazon'),
  provider: fc.constantFrom('acme', 'aws.bedrock'),
  model: hostileText,
  baseUrl: orNull(fc.constantFrom('https://api.acme.example/v1', 'http://localhost:8080', 'http://[::1]:9/x', 'not an address')),
  startedMs: fc.integer({ min: 1_790_000_000_000, max: 1_790_000_100_000 }),
  endedMs: orNull(fc.integer({ min: 1_790_000_000_000, max: 1_790_000_100_000 })),
  firstContentMs: orNull(count),
  status: orNull(fc.integer({ min: 200, max: 599 })),
  errorType,
  isCancelled: fc.boolean(),
  calls: fc.nat({ max: 9 }),
});

/** Any generation, with hostile names. */
export const anyObserved: fc.Arbitrary<ObservedGeneration> = fc
  .record({
    record: fc.record({
      operation: fc.constantFrom('chat' as const, 'completions' as const, 'embeddings' as const),
      model: hostileText,
      modelAsked: hostileText,
      session: orNull(hostileText),
      user: orNull(hostileText),
      upstreamId: orNull(hostileText),
      finishReason: orNull(hostileText),
      errorType,
      streamed: fc.boolean(),
      cancelled: fc.boolean(),
      durationMs: count,
      latencyMs: orNull(count),
      usage: orNull(anyUsage),
    }),
    parameters: fc.dictionary(
      fc.constantFrom(
        'temperature',
        'top_k',
        'seed',
        'max_tokens',
        'n',
        'reasoning',
        'reasoning_effort',
        'response_format',
        'stop',
        'messages',
      ),
      fc.oneof(
        fc.double(),
        fc.integer(),
        hostileText,
        fc.constant({ effort: 'high' }),
        fc.constant({ type: 'json_schema' }),
        fc.constant(null),
      ),
    ),
    attempts: fc.array(anyAttempt, { maxLength: 4 }),
    trace: orNull(
      fc.record({ isSampled: fc.boolean(), parentId: orNull(fc.constant('b7ad6b7169203331')) }).map((some) => ({ ...TRACE, ...some })),
    ),
  })
  .map(observed);
