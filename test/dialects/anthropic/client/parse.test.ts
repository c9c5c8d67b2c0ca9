/** Fields of a Messages body. */
import { describe, expect, it } from 'vitest';
import { parseMessages } from '../../../../src/dialects/anthropic/client/parse.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { bodyOf, MODELS, parsed, sentTo } from './sent.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const parametersOf = (fields: JsonObject) => parsed(fields).parameters;
const reportOf = (fields: JsonObject) => parsed(fields).nativeOnly.map(({ param, otherwise }) => `${param} ${otherwise}`);
const NO_HEADERS = () => null;

describe('fields', () => {
  it('have unified names', () => {
    const sampling = { temperature: 0.5, top_p: 0.9, top_k: 5, stop_sequences: ['a', 'b'] };
    expect(parametersOf({ ...sampling, metadata: { user_id: 'u' }, stream: true })).toEqual({
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop: ['a', 'b'],
      user: 'u',
    });
    expect(parsed({ stream: true }).stream).toBe(true);
    expect(parsed({ models: ['a/b'], provider: { only: ['x'] }, route: 'fallback' })).toMatchObject({
      models: ['@groq/m', 'a/b'],
      preferences: { only: ['x'] },
    });
  });

  it('that are null are as those that are not sent', () => {
    const nulls = 'system stop_sequences tools tool_choice thinking output_config metadata service_tier speed container mcp_servers thread';
    expect(parsed(Object.fromEntries(nulls.split(' ').map((name) => [name, null])))).toMatchObject({
      parameters: { max_tokens: 100 },
      nativeOnly: [],
    });
  });

  it.each<[string, JsonObject]>([
    ['max_tokens', { max_tokens: undefined }],
    ['max_tokens', { max_tokens: 1.5 }],
    ['max_tokens', { max_tokens: '100' }],
    ['temperature', { temperature: 3 }],
    ['top_p', { top_p: -1 }],
    ['stop_sequences', { stop_sequences: 5 }],
    ['stop_sequences[1]', { stop_sequences: ['a', 1] }],
    ['model', { model: undefined }],
    ['stream', { stream: 'yes' }],
    ['metadata', { metadata: 'u' }],
    ['metadata.user_id', { metadata: { user_id: 5 } }],
    ['thinking', { thinking: true }],
    ['thinking.type', { thinking: {} }],
    ['thinking.budget_tokens', { thinking: { type: 'enabled', budget_tokens: 'many' } }],
    ['output_config', { output_config: 'high' }],
    ['output_config.format.type', { output_config: { format: { type: 5 } } }],
    ['output_config.format.schema', { output_config: { format: { type: 'json_schema' } } }],
    ['output_format.schema', { output_format: { type: 'json_schema', schema: 5 } }],
    ['thread', { thread: 'new' }],
    ['thread.type', { thread: {} }],
    ['provider.sort', { provider: { sort: 'x' } }],
  ])('name what is wrong: %s', (param, fields) => {
    const error = thrownBy(() => parsed(fields));
    expect([error.type, error.details.param, error.message.startsWith(param)]).toEqual(['invalid_request', param, true]);
  });

  it('without a limit are enough where tokens are counted', () => {
    const { max_tokens: _, ...body } = bodyOf();
    expect(parseMessages(body, NO_HEADERS, 'count-tokens').parameters).toEqual({});
  });

  it('that no format knows go to a provider that knows them, and are reported elsewhere', () => {
    expect(sentTo('@groq/m', { seed: 7 }).body).toMatchObject({ seed: 7 });
    expect(sentTo('@groq/m', { mystery: 7 }).report).toContain('mystery dropped 7');
    expect(sentTo('@groq/m', { n: 2, stop: 'x' }).report).toEqual(expect.arrayContaining(['n dropped', 'stop_sequences dropped']));
    expect(sentTo('@groq/m', { n: 2, stop: 'x' }).body).not.toHaveProperty('stop');
  });
});

describe('fields inside of others that are not read', () => {
  const user = (block: JsonObject): JsonObject => ({ messages: [{ role: 'user', content: [block] }] });
  const schema = { type: 'object' };

  it.each<[string, JsonObject]>([
    ['thinking.newer', { thinking: { type: 'adaptive', newer: 1 } }],
    ['output_config.newer', { output_config: { effort: 'high', newer: 1 } }],
    ['output_config.format.newer', { output_config: { format: { type: 'json_schema', schema, newer: 1 } } }],
    ['tool_choice.newer', { tool_choice: { type: 'auto', newer: 1 }, tools: [{ name: 'f', input_schema: schema }] }],
    ['metadata.newer', { metadata: { user_id: 'u', newer: 1 } }],
    ['context_management.newer', { context_management: { newer: 1 } }],
    ['messages.newer', { messages: [{ role: 'user', content: 'Hi', newer: 1 }] }],
    ['messages.content.newer', user({ type: 'text', text: 'a', newer: 1 })],
    ['messages.content.source.newer', user({ type: 'image', source: { type: 'url', url: 'https://example.com/a.png', newer: 1 } })],
    ['messages.content.citations', user({ type: 'text', text: 'a', citations: [{ type: 'char_location' }] })],
    ['tools.newer', { tools: [{ name: 'f', input_schema: schema, newer: 1 }] }],
  ])('reach an upstream of the format and are reported elsewhere: %s', (param, fields) => {
    expect(sentTo(MODELS.anthropic, fields)).toMatchObject({ body: fields, report: [] });
    expect(reportOf(fields)).toEqual([`${param} drop`]);
    expect(sentTo('@openai/gpt-5.5', fields).report).toContain(`${param} dropped`);
  });
});

