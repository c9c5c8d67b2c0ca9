import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { CLAUDE, HELLO, refusalOf, rendered, reported } from './rendered.ts';

const BY_TOOL = ['json-by-tool'];
const tool = (name: string, more: JsonObject = {}) => ({ type: 'function', function: { name, ...more } });
const spec = (name: string, more: JsonObject = {}) => ({
  toolSpec: { name, ...more, inputSchema: { json: { type: 'object', properties: {} } } },
});
const CALLED = [
  ...HELLO,
  { role: 'assistant', tool_calls: [{ id: 'c', type: 'function', function: { name: 'get_level', arguments: '{}' } }] },
  { role: 'tool', tool_call_id: 'c', content: 'high' },
];
const schema = { type: 'object', properties: { level: { type: 'number' } }, required: ['level'], additionalProperties: false };
const format = (json: unknown = schema): JsonObject => ({
  type: 'json_schema',
  json_schema: { name: 'level', description: 'A level', schema: json },
});
const configOf = (messages: readonly unknown[], parameters: JsonObject, quirks: readonly string[] = []) =>
  rendered(messages, parameters, quirks).body['toolConfig'];

describe('Bedrock tools', () => {
  it('have a schema of an object, and a description only where there is one', () => {
    const parameters = { type: 'object', properties: { river: { type: 'string', minLength: 1 } } };
    const tools = [
      tool('a', { description: 'About rivers', parameters }),
      tool('b', { description: ' ' }),
      tool('c', { parameters: { properties: {} } }),
    ];
    expect(configOf(HELLO, { tools })).toEqual({
      tools: [{ toolSpec: { name: 'a', description: 'About rivers', inputSchema: { json: parameters } } }, spec('b'), spec('c')],
    });
  });

  it.each([
    ['auto', undefined],
    ['required', { any: {} }],
    [{ type: 'function', function: { name: 'a' } }, { tool: { name: 'a' } }],
  ])('with the choice %j', (choice, expected) => {
    const one = rendered(HELLO, { tools: [tool('a')], tool_choice: choice });
    expect(one.body['toolConfig']).toEqual({ tools: [spec('a')], ...(expected === undefined ? {} : { toolChoice: expected }) });
    expect(one.adjustments).toEqual([]);
  });

  it('that may not be called are left out', () => {
    const one = rendered(HELLO, { tools: [tool('a')], tool_choice: 'none' });
    expect(one.body).not.toHaveProperty('toolConfig');
    expect(one.adjustments).toMatchObject([{ param: 'tool_choice', action: 'emulated', from: 'none' }]);
  });

  it('that may not be called stay where the history needs them', () => {
    const one = rendered(CALLED, { tools: [tool('get_level')], tool_choice: 'none' });
    expect(one.body['toolConfig']).toEqual({ tools: [spec('get_level')] });
    expect(one.adjustments).toMatchObject([{ param: 'tool_choice', action: 'dropped', from: 'none' }]);
  });

  it('are made up where the history has calls and the request has none', () => {
    const one = rendered(CALLED);
    expect(one.body['toolConfig']).toEqual({ tools: [spec('get_level')] });
    expect(reported(one)).toEqual(['tools emulated']);
  });

  it('lose fields that the provider has not, and say so', () => {
    const one = rendered(HELLO, { tools: [{ ...tool('a', { examples: [1], strict: null }), defer: true }] });
    expect(one.body['toolConfig']).toEqual({ tools: [spec('a')] });
    expect(reported(one)).toEqual(['tools.function.examples dropped', 'tools.defer dropped']);
  });

  it('of another type than functions are refused', () => {
    const refused = refusalOf(HELLO, { tools: [tool('a'), { type: 'web_search' }] });
    expect(refused).toMatchObject({ type: 'invalid_request', details: { param: 'tools[1]' } });
  });

  it('are strict where the model knows how and strict tools take the schema, which is never changed', () => {
    const open = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } };
    const named = (parameters: JsonObject) => [tool('a', { strict: true, parameters })];
    const one = rendered(HELLO, { tools: named(schema) });
    expect(one.body['toolConfig']).toEqual({ tools: [{ toolSpec: { name: 'a', inputSchema: { json: schema }, strict: true } }] });
    expect(one.adjustments).toEqual([]);
    for (const lax of [rendered(HELLO, { tools: named(open) }), rendered(HELLO, { tools: named(schema) }, BY_TOOL)]) {
      expect(JSON.stringify(lax.body)).not.toContain('strict');
      expect(reported(lax)).toEqual(['tools.function.strict dropped']);
    }
    expect(configOf(HELLO, { tools: named(open) })).toEqual({ tools: [{ toolSpec: { name: 'a', inputSchema: { json: open } } }] });
  });

  it('have no union at the top of their schema: it stands in the description', () => {
    const union = { type: 'object', properties: { a: {}, b: {} }, anyOf: [{ required: ['a'] }, { required: ['b'] }] };
    const one = rendered(HELLO, { tools: [tool('a', { description: 'About', parameters: union })] });
    const description = `About\n\nThe arguments must match this JSON Schema: ${JSON.stringify(union)}`;
    const json = { type: 'object', properties: { a: {}, b: {} } };
    expect(one.body['toolConfig']).toEqual({ tools: [{ toolSpec: { name: 'a', description, inputSchema: { json } } }] });
    expect(reported(one)).toEqual(['tools.function.parameters emulated']);
  });
});

