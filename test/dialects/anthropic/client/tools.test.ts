/** Tools and tool choices of the Messages format. */
import { describe, expect, it } from 'vitest';
import { Validator } from '@cfworker/json-schema';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { bodyOf, MODELS, parsed, sentTo } from './sent.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const schema = { type: 'object', properties: { a: { type: 'string' } } };
const tool = (name: string, more: JsonObject = {}) => ({ name, input_schema: schema, ...more });
const user = (content: unknown) => ({ role: 'user', content });

const toolsOf = (fields: JsonObject) => (parsed(fields).parameters.tools ?? []) as { function: JsonObject & { name: string } }[];
const namesOf = (fields: JsonObject) => toolsOf(fields).map(({ function: { name } }) => name);
const reportOf = (fields: JsonObject) => parsed(fields).nativeOnly.map(({ param, otherwise }) => `${param} ${otherwise}`);

describe('tools', () => {
  it('are functions', () => {
    const mark = { type: 'ephemeral' };
    const given = [
      tool('a', { description: 'Does a', strict: true, cache_control: mark, type: 'custom', eager_input_streaming: true }),
      tool('b'),
    ];
    expect(toolsOf({ tools: given })).toEqual([
      { type: 'function', function: { name: 'a', description: 'Does a', parameters: schema, strict: true }, cache_control: mark },
      { type: 'function', function: { name: 'b', parameters: schema } },
    ]);
    expect(reportOf({ tools: given })).toEqual([]);
  });

  it('have their examples in the description', () => {
    const [one, other] = toolsOf({
      tools: [tool('a', { description: 'Does a', input_examples: [{ a: 'x' }, { a: 'y' }] }), tool('b', { input_examples: [{}] })],
    });
    expect(one?.function['description']).toBe('Does a\n\nExamples of inputs:\n{"a":"x"}\n{"a":"y"}');
    expect(other?.function['description']).toBe('Examples of inputs:\n{}');
    expect(reportOf({ tools: [tool('a', { input_examples: [{}] })] })).toEqual(['tools.input_examples emulate']);
  });

  it.each<[string, unknown]>([
    ['tools', {}],
    ['tools[0]', ['a']],
    ['tools[1].name', [tool('a'), { input_schema: schema }]],
    ['tools[0].name', [tool('')]],
    ['tools[0].input_schema', [{ name: 'a' }]],
    ['tools[0].input_schema', [tool('a', { input_schema: 'x' })]],
    ['tools[0].description', [tool('a', { description: 5 })]],
  ])('name what is wrong: %s', (param, tools) => {
    expect(thrownBy(() => parsed({ tools }))).toMatchObject({ type: 'invalid_request', details: { param } });
  });

  it('that Claude knows by their type have the schema of the calls', () => {
    const given = [
      { type: 'bash_20250124', name: 'bash' },
      { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 100 },
      { type: 'text_editor_20250124', name: 'str_replace_editor' },
      { type: 'memory_20250818', name: 'memory' },
      { type: 'computer_20251124', name: 'computer', display_width_px: 1024, display_height_px: 768, enable_zoom: true },
    ];
    const tools = toolsOf({ tools: given });
    expect(reportOf({ tools: given })).toEqual([]);
    const takes = (index: number, input: JsonObject) => new Validator(tools[index]?.function['parameters'] as object).validate(input).valid;
    expect(takes(0, { command: 'ls' }) && takes(0, { restart: true })).toBe(true);
    expect(takes(1, { command: 'insert', path: '/a', insert_line: 0, insert_text: 'x' })).toBe(true);
    expect(takes(1, { command: 'undo_edit', path: '/a' })).toBe(false);
    expect(takes(2, { command: 'undo_edit', path: '/a' })).toBe(true);
    expect(takes(3, { command: 'rename', old_path: '/a', new_path: '/b' })).toBe(true);
    expect(takes(4, { action: 'zoom', region: [0, 0, 9, 9] }) && takes(4, { action: 'left_click', coordinate: [1, 2] })).toBe(true);
    expect(takes(4, { action: 'fly' })).toBe(false);
    expect(tools[4]?.function['description']).toContain('1024 by 768');
  });

  it('of many members are refused elsewhere', () => {
    expect(reportOf({ tools: [{ type: 'browser_toolset_20260801', name: 'browser' }] })).toEqual(['tools[0] refuse']);
  });

  it.each([
    'web_search_20250305',
    'web_fetch_20260318',
    'code_execution_20260521',
    'tool_search_tool_regex_20251119',
    'advisor_20260301',
    'mcp_toolset',
    'teleport_20300101',
  ])('that Anthropic runs are left out elsewhere: %s', (type) => {
    const tools = [{ type, name: 'own' }, tool('a')];
    expect(namesOf({ tools })).toEqual(['a']);
    expect(reportOf({ tools })).toEqual(['tools[0] drop']);
    expect(reportOf({ tools, tool_choice: { type: 'any' } })).toEqual(['tools[0] drop']);
    expect(reportOf({ tools, tool_choice: { type: 'tool', name: 'own' } })).toContain('tool_choice refuse');
    expect(reportOf({ tools: tools.slice(0, 1), tool_choice: { type: 'any' } })).toContain('tool_choice refuse');
  });

  it('that only code at Anthropic may call are left out elsewhere', () => {
    const tools = [
      tool('a', { allowed_callers: ['code_execution_20260120'] }),
      tool('b', { allowed_callers: ['direct', 'code_execution_20260120'] }),
    ];
    expect(namesOf({ tools })).toEqual(['b']);
  });
});