describe('values that the format does not have yet', () => {
  const user = (block: JsonObject): JsonObject => ({ messages: [{ role: 'user', content: [block] }] });
  const NEWER: [string, JsonObject][] = [
    ['thinking.type', { thinking: { type: 'newer' } }],
    ['output_config.effort', { output_config: { effort: 'newer' } }],
    ['output_config.format.type', { output_config: { format: { type: 'newer', grammar: 'x' } } }],
    ['tool_choice.type', { tool_choice: { type: 'newer' } }],
    ['thread.type', { thread: { type: 'newer' } }],
    ['service_tier', { service_tier: 'newer' }],
    ['speed', { speed: 'newer' }],
    ['system[0]', { system: [{ type: 'newer' }] }],
    ['messages[0].role', { messages: [{ role: 'newer', content: 'x' }, ...(bodyOf()['messages'] as JsonObject[])] }],
    ['messages[0].content[0]', user({ type: 'newer' })],
    ['messages[0].content[0].source.type', user({ type: 'image', source: { type: 'newer' } })],
    ['messages[0].content[0].source.type', user({ type: 'document', source: { type: 'newer' } })],
  ];

  it.each(NEWER)('reach an upstream of the format: %s', (_, fields) => {
    expect(sentTo(MODELS.anthropic, fields)).toMatchObject({ body: fields, report: [] });
  });

  it.each(NEWER)('are refused before any other: %s', (param, fields) => {
    expect(thrownBy(() => sentTo('@groq/m', fields))).toMatchObject({ type: 'invalid_request', details: { param } });
  });
});

describe('thinking and effort', () => {
  it.each<[JsonObject, unknown, string[]]>([
    [{ thinking: { type: 'adaptive', display: 'summarized' } }, { enabled: true }, []],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } }, { enabled: true, effort: 'high' }, []],
    [{ thinking: { type: 'enabled', budget_tokens: 2048 } }, { max_tokens: 2048 }, []],
    [
      { thinking: { type: 'enabled', budget_tokens: 2048 }, output_config: { effort: 'low' } },
      { max_tokens: 2048 },
      ['output_config.effort drop'],
    ],
    [{ thinking: { type: 'disabled' } }, { enabled: false }, []],
    [{ thinking: { type: 'disabled' }, output_config: { effort: 'max' } }, { enabled: false }, ['output_config.effort drop']],
    [{ thinking: { type: 'between_tools' } }, { enabled: true }, ['thinking.type emulate']],
    [{ thinking: { type: 'sideways' } }, undefined, ['thinking.type refuse']],
    [{ output_config: { effort: 'xhigh' } }, { effort: 'xhigh' }, []],
    [{ output_config: { effort: 'huge' } }, undefined, ['output_config.effort refuse']],
    [{ output_config: { task_budget: { type: 'tokens', total: 9 } } }, undefined, ['output_config.task_budget drop']],
  ])('%j', (fields, reasoning, report) => {
    expect([parametersOf(fields).reasoning, reportOf(fields)]).toEqual([reasoning, report]);
  });

  it('take the effort of the last system message that states one', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', output_config: { effort: 'low' } },
    ];
    expect(parametersOf({ messages, output_config: { effort: 'high' } }).reasoning).toEqual({ effort: 'low' });
  });

  it('reach each format without a refusal', () => {
    for (const model of Object.values(MODELS)) {
      const fields = { max_tokens: 4096, thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } };
      expect(() => sentTo(model, fields)).not.toThrow();
    }
  });

  it('name the client’s fields in the report', () => {
    expect(sentTo('@cohere/command-a-03-2025', { output_config: { effort: 'high' } }).report).toEqual([
      'output_config.effort dropped "high"',
    ]);
    expect(sentTo('@openai/gpt-4o', { thinking: { type: 'enabled', budget_tokens: 2048 } }).report).toEqual([
      'thinking.budget_tokens dropped 2048',
    ]);
  });
});

describe('the format of the answer', () => {
  const schema = { type: 'object', properties: {} };
  const format = { type: 'json_schema', schema };

  it('is a response format, from either field', () => {
    const expected = { type: 'json_schema', json_schema: { name: 'response', schema, strict: true } };
    expect(parametersOf({ output_config: { format } }).response_format).toEqual(expected);
    expect(parametersOf({ output_format: format }).response_format).toEqual(expected);
    expect(parsed({ output_format: format }).names['response_format']).toBe('output_format');
  });
});