describe('Bedrock tools: a model that cannot be made to call a tool', () => {
  const QUIRKS = ['no-forced-tools', 'json-by-tool'];

  it.each(['required', { type: 'function', function: { name: 'a' } }])('may call one instead (%j)', (choice) => {
    const one = rendered(HELLO, { tools: [tool('a')], tool_choice: choice }, QUIRKS);
    expect(one.body['toolConfig']).toEqual({ tools: [spec('a')] });
    expect(one.adjustments).toMatchObject([{ param: 'tool_choice', action: 'clamped', to: 'auto' }]);
  });

  it.each([[{ type: 'json_object' }], [format()]])('is told to answer in JSON (%j)', (response_format: JsonObject) => {
    const one = rendered([{ role: 'system', content: 'Be brief.' }, ...HELLO], { response_format }, QUIRKS);
    expect(one.body['system']).toEqual([{ text: 'Be brief.' }, { text: expect.stringContaining('Answer with one JSON') as string }]);
    expect(JSON.stringify(one.body).includes('level')).toBe(response_format['type'] === 'json_schema');
    expect(one.body).not.toHaveProperty('toolConfig');
    expect(one.mapping).toEqual({ schema: response_format['type'] === 'json_schema' ? schema : { type: 'object' } });
    expect(reported(one)).toEqual(['response_format emulated']);
  });
});