describe('deferred tools', () => {
  const deferred = [tool('ToolSearch'), tool('late', { defer_loading: true }), tool('later', { defer_loading: true })];
  const call = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'ToolSearch', input: {} }] };
  const found = (...names: string[]) =>
    user([{ type: 'tool_result', tool_use_id: 't', content: names.map((name) => ({ type: 'tool_reference', tool_name: name })) }]);

  it('are left out until a reference names them', () => {
    expect(namesOf({ tools: deferred })).toEqual(['ToolSearch']);
    const messages = [user('a'), call, found('late')];
    expect(namesOf({ tools: deferred, messages })).toEqual(['ToolSearch', 'late']);
    const { body } = sentTo('@groq/m', { tools: deferred, messages });
    expect(JSON.stringify(body['messages'])).toContain('loaded: late');
  });

  it('are named by a search that Anthropic ran, too', () => {
    const result = { type: 'tool_search_tool_search_result', tool_references: [{ type: 'tool_reference', tool_name: 'later' }] };
    const messages = [
      user('a'),
      { role: 'assistant', content: [{ type: 'tool_search_tool_result', tool_use_id: 's', content: result }] },
      user('b'),
    ];
    expect(namesOf({ tools: deferred, messages })).toEqual(['ToolSearch', 'later']);
  });

  it('are there where the choice names them', () => {
    expect(namesOf({ tools: deferred, tool_choice: { type: 'tool', name: 'late' } })).toEqual(['ToolSearch', 'late']);
  });

  it('never include the placeholder of Claude Code', () => {
    const placeholder = tool('DeferredToolPlaceholder', { defer_loading: true });
    expect(namesOf({ tools: [tool('a'), placeholder], messages: [user('a'), call, found('DeferredToolPlaceholder')] })).toEqual(['a']);
    expect(parsed({ tools: [placeholder] }).parameters.tools).toBeUndefined();
  });

  it('follow additions and removals in the middle of a conversation', () => {
    const change = (type: string, given: JsonObject) => ({ role: 'system', content: [{ type, tool: given }] });
    const messages = [
      user('a'),
      change('tool_addition', { type: 'tool_reference', name: 'late' }),
      change('tool_removal', { type: 'tool_reference', name: 'ToolSearch' }),
      change('tool_addition', { type: 'tool_definition', definition: tool('made') }),
    ];
    expect(namesOf({ tools: deferred, messages })).toEqual(['late', 'made']);
    expect(reportOf({ tools: deferred, messages })).toEqual([]);
  });
});

describe('tool_choice', () => {
  it.each<[unknown, JsonObject]>([
    [{ type: 'auto' }, { tool_choice: 'auto' }],
    [{ type: 'none' }, { tool_choice: 'none' }],
    [
      { type: 'any', disable_parallel_tool_use: true },
      { tool_choice: 'required', parallel_tool_calls: false },
    ],
    [{ type: 'auto', disable_parallel_tool_use: false }, { tool_choice: 'auto' }],
    [{ type: 'tool', name: 'a' }, { tool_choice: { type: 'function', function: { name: 'a' } } }],
  ])('%j', (choice, expected) => {
    const { tool_choice: read, parallel_tool_calls: parallel } = parsed({ tools: [tool('a')], tool_choice: choice }).parameters;
    expect({ tool_choice: read, ...(parallel === undefined ? {} : { parallel_tool_calls: parallel }) }).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ['tool_choice', 'auto'],
    ['tool_choice.type', { type: 5 }],
    ['tool_choice.name', { type: 'tool' }],
  ])('names what is wrong: %s', (param, choice) => {
    expect(thrownBy(() => parsed({ tools: [tool('a')], tool_choice: choice }))).toMatchObject({ details: { param } });
  });

  it('changes ids that Claude refuses, and nothing else, for Claude', () => {
    const history = (first: string, second: string) => [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [{ type: 'tool_use', id: first, name: 'a b', input: {}, odd: 1 }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: first, content: [{ type: 'text', text: 'r', odd: 2 }], odd: 3 }] },
      { role: 'assistant', content: [{ type: 'tool_use', id: second, name: 'a b', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: second, content: 'r' },
          { type: 'text', text: 'x' },
        ],
      },
    ];
    const sent = (first: string, second: string) => sentTo(MODELS.anthropic, { messages: history(first, second), tools: [tool('a b')] });
    expect(sent('toolu_1', 'toolu_2')).toMatchObject({ body: { messages: history('toolu_1', 'toolu_2') }, report: [] });
    const { body, report } = sent('functions.f:0', 'functions.f:0');
    const ids = [...JSON.stringify(body['messages']).matchAll(/"(?:id|tool_use_id)":"([\w-]+)"/g)].map(([, id = '']) => id);
    const [first = '', , second = ''] = ids;
    expect(ids).toEqual([first, first, second, second]);
    expect(first).not.toBe(second);
    expect(body).toMatchObject({ messages: history(first, second), tools: [tool('a b')] });
    expect(report).toEqual([]);
  });

  it('changes nothing in the body that it is read from', () => {
    const body = bodyOf({ tools: [tool('a', { input_examples: [{}] })], tool_choice: { type: 'any' } });
    const before = structuredClone(body);
    parsed(body);
    expect(body).toEqual(before);
  });
});
