/**
 * Reasoning of every upstream format through a client that has one opaque text for its state (Messages, Responses), and back: verbatim and in
 * its place for the provider that made it, and not at all for any other.
 */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UPSTREAM_DIALECTS, upstreamDialect, type DialectName } from '../../src/dialects/index.ts';
import { readReasoning, sealState } from '../../src/dialects/shared/envelope.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { createReasoningMakerStage } from '../../src/stream/stages/reasoning-maker.ts';
import type { ReasoningState } from '../../src/unified/request/reasoning.ts';
import type { Block, Turn } from '../../src/unified/request/conversation.ts';
import { conversationOf } from '../../src/unified/request/turns-conversation.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { ResultBlock } from '../../src/unified/response/result.ts';
import { replayBody } from './replay.ts';
import { PLAIN_CALL } from './plain-call.ts';

type Case = {
  dialect: DialectName;
  quirks?: readonly string[];
  messageFields?: readonly string[];
  model?: string;
  /** The answer, whole. */
  body: unknown;
  /** What the next request has of it, somewhere, in this order. */
  back: readonly JsonObject[];
  /** Whether reasoning is dropped for its own maker, which does not accept it. */
  isLost?: true;
};

const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
const chat = (message: JsonObject): JsonObject => ({
  choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: 'stop' }],
  usage,
});
const chatCall = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
const claudeUsage = { input_tokens: 1, output_tokens: 1 };
const response = (...output: JsonObject[]): JsonObject => ({ object: 'response', status: 'completed', model: 'm', output });
const functionCall = { type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' };
const toolUse = { type: 'tool_use', id: 'call_1', name: 'f', input: {} };

const CASES: Readonly<Record<string, Case>> = {
  'Anthropic: signed, redacted and interleaved': {
    dialect: 'anthropic',
    body: {
      type: 'message',
      model: 'm',
      content: [
        { type: 'thinking', thinking: 'THOUGHT1', signature: 'SECRET1' },
        { type: 'redacted_thinking', data: 'SECRET2' },
        { type: 'text', text: 'said' },
        { type: 'thinking', thinking: '', signature: 'SECRET3' },
        toolUse,
      ],
      stop_reason: 'tool_use',
      usage: claudeUsage,
    },
    back: [
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'THOUGHT1', signature: 'SECRET1' },
          { type: 'redacted_thinking', data: 'SECRET2' },
          { type: 'text', text: 'said' },
          { type: 'thinking', thinking: '', signature: 'SECRET3' },
          toolUse,
        ],
      },
    ],
  },
  'Anthropic format without signatures': {
    dialect: 'anthropic',
    body: {
      type: 'message',
      model: 'm',
      content: [{ type: 'thinking', thinking: 'THOUGHT1' }, toolUse],
      stop_reason: 'tool_use',
      usage: claudeUsage,
    },
    back: [{ type: 'thinking', thinking: 'THOUGHT1', signature: '' }, toolUse],
  },
  'OpenAI Responses: encrypted with its id and summaries': {
    dialect: 'openai-responses',
    body: response(
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'THOUGHT1' }], encrypted_content: 'SECRET1' },
      { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'SECRET2' },
      { type: 'message', id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'said' }] },
      { type: 'reasoning', id: 'rs_3', summary: [], encrypted_content: 'SECRET3' },
      { ...functionCall, id: 'fc_1' },
    ),
    back: [
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'THOUGHT1' }], encrypted_content: 'SECRET1' },
      { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'SECRET2' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'said' }] },
      { type: 'reasoning', id: 'rs_3', summary: [], encrypted_content: 'SECRET3' },
      functionCall,
    ],
  },
  'OpenAI Responses: text of an open model': {
    dialect: 'openai-responses',
    body: response(
      { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'THOUGHT1' }] },
      { ...functionCall, id: 'fc_1' },
    ),
    back: [{ type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'THOUGHT1' }] }],
  },
  'OpenAI Responses: a summary without what it sums up': {
    dialect: 'openai-responses',
    body: response(
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'THOUGHT1' }] },
      { ...functionCall, id: 'fc_1' },
    ),
    back: [functionCall],
    isLost: true,
  },
  'Gemini: a thought, signed calls, and a call without a signature': {
    dialect: 'gemini',
    body: {
      responseId: 'r',
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'THOUGHT1', thought: true },
              { functionCall: { id: 'call_1', name: 'f', args: {} }, thoughtSignature: 'SECRET1' },
              { functionCall: { id: 'call_2', name: 'f', args: {} } },
              { functionCall: { id: 'call_3', name: 'f', args: {} }, thoughtSignature: 'SECRET2' },
            ],
          },
          finishReason: 'STOP',
        },
      ],
    },
    back: [
      {
        role: 'model',
        parts: [
          { text: 'THOUGHT1', thought: true },
          { functionCall: { id: 'call_1', name: 'f', args: {} }, thoughtSignature: 'SECRET1' },
          { functionCall: { id: 'call_2', name: 'f', args: {} } },
          { functionCall: { id: 'call_3', name: 'f', args: {} }, thoughtSignature: 'SECRET2' },
        ],
      },
    ],
  },
  'Gemini: a signed text between a thought and a signed call': {
    dialect: 'gemini',
    body: {
      responseId: 'r',
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'THOUGHT1', thought: true },
              { text: 'said', thoughtSignature: 'SECRET1' },
              { functionCall: { id: 'call_1', name: 'f', args: {} }, thoughtSignature: 'SECRET2' },
            ],
          },
          finishReason: 'STOP',
        },
      ],
    },
    back: [
      {
        role: 'model',
        parts: [
          { text: 'THOUGHT1', thought: true },
          { text: 'said', thoughtSignature: 'SECRET1' },
          { functionCall: { id: 'call_1', name: 'f', args: {} }, thoughtSignature: 'SECRET2' },
        ],
      },
    ],
  },
  'Bedrock: Claude, signed and redacted': {
    dialect: 'bedrock',
    quirks: ['thinking-by-anthropic-fields'],
    body: {
      output: {
        message: {
          role: 'assistant',
          content: [
            { reasoningContent: { reasoningText: { text: 'THOUGHT1', signature: 'SECRET1' } } },
            { reasoningContent: { redactedContent: 'SECRET2' } },
            { toolUse: { toolUseId: 'call_1', name: 'f', input: {} } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
    },
    back: [
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'THOUGHT1', signature: 'SECRET1' } } },
          { reasoningContent: { redactedContent: 'SECRET2' } },
          { toolUse: { toolUseId: 'call_1', name: 'f', input: {} } },
        ],
      },
    ],
  },
  'OpenAI chat: reasoning_content': {
    dialect: 'openai-chat',
    messageFields: ['reasoning_content'],
    body: chat({ reasoning_content: 'THOUGHT1', content: null, tool_calls: [chatCall] }),
    back: [{ role: 'assistant', content: null, reasoning_content: 'THOUGHT1', tool_calls: [chatCall] }],
  },
  'OpenAI chat: reasoning_details': {
    dialect: 'openai-chat',
    messageFields: ['reasoning', 'reasoning_details'],
    body: chat({
      reasoning: 'THOUGHT1',
      reasoning_details: [
        { type: 'reasoning.text', text: 'THOUGHT1', signature: 'SECRET1', format: 'anthropic-claude-v1', index: 0 },
        { type: 'reasoning.encrypted', data: 'SECRET2', id: 'rs_1', format: 'openai-responses-v1', index: 1 },
      ],
      content: 'said',
    }),
    back: [
      { type: 'reasoning.text', text: 'THOUGHT1', signature: 'SECRET1', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'SECRET2', id: 'rs_1', format: 'openai-responses-v1', index: 1 },
    ],
  },
  'OpenAI chat: thought signatures of Gemini': {
    dialect: 'openai-chat',
    model: 'gemini-3-pro',
    body: chat({ content: null, tool_calls: [{ ...chatCall, extra_content: { google: { thought_signature: 'SECRET1' } } }] }),
    back: [{ ...chatCall, extra_content: { google: { thought_signature: 'SECRET1' } } }],
  },
  'Mistral: thinking': {
    dialect: 'mistral',
    quirks: ['thinking-in-history'],
    body: chat({
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'THOUGHT1' }] },
        { type: 'text', text: 'said' },
      ],
    }),
    back: [
      { type: 'thinking', thinking: [{ type: 'text', text: 'THOUGHT1' }] },
      { type: 'text', text: 'said' },
    ],
  },
  'Cohere: thinking and a plan': {
    dialect: 'cohere',
    quirks: ['thinking-in-history'],
    body: {
      message: {
        role: 'assistant',
        content: [{ type: 'thinking', thinking: 'THOUGHT1' }],
        tool_plan: 'THOUGHT2',
        tool_calls: [chatCall],
      },
      finish_reason: 'TOOL_CALL',
    },
    back: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'THOUGHT1' }], tool_plan: 'THOUGHT2', tool_calls: [chatCall] }],
  },
  'Ollama: thinking': {
    dialect: 'ollama',
    body: { model: 'm', message: { role: 'assistant', thinking: 'THOUGHT1', content: 'said' }, done: true, done_reason: 'stop' },
    back: [{ role: 'assistant', content: 'said', thinking: 'THOUGHT1' }],
  },
  'Workers AI: reasoning_content': {
    dialect: 'workers-ai',
    messageFields: ['reasoning_content'],
    body: { result: chat({ reasoning_content: 'THOUGHT1', content: 'said' }), success: true },
    back: [{ role: 'assistant', reasoning_content: 'THOUGHT1', content: 'said' }],
  },
  'OpenAI completions: no place for reasoning': {
    dialect: 'openai-completions',
    body: { choices: [{ index: 0, text: 'said', reasoning: 'THOUGHT1', finish_reason: 'stop' }], usage },
    back: [],
    isLost: true,
  },
};