describe('Bedrock tools: a response format', () => {
  it('is the text of a schema where the model has structured output', () => {
    const one = rendered(HELLO, { response_format: format() });
    const json = { schema: JSON.stringify(schema), name: 'level', description: 'A level' };
    expect(one.body['outputConfig']).toEqual({ textFormat: { type: 'json_schema', structure: { jsonSchema: json } } });
    expect(one.body).not.toHaveProperty('toolConfig');
    expect(one.adjustments).toEqual([]);
    expect(one.mapping).toBeUndefined();
  });

  it('stands beside tools and an effort', () => {
    const one = rendered(HELLO, { response_format: format(), tools: [tool('a')], tool_choice: 'required', 'outputConfig.effort': 'low' });
    expect(one.body).toMatchObject({ outputConfig: { effort: 'low', textFormat: {} }, toolConfig: { toolChoice: { any: {} } } });
  });

  it('that structured output does not take is a tool, the schema as it is', () => {
    const open = { type: 'object', properties: { map: { type: 'object', additionalProperties: { type: 'string' } } } };
    const one = rendered(HELLO, { response_format: format(open) });
    expect(one.body).not.toHaveProperty('outputConfig');
    expect(one.body['toolConfig']).toMatchObject({
      tools: [{ toolSpec: { name: 'json_answer', inputSchema: { json: open } } }],
      toolChoice: { tool: { name: 'json_answer' } },
    });
    expect(one.mapping).toEqual({ answerTool: 'json_answer', schema: open });
    expect(one.adjustments).toMatchObject([{ param: 'response_format', action: 'emulated' }]);
    expect(one.adjustments[0]?.reason).toContain('additionalProperties at #/properties/map');
  });

  it.each([
    ['json_object', { type: 'json_object' }, [], { type: 'object' }],
    ['a schema, where the model has no structured output', format(), BY_TOOL, schema],
  ])('(%s) is a tool that has to be called', (_, responseFormat, quirks, json) => {
    const one = rendered(HELLO, { response_format: responseFormat }, quirks);
    expect(one.body['toolConfig']).toMatchObject({
      tools: [{ toolSpec: { name: 'json_answer', inputSchema: { json } } }],
      toolChoice: { tool: { name: 'json_answer' } },
    });
    expect(one.mapping).toMatchObject({ answerTool: 'json_answer' });
    expect(reported(one)).toEqual(['response_format emulated']);
  });

  it('that is a tool leaves the choice between it and the others', () => {
    const tools = [tool('a'), tool('json_answer')];
    const one = rendered(HELLO, { response_format: { type: 'json_object' }, tools });
    expect(one.body['toolConfig']).toMatchObject({ tools: [{}, {}, { toolSpec: { name: 'json_answer_' } }], toolChoice: { any: {} } });
    expect(one.mapping).toEqual({ answerTool: 'json_answer_' });
  });

  it('that is a tool is the only one that may be called where no tool may', () => {
    for (const parameters of [{ tools: [tool('get_level')], tool_choice: 'none' }, {}]) {
      const one = rendered(CALLED, { ...parameters, response_format: { type: 'json_object' } });
      expect(one.body['toolConfig']).toMatchObject({ tools: [{}, {}], toolChoice: { tool: { name: 'json_answer' } } });
    }
  });

  it.each(['required', { type: 'function', function: { name: 'a' } }])(
    'that is a tool gives way to one that has to be called (%j)',
    (choice) => {
      const one = rendered(HELLO, { response_format: { type: 'json_object' }, tools: [tool('a')], tool_choice: choice });
      expect((one.body['toolConfig'] as { tools: unknown[] }).tools).toHaveLength(1);
      expect(one.mapping).toBeUndefined();
      expect(reported(one)).toEqual(['response_format dropped']);
    },
  );

  it('that is no object is reported to the model, where it would be a tool', () => {
    const one = rendered(HELLO, { response_format: format({ type: 'array' }) }, BY_TOOL);
    expect(JSON.stringify(one.body['system'])).toContain('Answer with one JSON value');
    expect([one.mapping, reported(one)]).toEqual([{ schema: { type: 'array' } }, ['response_format emulated']]);
  });
});