describe('tiers', () => {
  it.each<[JsonObject, unknown, string[]]>([
    [{ service_tier: 'auto' }, 'auto', []],
    [{ service_tier: 'standard_only' }, 'default', []],
    [{ service_tier: 'gold' }, undefined, ['service_tier refuse']],
    [{ speed: 'standard' }, undefined, []],
    [{ speed: 'fast' }, 'priority', []],
    [{ speed: 'warp' }, undefined, ['speed refuse']],
  ])('%j', (fields, tier, report) => {
    expect([parametersOf(fields).service_tier, reportOf(fields)]).toEqual([tier, report]);
  });

  it('that are fast are reported by the client’s field', () => {
    expect(sentTo('@cohere/command-a-03-2025', { speed: 'fast' }).report).toEqual(['speed dropped "priority"']);
  });
});

describe('what only Anthropic does', () => {
  it.each<[JsonObject, string[]]>([
    [{ max_tokens: 0 }, ['max_tokens refuse']],
    [{ mcp_servers: [{ type: 'url', url: 'https://a.example', name: 'a' }] }, ['mcp_servers refuse']],
    [{ mcp_servers: [] }, []],
    [{ container: 'c_1' }, ['container refuse']],
    [{ context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] } }, []],
    [{ context_management: { edits: [{ type: 'clear_thinking_20251015', keep: { type: 'all' } }] } }, []],
    [{ context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] } }, ['context_management drop']],
    [{ context_management: { edits: [{ type: 'compact_20260112' }] } }, ['context_management drop']],
    [{ inference_geo: 'eu', fallbacks: 'default' }, ['inference_geo drop', 'fallbacks drop']],
    [{ diagnostics: { previous_message_id: 'm' } }, ['diagnostics drop']],
    [{ metadata: { team: 'x' } }, ['metadata.team drop']],
    [{ thread: { type: 'create' } }, ['thread refuse']],
  ])('%j', (fields, report) => {
    expect(reportOf(fields)).toEqual(report);
  });

  it.each(['max_tokens', 'mcp_servers', 'container'])('is refused by name at another provider: %s', (param) => {
    const values: JsonObject = { max_tokens: 0, mcp_servers: [{ name: 'a' }], container: 'c' };
    const error = thrownBy(() => sentTo('@groq/m', { [param]: values[param] }));
    expect([error.type, error.status, error.details.param, error.message.startsWith(`${param}: `)]).toEqual([
      'invalid_request',
      400,
      param,
      true,
    ]);
  });

  it('is refused for a new thread so that the SDK goes on without one', () => {
    expect(thrownBy(() => sentTo('@groq/m', { thread: { type: 'create' } }))).toMatchObject({
      type: 'invalid_request',
      details: { param: 'thread', clientCode: 'thread_unsupported_request' },
    });
  });

  it('is not found for an older thread so that the SDK sends the whole conversation', () => {
    const thread = { type: 'continue', previous_message_id: 'msg_1' };
    expect(thrownBy(() => sentTo('@groq/m', { thread }))).toMatchObject({
      type: 'not_found',
      status: 404,
      details: { clientCode: 'thread_not_found' },
    });
  });
});

describe('the native request', () => {
  it('is the body without the fields of the router, unknown ones included', () => {
    const own = { thinking: { type: 'later' }, mystery: { a: 1 }, thread: { type: 'create' }, system: 'S' };
    const { native } = parsed({
      ...own,
      models: ['a/b'],
      provider: { only: ['x'] },
      route: 'fallback',
      session_id: 's',
      usage: { include: true },
    });
    expect(native?.format).toBe('anthropic');
    expect(native?.body).toEqual(bodyOf(own));
    expect(Object.isFrozen(native?.body)).toBe(true);
  });

  it('has the headers that belong to the body', () => {
    const headers = { 'anthropic-beta': 'a,b', 'anthropic-version': '2026-10-21', 'x-api-key': 'k', authorization: 'Bearer k' };
    expect(parsed({}, headers).native?.headers).toEqual({ 'anthropic-beta': 'a,b', 'anthropic-version': '2026-10-21' });
  });

  it('has the messages as they were sent', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }];
    const { input } = parsed({ messages });
    expect(input.kind === 'messages' ? input.conversation.source : null).toEqual({ format: 'anthropic', value: messages });
  });
});

describe('options of the answer', () => {
  it('say whether the client wants the text of thinking', () => {
    expect(parsed({ thinking: { type: 'adaptive', display: 'omitted' } }).answerOptions).toEqual({ omitsThinking: true });
    expect(parsed({ thinking: { type: 'adaptive', display: 'updates' } }).answerOptions).toEqual({ omitsThinking: false });
  });
});