const MAKER = { provider: 'maker', model: 'm' };
const ask: Turn = { role: 'user', blocks: [{ type: 'text', text: 'question', path: 'q' }], path: 'q', fields: {} };

/** The blocks of an answer as a client of Messages or Responses sends them back. */
function carried(block: ResultBlock): Block[] {
  const read = (text: string, opaque: string | null) => readReasoning({ text, opaque, path: 'b', bare: () => null });
  if (block.type === 'text') return [{ type: 'text', text: block.text, path: 'b' }];
  if (block.type === 'tool-call')
    return [{ type: 'tool-call', id: block.id, name: block.name, input: block.arguments, kind: 'function', path: 'b' }];
  if (block.type !== 'reasoning') return [];
  const [first, ...more] = block.states.map((state) => sealState(state));
  return [...read(block.text, first ?? null), ...more.flatMap((opaque) => read('', opaque))];
}

function historyOf(events: readonly StreamEvent[]): Turn[] {
  const collector = createCollector();
  collector.push(createReasoningMakerStage(MAKER, false).push(events));
  const blocks = (collector.result().choices[0]?.blocks ?? []).flatMap(carried);
  const results = blocks.flatMap((block): Block[] =>
    block.type === 'tool-call' ? [{ type: 'tool-result', callId: block.id, name: block.name, blocks: [], isError: false, path: 'r' }] : [],
  );
  const answer: Turn = { role: 'assistant', blocks, path: 'a', fields: {} };
  return [ask, answer, results.length === 0 ? ask : { ...ask, blocks: results }];
}

