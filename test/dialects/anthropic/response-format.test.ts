import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../src/dialects/anthropic/index.ts';
import { createRestoreStage } from '../../../src/stream/restore.ts';
import type { JsonObject } from '../../../src/unified/json.ts';
import { replayBody } from '../replay.ts';
import { render, SUMMARIZED, tool, user, written } from './written.ts';

describe('a response format', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
  const asJson = (more: JsonObject = {}) => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema, ...more } } });
  const anyJson = { response_format: { type: 'json_object' } };
  const jsonTool = { name: 'json', description: 'Gives the answer to the user: the arguments are the whole answer.', input_schema: schema };
  const alone = { type: 'tool', name: 'json', disable_parallel_tool_use: true };

  it('of text is none', () => {
    expect(written({ response_format: { type: 'text' } })).toEqual([{}, []]);
  });

  it("is the host's own where it has one", () => {
    expect(written(asJson({ strict: true, description: 'An x' }))).toEqual([
      { output_config: { format: { type: 'json_schema', schema: { description: 'An x', ...schema } } } },
      [],
    ]);
    expect(written({ ...asJson(), reasoning_effort: 'low', 'reasoning.enabled': true })[0]).toEqual({
      thinking: SUMMARIZED,
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
    });
  });

  it('loses what the host does not hold to, and says so', () => {
    const wide = {
      type: 'object',
      $defs: { b: { type: 'object', properties: { minimum: { type: 'integer', minimum: 1 } }, additionalProperties: true } },
      properties: {
        oneOf: { oneOf: [{ type: 'string', format: 'colour' }, { $ref: '#/$defs/b' }] },
        list: { type: 'array', items: { type: ['object', 'null'], properties: {} }, minItems: 2 },
        day: { type: 'string', format: 'date', pattern: '^2' },
      },
    };
    const request = render({ parameters: asJson({ schema: wide }) });
    expect(request.body.output_config).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          $defs: { b: { type: 'object', properties: { minimum: { type: 'integer' } }, additionalProperties: false } },
          properties: {
            oneOf: { anyOf: [{ type: 'string' }, { $ref: '#/$defs/b' }] },
            list: { type: 'array', items: { type: ['object', 'null'], properties: {}, additionalProperties: false } },
            day: { type: 'string', format: 'date' },
          },
          additionalProperties: false,
        },
      },
    });
    const param = 'response_format.json_schema.schema';
    expect(request.adjustments).toMatchObject([
      { param, action: 'dropped' },
      { param, action: 'renamed', from: 'oneOf', to: 'anyOf' },
      { param, action: 'defaulted', to: false },
    ]);
    expect(request.adjustments[0]?.reason).toMatch(/: minimum, additionalProperties, format, minItems, pattern$/);
  });

  it.each<[string, JsonObject, readonly string[], JsonObject, string[]]>([
    ['a tool that has to be called', asJson(), ['json-by-tool'], { tools: [jsonTool], tool_choice: alone }, ['response_format emulated']],
    [
      'a tool for any object',
      anyJson,
      [],
      { tools: [{ ...jsonTool, input_schema: { type: 'object' } }], tool_choice: alone },
      ['response_format emulated'],
    ],
    [
      'one of the tools that has to be called',
      { ...anyJson, tools: [tool('json')] },
      [],
      { tools: [{ name: 'json' }, { name: 'json_' }], tool_choice: { type: 'any' } },
      ['response_format emulated'],
    ],
    [
      'one of the tools, one at a time',
      { ...anyJson, tools: [tool('look')], parallel_tool_calls: false },
      [],
      { tool_choice: { type: 'any', disable_parallel_tool_use: true } },
      ['response_format emulated'],
    ],
    [
      'the only tool, where none may be called',
      { ...anyJson, tools: [tool('look')], tool_choice: 'none' },
      [],
      { tool_choice: alone },
      ['response_format emulated'],
    ],
    [
      'nothing where another tool has to be called',
      { ...anyJson, tools: [tool('look')], tool_choice: 'required' },
      [],
      { tools: [{ name: 'look' }], tool_choice: { type: 'any' } },
      ['response_format dropped'],
    ],
    [
      'worth more than thinking where it has a schema',
      { ...asJson(), 'reasoning.max_tokens': 2000 },
      ['json-by-tool'],
      { tools: [jsonTool], tool_choice: alone },
      ['reasoning dropped', 'response_format emulated'],
    ],
  ])('is %s', (_, parameters, quirks, sent, told) => {
    const [body, adjustments] = written(parameters, quirks);
    expect(body).toMatchObject(sent);
    expect(body.tools).toHaveLength((sent.tools as unknown[] | undefined)?.length ?? 2);
    expect(body).not.toHaveProperty('thinking');
    expect(body).not.toHaveProperty('output_config');
    expect(adjustments).toEqual(told);
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['of a model that thinks about it', { ...anyJson, 'reasoning.enabled': true }, []],
    ['of a model that thinks by itself', anyJson, ['thinks-by-default']],
    ['of a model that cannot be forced', anyJson, ['no-forced-tools']],
    ['with a schema that is no object', asJson({ schema: { type: 'array', items: { type: 'string' } } }), ['json-by-tool']],
  ])('is told in words %s', (_, parameters, quirks) => {
    const [body, told] = written(parameters, quirks, [{ role: 'system', content: 'Be kind.' }, user('Hi')]);
    expect(body.system).toMatch(/^Be kind\.\n\nAnswer with one JSON (object|value) and nothing else/);
    expect(body).not.toHaveProperty('tools');
    expect(told).toEqual(['response_format emulated']);
    expect(written(parameters, quirks)[0].system).toMatch(/^Answer with one JSON/);
    const cached = { role: 'system', content: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }] };
    expect(written(parameters, quirks, [cached, user('Hi')])[0].system).toMatchObject([{}, { type: 'text' }]);
  });

  it('answered by its tool is the text of the answer', () => {
    const { restore = {} } = render({ parameters: anyJson });
    const input = { type: 'tool_use', id: 'toolu_1', name: 'json', input: { a: '1' } };
    const { events } = replayBody(anthropicUpstream, { type: 'message', content: [input], stop_reason: 'tool_use' });
    expect(
      createRestoreStage(restore)
        .push(events)
        .filter(({ type }) => type !== 'start'),
    ).toMatchObject([
      { type: 'text-delta', text: '' },
      { type: 'text-delta', text: '{"a":"1"}' },
      { type: 'choice-end', reason: 'stop', nativeReason: 'tool_use' },
      { type: 'end' },
    ]);
  });
});
