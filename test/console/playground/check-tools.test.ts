/** Checks tools before they are sent. */
import { describe, expect, it } from 'vitest';
import { checkTools } from '../../../src/console/pages/playground/check-tools.ts';

const findingsOf = (tools: unknown) => checkTools(JSON.stringify(tools, null, 2)).map(({ line, text }) => `${line} ${text}`);
const tool = (name: unknown, parameters?: unknown) => ({
  type: 'function',
  function: { name, ...(parameters === undefined ? {} : { parameters }) },
});

describe('checkTools', () => {
  it('has no remark about what the router accepts', () => {
    const parameters = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    expect(findingsOf([tool('one', parameters), tool('two'), { type: 'web_search_20250305', name: 'x' }])).toEqual([]);
  });

  it.each([
    [{}, ['1 tools: expected a list, [{"type": "function", "function": {"name": "..."}}].']],
    [['x'], ['2 tools[0]: expected an object.']],
    [[{ name: 'x' }], ['2 tools[0].type: expected "function", or the type of a provider\'s own tool.']],
    [[{ type: 'function', name: 'x' }], ['2 tools[0].function: expected an object with name, description and parameters.']],
    [[tool('')], ['5 tools[0].function.name: expected a text.']],
    [[tool('a', [])], ['6 tools[0].function.parameters: expected a JSON Schema object.']],
    [[tool('a', { type: 'array' })], ['7 tools[0].function.parameters.type: expected "object", because arguments are an object.']],
    [[tool('a', { properties: {}, required: ['b'] })], ['9 tools[0].function.parameters.required[0]: "b" is not in properties.']],
    [[tool('a', { required: 'b' })], ['7 tools[0].function.parameters.required: expected a list of names.']],
    [[tool('a'), tool('a')], ['11 tools[1].function.name: "a" is there twice.']],
  ])('names line and field of what is wrong with %j', (tools, expected) => {
    expect(findingsOf(tools)).toEqual(expected);
  });

  it('names the line of a mistake in the JSON', () => {
    expect(checkTools('[\n  {"type": "function",}\n]')).toEqual([{ line: 2, text: 'a comma before }. Remove it.' }]);
  });
});