function requestFor(provider: string, turns: readonly Turn[], { dialect, quirks = [], messageFields = [], model = 'm' }: Case) {
  const { conversation, isDropped } = conversationOf(turns).withReasoningFor({ provider, isNative: false });
  const { body, adjustments } = upstreamDialect(dialect).render({
    ...PLAIN_CALL,
    model,
    input: { kind: 'messages', conversation },
    messageFields,
    quirks,
  });
  return { text: JSON.stringify(body), body, isDropped, reports: adjustments.filter(({ param }) => param.includes('reasoning')) };
}

/** Every object in a document, the outer ones first. */
function objectsIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as JsonObject, ...Object.values(value).flatMap(objectsIn)];
}

describe.each(Object.entries(CASES))('reasoning round trip of %s', (_, one) => {
  const { events } = replayBody(upstreamDialect(one.dialect), one.body, one.quirks);
  const turns = historyOf(events);

  it('goes back to its maker verbatim', () => {
    const { body, isDropped, reports } = requestFor('maker', turns, one);
    let found = objectsIn(body);
    for (const part of one.back) {
      expect(found).toContainEqual(expect.objectContaining(part));
      found = found.slice(found.findIndex((object) => isDeepStrictEqual({ ...object, ...part }, object)) + 1);
    }
    expect(isDropped).toBe(false);
    expect(reports.length > 0).toBe(one.isLost === true);
  });

  it('goes to no other provider, in no form', () => {
    const { text, isDropped } = requestFor('another', turns, one);
    expect(text).not.toMatch(/THOUGHT|SECRET|trb1/);
    expect(isDropped).toBe(true);
    expect(text).toContain('question');
  });
});

