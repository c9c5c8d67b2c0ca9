/** Short words for events, and random streams of them. */
import * as fc from 'fast-check';
import { RouterError } from '../../src/unified/error.ts';
import type { EndEvent, ErrorEvent, FinishReason, StartEvent, StreamEvent } from '../../src/unified/response/event.ts';
import type { Usage } from '../../src/unified/response/usage.ts';

export const text = (piece: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, text: piece });
export const reasoning = (piece: string, choice = 0): StreamEvent => ({ type: 'reasoning-delta', choice, text: piece });
export const call = (index: number, more: { id?: string; name?: string; arguments?: string } = {}, choice = 0): StreamEvent => ({
  type: 'tool-call-delta',
  choice,
  index,
  arguments: '',
  ...more,
});
export const ended = (choice = 0, reason: FinishReason = 'stop', nativeReason: string | null = reason): StreamEvent => ({
  type: 'choice-end',
  choice,
  reason,
  nativeReason,
});
export const usageOf = (promptTokens: number, completionTokens: number, more: Partial<Usage> = {}): Usage => ({
  promptTokens,
  completionTokens,
  cachedTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  costUsd: null,
  estimated: [],
  calls: 1,
  ...more,
});
export const usage = (promptTokens: number, completionTokens: number): StreamEvent => ({
  type: 'usage',
  usage: usageOf(promptTokens, completionTokens),
});
export const failed = (message = 'broken'): ErrorEvent => ({
  type: 'error',
  error: new RouterError('provider_unavailable', message),
  usage: null,
  openChoices: [],
});
export const START: StartEvent = { type: 'start', model: 'm', systemFingerprint: null, serviceTier: null };
export const END: EndEvent = { type: 'end', usage: null };

const choice = fc.nat({ max: 2 });

/** Any event, in any order: what a confused upstream may send. */
export const anyEvent: fc.Arbitrary<StreamEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.string({ maxLength: 4 }), choice).map(([piece, at]) => text(piece, at)) },
  { weight: 2, arbitrary: fc.tuple(fc.string({ maxLength: 4 }), choice).map(([piece, at]) => reasoning(piece, at)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat({ max: 2 }), fc.option(fc.constantFrom('call_a', 'call_b'), { nil: undefined }), choice)
      .map(([index, id, at]) => call(index, id === undefined ? {} : { id, name: 'f' }, at)),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(choice, fc.constantFrom<FinishReason>('stop', 'length', 'tool_calls')).map(([at, reason]) => ended(at, reason)),
  },
  { weight: 1, arbitrary: fc.constantFrom(START, END, failed()) },
  { weight: 1, arbitrary: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })).map(([prompt, completion]) => usage(prompt, completion)) },
);