describe('Bedrock tools: reasoning', () => {
  const fields = (parameters: JsonObject, quirks: readonly string[] = CLAUDE, messages: readonly unknown[] = HELLO) =>
    rendered(messages, parameters, quirks);

  it('by Claude’s fields', () => {
    expect(fields({ 'reasoning.max_tokens': 2000, maxTokens: 4000 })).toMatchObject({
      body: { additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2000 } }, inferenceConfig: { maxTokens: 4000 } },
      adjustments: [],
    });
    expect(fields({ 'reasoning.enabled': true, reasoning_effort: 'high' })).toMatchObject({
      body: { additionalModelRequestFields: { thinking: { type: 'adaptive' } }, outputConfig: { effort: 'high' } },
      adjustments: [],
    });
    expect(fields({ 'reasoning.enabled': true }, [...CLAUDE, 'thinking-omitted-by-default']).body['additionalModelRequestFields']).toEqual({
      thinking: { type: 'adaptive', display: 'summarized' },
    });
    expect(fields({ 'reasoning.enabled': false }).body['additionalModelRequestFields']).toEqual({ thinking: { type: 'disabled' } });
    expect(fields({}).body).not.toHaveProperty('additionalModelRequestFields');
  });

  it('leaves no room for sampling', () => {
    const one = fields({ 'reasoning.max_tokens': 2000, temperature: 0.5, topP: 0.9, top_k: 5, maxTokens: 4000 });
    expect(one.body['inferenceConfig']).toEqual({ maxTokens: 4000 });
    expect(one.body['additionalModelRequestFields']).toEqual({ thinking: { type: 'enabled', budget_tokens: 2000 } });
    expect(reported(one)).toEqual(['temperature dropped', 'top_p dropped', 'top_k dropped']);
  });

  it('leaves room below max_tokens, or there is none', () => {
    const one = fields({ 'reasoning.max_tokens': 4000, maxTokens: 2000 });
    expect(one.body['additionalModelRequestFields']).toEqual({ thinking: { type: 'enabled', budget_tokens: 1999 } });
    expect(one.adjustments).toMatchObject([{ param: 'reasoning.max_tokens', action: 'clamped', from: 4000, to: 1999 }]);
    const none = fields({ 'reasoning.max_tokens': 4000, maxTokens: 1024, temperature: 0.5 });
    expect(none.body).toMatchObject({ inferenceConfig: { temperature: 0.5 } });
    expect(none.body).not.toHaveProperty('additionalModelRequestFields');
    expect(reported(none)).toEqual(['reasoning dropped']);
  });

  it.each([
    ['a tool that has to be called', { tools: [tool('a')], tool_choice: 'required' }],
    ['a response format that is a tool', { response_format: { type: 'json_object' } }],
  ])('gives way to %s', (_, parameters) => {
    const one = fields({ ...parameters, 'reasoning.enabled': true, reasoning_effort: 'low' });
    expect(one.body).not.toHaveProperty('additionalModelRequestFields');
    expect(one.body).not.toHaveProperty('outputConfig');
    expect(reported(one)).toContain('reasoning dropped');
    const always = fields(parameters, [...CLAUDE, 'thinking-on-by-default']);
    expect(always.body['additionalModelRequestFields']).toEqual({ thinking: { type: 'disabled' } });
    expect(reported(always)).toContain('reasoning.enabled defaulted');
  });

  it('with a budget needs the signed reasoning of the answer it goes on with', () => {
    const unsigned = fields({ 'reasoning.max_tokens': 2000, tools: [tool('get_level')] }, CLAUDE, CALLED);
    expect(unsigned.body).not.toHaveProperty('additionalModelRequestFields');
    expect(reported(unsigned)).toEqual(['reasoning dropped']);
    const details = [{ type: 'reasoning.text', text: 'x', signature: 'y', format: 'anthropic-claude-v1', index: 0 }];
    const signed = CALLED.map((message) => (message.role === 'assistant' ? { ...message, reasoning_details: details } : message));
    expect(fields({ 'reasoning.max_tokens': 2000, tools: [tool('get_level')] }, CLAUDE, signed).adjustments).toEqual([]);
    const prefilled = [...HELLO, { role: 'assistant', content: 'Once' }];
    expect(reported(fields({ 'reasoning.max_tokens': 2000 }, CLAUDE, prefilled))).toEqual(['reasoning dropped']);
    expect(fields({ reasoning_effort: 'low' }, CLAUDE, CALLED).body['additionalModelRequestFields']).toEqual({
      thinking: { type: 'adaptive' },
    });
  });

  it('by a reasoning config, the highest effort of which takes neither limits nor sampling', () => {
    const nova = (parameters: JsonObject) => fields(parameters, ['thinking-by-reasoning-config']);
    expect(nova({ 'reasoning.enabled': true, reasoning_effort: 'low', temperature: 0.5 })).toMatchObject({
      body: {
        additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'low' } },
        inferenceConfig: { temperature: 0.5 },
      },
      adjustments: [],
    });
    expect(nova({ 'reasoning.enabled': false }).body['additionalModelRequestFields']).toEqual({ reasoningConfig: { type: 'disabled' } });
    const high = nova({ reasoning_effort: 'high', temperature: 0.5, 'additionalModelRequestFields.inferenceConfig.topK': 3 });
    expect(high.body).toMatchObject({ additionalModelRequestFields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } } });
    expect(high.body).not.toHaveProperty('inferenceConfig');
    expect(reported(high)).toEqual(['temperature dropped', 'top_k dropped']);
    const limited = nova({ reasoning_effort: 'high', maxTokens: 100 });
    expect(limited.body).toMatchObject({
      additionalModelRequestFields: { reasoningConfig: { maxReasoningEffort: 'medium' } },
      inferenceConfig: { maxTokens: 100 },
    });
    expect(limited.adjustments).toMatchObject([{ param: 'reasoning_effort', action: 'clamped', from: 'high', to: 'medium' }]);
    expect(nova({}).body).not.toHaveProperty('additionalModelRequestFields');
  });
});
