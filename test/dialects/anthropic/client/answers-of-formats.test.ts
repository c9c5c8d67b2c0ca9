/** Answers of every upstream format as Messages: the stream keeps the grammar, the body is the same message, and our decoder reads both back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../../../src/dialects/anthropic/client/index.ts';
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import { UPSTREAM_DIALECTS, upstreamDialect } from '../../../../src/dialects/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { openRecordings } from '../../../support/recordings.ts';
import { headOf } from '../../answer-head.ts';
import { groupResult, type GroupedResult } from '../../grouped.ts';
import { bytesOf, event, replay, replayBody } from '../../replay.ts';
import { readMessage } from './read-message.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures');
const request = anthropicClient.parse({ model: 'a/b', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }, () => null);
const meta = headOf({ id: 'msg_1' });

/** What both formats can say of an answer. A reason that has no word in Messages is left out. */
function facts({ choices, usage }: GroupedResult) {
  const [choice] = choices;
  return {
    text: `${choice?.text ?? ''}${choice?.refusal ?? ''}`,
    reasoning: choice?.reasoning,
    calls: choice?.toolCalls.map((call) => ({ id: call.id, name: call.name, arguments: JSON.parse(call.arguments || '{}') as unknown })),
    finish: choice?.finishReason,
    usage: usage === null ? null : [usage.promptTokens, usage.completionTokens, usage.cachedTokens, usage.reasoningTokens],
  };
}

/** The answer as a stream and as a body of Messages. */
function writeBoth(events: readonly StreamEvent[]): { stream: string; body: JsonObject; result: GroupedResult } {
  const own = events.filter((one) => !('choice' in one) || one.choice === 0);
  const collector = createCollector();
  collector.push(own);
  const body = JSON.parse(JSON.stringify(anthropicClient.encodeBody(collector.result(), meta, request))) as JsonObject;
  return { stream: anthropicClient.createEncoder(meta, request).push(own), body, result: groupResult(collector.result()) };
}

/** What is read of an answer in each way, and what should be. */
function readings(events: readonly StreamEvent[]): { read: unknown; expected: unknown } {
  if (events.at(-1)?.type === 'error') {
    const { error, isComplete } = readMessage(anthropicClient.createEncoder(meta, request).push(events));
    return { read: [error?.['type'], isComplete], expected: ['error', false] };
  }
  const { stream, body, result } = writeBoth(events);
  const { message, isComplete } = readMessage(stream);
  const streamed = facts(replay(anthropicUpstream, [bytesOf(stream)]).result);
  const whole = facts(replayBody(anthropicUpstream, body).result);
  return { read: [isComplete, body, streamed, whole], expected: [true, message, facts(result), facts(result)] };
}

describe('answers of every format', () => {
  const names = Object.keys(UPSTREAM_DIALECTS).flatMap((format) => {
    const folder = join(FIXTURES, format);
    return readdirSync(folder).map((file) => [format, file] as const);
  });

  it.each(names)('are one message, streamed and not: %s/%s', (format, file) => {
    const { read, expected } = readings(replay(upstreamDialect(format), [readFileSync(join(FIXTURES, format, file))]).events);
    expect(read).toEqual(expected);
  });
});

/** Folders with recordings, and the format of each. */
const RECORDED = {
  alibaba: 'openai-chat',
  cohere: 'cohere',
  deepseek: 'openai-chat',
  gemini: 'gemini',
  groq: 'openai-chat',
  mistral: 'mistral',
  'openai-chat': 'openai-chat',
  'openai-completions': 'openai-completions',
  perplexity: 'openai-chat',
  xai: 'openai-chat',
};

const RECORDINGS = Object.entries(RECORDED).flatMap(([folder, format]) => {
  const { names, linesOf } = openRecordings(folder);
  return names.map((name) => [name, format, linesOf] as const);
});

describe.skipIf(RECORDINGS.length === 0)('recorded answers', () => {
  it.each(RECORDINGS)('are one message, streamed and not: %s', (name, format, linesOf) => {
    const { read, expected } = readings(replay(upstreamDialect(format), [bytesOf(linesOf(name).map(event).join(''))]).events);
    expect(read).toEqual(expected);
  });
});
