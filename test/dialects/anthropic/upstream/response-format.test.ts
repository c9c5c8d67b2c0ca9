import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import { createRenameToolsStage } from '../../../../src/stream/stages/rename-tools.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { replayBody } from '../../replay.ts';
import { render, SUMMARIZED, tool, user, written } from './written.ts';

describe('Anthropic response format: a response format', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
  const asJson = (more: JsonObject = {}) => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema, ...more } } });
  const anyJson = { response_format: { type: 'json_object' } };
  const jsonTool = { name: 'json', description: 'Gives the answer to the user: the arguments are the whole answer.', input_schema: schema };
  const alone = { type: 'tool', name: 'json', disable_parallel_tool_use: true };

  it('of text is none', () => {
    expect(written({ response_format: { type: 'text' } })).toEqual([{}, []]);
  });

  it("is the provider's own where it has one", () => {
    expect(written(asJson({ strict: true, description: 'An x' }))).toEqual([
      { output_config: { format: { type: 'json_schema', schema: { description: 'An x', ...schema } } } },
      [],
    ]);
    expect(written({ ...asJson(), reasoning_effort: 'low', 'reasoning.enabled': true })[0]).toEqual({
      thinking: SUMMARIZED,
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
    });
  });

  it.each<[string, JsonObject, string]>([
    ['a bound', { n: { type: 'integer', minimum: 1 } }, 'minimum at #/properties/n'],
    ['a map', { map: { type: 'object', additionalProperties: { type: 'string' } } }, 'additionalProperties at #/properties/map'],
    [
      'an open object',
      { o: { type: 'object', properties: {} } },
      'open to other properties (no additionalProperties: false) at #/properties/o',
    ],
    ['a long list', { list: { type: 'array', items: { type: 'string' }, minItems: 2 } }, 'minItems at #/properties/list'],
    ['a format', { a: { type: 'string', format: 'colour' } }, 'format at #/properties/a'],
    ['branches that overlap', { a: { oneOf: [{ type: 'integer' }, { type: 'number' }] } }, 'oneOf at #/properties/a'],
    ['a look-ahead', { a: { type: 'string', pattern: '^(?=a)' } }, 'pattern at #/properties/a'],
    ['itself', { next: { $ref: '#' } }, 'a schema that contains itself (#)'],
  ])('with %s is a tool that is not strict, its schema as it is', (_, properties, why) => {
    const wide = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
    const request = render({ parameters: asJson({ schema: wide }) });
    expect(request.body).toMatchObject({ tools: [{ ...jsonTool, input_schema: wide }], tool_choice: alone });
    expect(request.body).not.toHaveProperty('output_config');
    expect(request.mapping).toEqual({ answerTool: 'json', schema: wide });
    expect(request.adjustments).toMatchObject([{ param: 'response_format', action: 'emulated' }]);
    expect(request.adjustments[0]?.reason).toContain(why);
  });

  it('that is native keeps what the provider accepts, in other words where they mean the same', () => {
    const given = {
      type: 'object',
      $defs: { b: { type: 'object', properties: {}, additionalProperties: false } },
      properties: {
        oneOf: { oneOf: [{ type: 'string', format: 'date' }, { $ref: '#/$defs/b' }] },
        list: { type: 'array', items: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER }, minItems: 1, uniqueItems: false },
        day: { type: 'string', pattern: '^2[0-9]+$', nullable: true },
      },
      required: ['oneOf', 'list', 'day'],
      additionalProperties: false,
    };
    const request = render({ parameters: asJson({ schema: given }) });
    expect(request.adjustments).toEqual([]);
    expect(request.body['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          ...given,
          properties: {
            oneOf: { anyOf: given.properties.oneOf.oneOf },
            list: { type: 'array', items: { type: 'integer' }, minItems: 1 },
            day: { type: ['string', 'null'], pattern: '^2[0-9]+$' },
          },
        },
      },
    });
  });

  it.each([
    [25, 0, 'more than 24 optional properties in one request'],
    [0, 17, 'more than 16 properties of several types in one request'],
  ])('beyond the limits of a request (%i optional, %i unions) is a tool', (optional, unions, why) => {
    const names = (count: number, prefix: string) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);
    const wide = {
      type: 'object',
      properties: Object.fromEntries([
        ...names(optional, 'o').map((name) => [name, { type: 'string' }]),
        ...names(unions, 'u').map((name) => [name, { type: ['string', 'null'] }]),
      ]),
      required: names(unions, 'u'),
      additionalProperties: false,
    };
    const request = render({ parameters: asJson({ schema: wide }) });
    expect(request.body).toMatchObject({ tools: [{ input_schema: wide }] });
    expect(request.adjustments[0]?.reason).toContain(why);
  });

  it('keeps reasoning that was asked for, and is reported where structured output does not take it', () => {
    const open = { type: 'object', properties: { a: { type: 'string' } } };
    const request = render({ parameters: { ...asJson({ schema: open }), reasoning_effort: 'high' } });
    expect(request.body).toMatchObject({ thinking: SUMMARIZED, system: expect.stringContaining(JSON.stringify(open)) as string });
    expect(request.mapping).toEqual({ schema: open });
  });

  it('leaves the twenty-first strict tool without the word, and says which', () => {
    const tools = Array.from({ length: 25 }, (_, at) => tool(`t${at}`, { strict: true, parameters: schema }));
    const [body, told] = written({ tools });
    expect((body['tools'] as JsonObject[]).filter(({ strict }) => strict === true)).toHaveLength(20);
    expect(told[0]).toBe('tools.function.strict dropped "t20"');
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
    expect(body['tools']).toHaveLength((sent['tools'] as unknown[] | undefined)?.length ?? 2);
    expect(body).not.toHaveProperty('thinking');
    expect(body).not.toHaveProperty('output_config');
    expect(adjustments).toEqual(told);
  });

  it.each<[string, JsonObject, readonly string[]]>([
    ['of a model that thinks about it', { ...anyJson, 'reasoning.enabled': true }, []],
    ['of a model that thinks by itself', anyJson, ['thinks-by-default']],
    ['of a model that cannot be forced', anyJson, ['no-forced-tools']],
    ['with a schema that is no object', asJson({ schema: { type: 'array', items: { type: 'string' } } }), ['json-by-tool']],
  ])('becomes an instruction %s', (_, parameters, quirks) => {
    const [body, told] = written(parameters, quirks, [{ role: 'system', content: 'Be kind.' }, user('Hi')]);
    expect(body['system']).toMatch(/^Be kind\.\n\nAnswer with one JSON (object|value) and nothing else/);
    expect(body).not.toHaveProperty('tools');
    expect(told).toEqual(['response_format emulated']);
    expect(written(parameters, quirks)[0]['system']).toMatch(/^Answer with one JSON/);
    const cached = { role: 'system', content: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }] };
    expect(written(parameters, quirks, [cached, user('Hi')])[0]['system']).toMatchObject([{}, { type: 'text' }]);
  });

  it('answered by its tool is the text of the answer', () => {
    const { mapping = {} } = render({ parameters: anyJson });
    const input = { type: 'tool_use', id: 'toolu_1', name: 'json', input: { a: '1' } };
    const { events } = replayBody(anthropicUpstream, { type: 'message', content: [input], stop_reason: 'tool_use' });
    expect(
      createRenameToolsStage(mapping)
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