describe.each(Object.keys(UPSTREAM_DIALECTS).filter((name) => name !== 'mistral-fim') as DialectName[])(
  'forged reasoning at %s',
  (dialect) => {
    const quirks = upstreamDialect(dialect).quirks.filter((name) => !name.startsWith('no-'));
    const opaque = fc.oneof(
      fc.string({ unit: 'binary' }).map((text) => `trb1.${text}`),
      fc
        .record({
          kind: fc.constantFrom('signature', 'encrypted', 'plain'),
          format: fc.constantFrom('anthropic-claude-v1', 'openai-responses-v1', 'google-gemini-v1', 'unknown', '__proto__'),
          data: fc.string({ unit: 'binary', maxLength: 20 }),
          callId: fc.constantFrom('call_1', 'rs_1', 'tool_plan', 'image_0', '__proto__'),
          provider: fc.constantFrom('maker', 'another', null),
          model: fc.constant('m'),
        })
        .map((state) => sealState(state as ReasoningState)),
    );
    const thought = fc.record({ text: fc.constantFrom('', 'THOUGHT'), opaque });
    const call: Block = { type: 'tool-call', id: 'call_1', name: 'f', input: '{}', kind: 'function', path: 'b' };

    it('breaks no request, and comes to no provider that the envelope does not name', () => {
      const law = (thoughts: readonly { text: string; opaque: string | null }[], isCalling: boolean) => {
        const reasoning = thoughts.flatMap((one) => readReasoning({ ...one, path: 'b', bare: () => null }));
        const rest: Block[] = isCalling ? [call] : [{ type: 'text', text: 'said', path: 'b' }];
        const answer: Turn = { role: 'assistant', blocks: [...reasoning, ...rest], path: 'a', fields: {} };
        const result: Block = { type: 'tool-result', callId: 'call_1', name: 'f', blocks: [], isError: false, path: 'r' };
        const turns = [ask, answer, isCalling ? { ...ask, blocks: [result] } : ask];
        const { text } = requestFor('maker', turns, { dialect, quirks, body: null, back: [] });
        expect(text).not.toContain('trb1');
        const isOwn = reasoning.some((block) => block.type === 'reasoning' && block.state?.provider === 'maker');
        expect(isOwn || !text.includes('THOUGHT')).toBe(true);
      };
      fc.assert(fc.property(fc.array(thought, { maxLength: 4 }), fc.boolean(), law), { numRuns: 60 });
    });
  },
);
