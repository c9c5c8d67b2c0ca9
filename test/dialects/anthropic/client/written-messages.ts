/** Answers as the Messages format writes them, as a stream and as a body. */
import { expect } from 'vitest';
import { encodeBody } from '../../../../src/dialects/anthropic/client/body.ts';
import { createEncoder } from '../../../../src/dialects/anthropic/client/encode.ts';
import type { ResponseMeta } from '../../../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import type { ReasoningState } from '../../../../src/unified/request/reasoning.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import type { Usage } from '../../../../src/unified/response/usage.ts';
import { usageOf } from '../../../stream/events.ts';
import { headOf } from '../../answer-head.ts';
import { eventsIn, readMessage } from './read-message.ts';

export const PLAIN = { answerOptions: {} };
export const META = headOf({ id: 'msg_1', estimatedPromptTokens: () => 12 });
export const END: StreamEvent = { type: 'end', usage: usageOf(5, 7) };
export const state = (more: Partial<ReasoningState> = {}): StreamEvent & { state: ReasoningState } => ({
  type: 'reasoning-state',
  choice: 0,
  state: { kind: 'signature', format: 'deepseek-v1', data: 'c2ln', provider: 'deepseek', model: 'r', ...more },
});
export const refusal = (piece: string): StreamEvent => ({ type: 'refusal-delta', choice: 0, text: piece });
export const broken = (usage: Usage | null = null): StreamEvent => ({
  type: 'error',
  error: new RouterError('provider_unavailable', 'it broke off'),
  usage,
  openChoices: [0],
});

export const write = (events: readonly StreamEvent[], meta: ResponseMeta = META, request: { answerOptions: JsonObject } = PLAIN) =>
  createEncoder(meta, request).push(events);
export const read = (events: readonly StreamEvent[], meta: ResponseMeta = META, request: { answerOptions: JsonObject } = PLAIN) =>
  readMessage(write(events, meta, request));
export function body(
  events: readonly StreamEvent[],
  meta: ResponseMeta = META,
  request: { answerOptions: JsonObject } = PLAIN,
): JsonObject {
  const collector = createCollector();
  collector.push(events);
  return JSON.parse(JSON.stringify(encodeBody(collector.result(), meta, request))) as JsonObject;
}
/** The message as both forms have it. */
export function both(
  events: readonly StreamEvent[],
  meta: ResponseMeta = META,
  request: { answerOptions: JsonObject } = PLAIN,
): JsonObject {
  const streamed = read(events, meta, request);
  expect(streamed).toMatchObject({ error: null, isComplete: true });
  expect(body(events, meta, request)).toEqual(streamed.message);
  return streamed.message ?? {};
}
export const typesOf = (events: readonly StreamEvent[]) =>
  eventsIn(write(events)).map(({ type, index }) => (index === undefined ? type : `${type} ${String(index)}`));
