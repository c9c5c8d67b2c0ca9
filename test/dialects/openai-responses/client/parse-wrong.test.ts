import { describe, expect, it } from 'vitest';
import { parseResponses } from '../../../../src/dialects/openai-responses/client/parse.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const parse = (fields: JsonObject) => parseResponses({ model: 'openai/gpt-5.5', input: 'Hi', ...fields });
const reportOf = (fields: JsonObject) => parse(fields).nativeOnly.map(({ param, otherwise }) => [param, otherwise]);

const call = { type: 'function_call', call_id: 'c', name: 'look', arguments: '{}' };
const user = { role: 'user', content: 'Hi' };
const look = { type: 'function', name: 'look' };
const format = (more: JsonObject) => ({ text: { format: { type: 'json_schema', name: 'n', ...more } } });

describe('a value of another type', () => {
  it.each<[JsonObject, string, string]>([
    [{ store: 'yes' }, 'store', 'store is "yes"; expected true or false.'],
    [{ background: 'yes' }, 'background', 'background is "yes"; expected true or false.'],
    [{ parallel_tool_calls: 1 }, 'parallel_tool_calls', 'parallel_tool_calls is 1; expected true or false.'],
    [{ metadata: ['x'] }, 'metadata', 'metadata is ["x"]; expected an object.'],
    [{ max_tool_calls: 'x' }, 'max_tool_calls', 'max_tool_calls is "x"; expected an integer.'],
    [{ include: [5] }, 'include[0]', 'include[0] is 5; expected a string.'],
    [{ reasoning: { summary: 5 } }, 'reasoning.summary', 'reasoning.summary is 5; expected a string.'],
    [format({}), 'text.format.schema', 'text.format.schema is missing; expected an object.'],
    [format({ schema: 5 }), 'text.format.schema', 'text.format.schema is 5; expected an object.'],
    [{ tools: [{ type: 'custom', name: 'c', format: 5 }] }, 'tools[0].format', 'tools[0].format is 5; expected an object.'],
    [{ input: [{ role: 'user' }] }, 'input[0].content', 'input[0].content is missing; expected a string or an array of parts.'],
    [{ input: [call, { type: 'function_call_output', call_id: 'c' }] }, 'input[1].output', 'input[1].output is missing; expected '],
    [{ input: [{ type: null, content: 'x' }] }, 'input[0].type', 'input[0].type is missing; expected the type of an item'],
  ])('%j is refused as %s', (fields, param, words) => {
    const error = thrownBy(() => parse(fields));
    expect(error.message).toContain(words);
    expect([error.status, error.details.param]).toEqual([400, param]);
  });

  it('null is as good as a field that is not sent', () => {
    const fields = ['store', 'background', 'parallel_tool_calls', 'metadata', 'max_tool_calls', 'include'];
    expect(parse(Object.fromEntries(fields.map((field) => [field, null]))).parameters).toEqual({});
  });
});

describe('items of a Responses request that say nothing', () => {
  it('an id alone is a reference', () => {
    expect(thrownBy(() => parse({ input: [{ id: 'msg_9' }] })).message).toContain("Item with id 'msg_9' not found.");
  });

  it('reasoning without text and state makes no turn', () => {
    const nothing = { type: 'reasoning', summary: [], content: null };
    for (const [item, role] of [
      [user, 'user'],
      [call, 'assistant'],
    ] as const)
      expect(parse({ input: [nothing, item] }).input).toMatchObject({ conversation: { turns: [{ role, blocks: [{}] }] } });
  });

  it('an input of which nothing is left is refused for other formats', () => {
    for (const item of [{ type: 'web_search_call', id: 'ws_1' }, { type: 'reasoning', summary: [] }, { type: 'newer' }])
      expect(reportOf({ input: [item] })).toContainEqual(['input', 'refuse']);
    const search = { type: 'web_search_call', id: 'ws_1' };
    expect(reportOf({ input: [search], instructions: 'Go on.' })).toEqual([['input', 'drop']]);
    expect(reportOf({ input: [{ type: 'compaction_trigger' }] })).toEqual([]);
  });
});

describe('tools of a Responses request for other formats', () => {
  it('a required call that no tool is left for is reported', () => {
    expect(reportOf({ tool_choice: 'required' })).toEqual([['tool_choice', 'drop']]);
    expect(reportOf({ tool_choice: 'required', tools: [{ type: 'web_search' }] })).toEqual([
      ['tools[0]', 'drop'],
      ['tool_choice', 'drop'],
    ]);
    for (const mode of ['auto', 'none']) expect(reportOf({ tool_choice: mode })).toEqual([]);
  });

  it('the choice of a tool that is absent is refused', () => {
    for (const tools of [[], [look]])
      expect(reportOf({ tools, tool_choice: { type: 'function', name: 'absent' } })).toEqual([['tool_choice', 'refuse']]);
    expect(reportOf({ tools: [look], tool_choice: { type: 'function', name: 'look' } })).toEqual([]);
  });

  it('what only OpenAI reads of a tool is reported', () => {
    const tools = [
      { ...look, output_schema: { type: 'object' }, async: true },
      { ...look, name: 'other', async: false, output_schema: null },
    ];
    expect(reportOf({ tools })).toEqual([
      ['tools[0].output_schema', 'drop'],
      ['tools[0].async', 'drop'],
    ]);
  });
});
