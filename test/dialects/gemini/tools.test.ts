import { describe, expect, it } from 'vitest';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { refusalOf, rendered, reported, type RenderInput } from '../render-input.ts';

const render = (asked?: RenderInput) => rendered(geminiUpstream, asked);
const tool = (name: string, more: JsonObject = {}) => ({ type: 'function', function: { name, ...more } });
const LEVEL: JsonObject = { type: 'object', properties: { river: { type: 'string' } }, required: ['river'] };
const level = tool('get_level', { description: 'Level of a river', parameters: LEVEL });
const declared = (request: ReturnType<typeof render>) =>
  (request.body['tools'] as { functionDeclarations: JsonObject[] }[] | undefined)?.[0]?.functionDeclarations;

describe('Gemini tools', () => {
  it('are declarations of functions', () => {
    const request = render({ parameters: { tools: [level, tool('now')] } });
    expect(request.body).toMatchObject({
      tools: [
        {
          functionDeclarations: [{ name: 'get_level', description: 'Level of a river', parametersJsonSchema: LEVEL }, { name: 'now' }],
        },
      ],
    });
    expect(request.body).not.toHaveProperty('toolConfig');
    expect([reported(request), request.mapping]).toEqual([[], undefined]);
  });

  it('lose what has no place here, and it is reported', () => {
    const marked = { ...tool('a', { strict: true }), cache_control: { type: 'ephemeral' } };
    expect(reported(render({ parameters: { tools: [marked, marked, tool('b', { strict: false })] } }))).toEqual([
      'tools.function.strict dropped',
    ]);
  });

  it('of other types are refused', () => {
    expect(refusalOf(geminiUpstream, { parameters: { tools: [level, { type: 'web_search' }] } })).toEqual([
      'tools[1]',
      'tools[1]: this provider accepts only tools of type "function".',
    ]);
  });

  it('whose names do not fit bear others, which the answer turns back', () => {
    const request = render({ parameters: { tools: [tool('2fa'), tool('-x'), tool('ok-1')], tool_choice: tool('2fa') } });
    const names = declared(request)?.map(({ name }) => String(name)) ?? [];
    for (const name of names) expect(name).toMatch(/^[A-Za-z_][\w.:-]{0,63}$/);
    expect(names[2]).toBe('ok-1');
    expect(request.mapping).toEqual({ toolNames: { [names[0] ?? '']: '2fa', [names[1] ?? '']: '-x' } });
    expect(request.body['toolConfig']).toEqual({ functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [names[0]] } });
    expect(reported(request)).toEqual([
      `tools.function.name renamed "2fa" -> "${names[0]}"`,
      `tools.function.name renamed "-x" -> "${names[1]}"`,
    ]);
  });

  it('of the history bear the same names, and two stay two', () => {
    const call = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{}' } });
    const long = 'x'.repeat(80);
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: null, tool_calls: [call('1', 'a b'), call('2', 'a/b'), call('3', `${long}1`), call('4', `${long}2`)] },
      ...['1', '2', '3', '4'].map((id) => ({ role: 'tool', tool_call_id: id, content: 'ok' })),
    ];
    const { body } = render({ messages });
    const parts = (body['contents'] as { parts: JsonObject[] }[]).slice(1).map((content) => content.parts);
    const names = parts.map((side) => side.map((part) => ((part['functionCall'] ?? part['functionResponse']) as JsonObject)['name']));
    expect(names[0]).toEqual(names[1]);
    expect(new Set(names[0]).size).toBe(4);
    for (const name of names[0] ?? []) expect(name).toMatch(/^[A-Za-z_][\w.:-]{0,63}$/);
  });
});

describe('Gemini tools: a tool choice', () => {
  it.each([
    ['none', { mode: 'NONE' }],
    ['auto', { mode: 'AUTO' }],
    ['required', { mode: 'ANY' }],
    [tool('get_level'), { mode: 'ANY', allowedFunctionNames: ['get_level'] }],
  ])('%j', (choice, functionCallingConfig) => {
    expect(render({ parameters: { tools: [level], tool_choice: choice } }).body['toolConfig']).toEqual({ functionCallingConfig });
  });
});

describe('Gemini tools: a schema', () => {
  const fitted = (parameters: JsonObject) => {
    const request = render({ parameters: { tools: [tool('a', { parameters })] } });
    return {
      schema: declared(request)?.[0]?.['parametersJsonSchema'],
      told: request.adjustments.map(({ param, action, reason }) => [param, action, reason.split(': ')[1]]),
    };
  };

  it('that is understood stays as it is', () => {
    const schema = {
      type: 'object',
      title: 'River',
      $defs: { level: { type: ['number', 'null'], minimum: 0, maximum: 9, format: 'double' } },
      properties: {
        const: { type: 'string', enum: ['a', 'b'], format: 'date-time' },
        pattern: { $ref: '#/$defs/level' },
        list: { type: 'array', items: { anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, minItems: 1, maxItems: 3 },
      },
      required: ['const'],
      additionalProperties: false,
    };
    expect(fitted(schema)).toEqual({ schema, told: [] });
  });

  it('that says more than the provider accepts stands in the description whole, and is reported', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        a: { type: 'string', pattern: '^a', format: 'uri', default: 'a' },
        b: { not: { type: 'string' } },
        flag: { const: true },
      },
    };
    expect(fitted(schema)).toEqual({
      schema: { type: 'object', properties: { a: { type: 'string' }, b: {}, flag: {} } },
      told: [
        ['tools.function.parameters', 'dropped', undefined],
        ['tools.function.parameters', 'emulated', 'the whole schema stands in the description'],
      ],
    });
    const request = render({ parameters: { tools: [tool('a', { parameters: schema })] } });
    expect(declared(request)?.[0]?.['description']).toContain(JSON.stringify(schema));
    expect(request.adjustments[1]?.reason).toContain('pattern at #/properties/a, format at #/properties/a, not at #/properties/b, ');
  });

  it('says the same in other words where there are some', () => {
    const schema = {
      type: 'object',
      properties: {
        kind: { const: 'river' },
        size: { const: 3 },
        level: { $ref: '#/definitions/level', description: 'x' },
        depth: { allOf: [{ $ref: '#/definitions/level' }], description: 'y' },
        name: { type: 'string', nullable: true },
        bank: { enum: ['left', null] },
        count: { type: 'integer', exclusiveMinimum: 0 },
        other: { $ref: '#/properties/kind' },
        map: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'string' } },
      },
      definitions: { level: { type: 'number' } },
    };
    const ref = { $ref: '#/$defs/level' };
    expect(fitted(schema)).toEqual({
      schema: {
        type: 'object',
        properties: {
          kind: { enum: ['river'] },
          size: { enum: [3] },
          level: { description: 'x', anyOf: [ref] },
          depth: { description: 'y', anyOf: [ref] },
          name: { type: ['string', 'null'] },
          bank: { anyOf: [{ type: 'string', enum: ['left'] }, { type: 'null' }] },
          count: { type: 'integer', minimum: 1 },
          other: { enum: ['river'] },
          map: { type: 'object', additionalProperties: { type: 'string' } },
        },
        $defs: { level: { type: 'number' } },
      },
      told: [],
    });
  });
});

describe('Gemini tools: a response format', () => {
  const json = (schema: JsonObject | undefined, more: JsonObject = {}) => ({
    type: 'json_schema',
    json_schema: { name: 'x', schema, ...more },
  });

  it.each([
    [{ type: 'text' }, undefined, []],
    [{ type: 'json_object' }, { responseMimeType: 'application/json' }, []],
    [json(LEVEL, { strict: true }), { responseMimeType: 'application/json', responseJsonSchema: LEVEL }, []],
    [json(undefined), { responseMimeType: 'application/json' }, []],
    [
      json({ type: 'string', pattern: 'x' }, { description: 'About' }),
      { responseMimeType: 'application/json' },
      ['response_format.json_schema.description dropped', 'response_format emulated'],
    ],
  ])('%j', (format, config, lines) => {
    const request = render({ parameters: { response_format: format } });
    expect(request.body['generationConfig']).toEqual(config);
    expect(reported(request)).toEqual(lines);
  });

  it('stands beside tools where the model accepts both', () => {
    const request = render({ parameters: { tools: [level], response_format: json(LEVEL) } });
    expect(request.body).toMatchObject({
      tools: [{}],
      generationConfig: { responseMimeType: 'application/json', responseJsonSchema: LEVEL },
    });
    expect(request.mapping).toBeUndefined();
  });

  describe('beside tools, where the model accepts one or the other,', () => {
    const quirks = ['json-by-tool-beside-tools'];
    const both = (more: JsonObject, format: JsonObject = json(LEVEL)) =>
      render({ quirks, parameters: { tools: [level], response_format: format, ...more } });

    it.each([{}, { tool_choice: 'auto' }])('is a tool that has to be called %j', (more) => {
      const request = both(more);
      expect(declared(request)?.map(({ name, parametersJsonSchema }) => [name, parametersJsonSchema])).toEqual([
        ['get_level', LEVEL],
        ['json_answer', LEVEL],
      ]);
      expect(request.body).toMatchObject({ toolConfig: { functionCallingConfig: { mode: 'ANY' } } });
      expect(request.body).not.toHaveProperty('generationConfig');
      expect([request.mapping, reported(request)]).toEqual([{ answerTool: 'json_answer', schema: LEVEL }, ['response_format emulated']]);
    });

    it('does not take the name of another tool, and may be any object', () => {
      const request = both({ tools: [tool('json_answer')] }, { type: 'json_object' });
      expect(request.mapping).toEqual({ answerTool: 'json_answer_' });
      expect(declared(request)?.[1]?.['parametersJsonSchema']).toEqual({ type: 'object' });
    });

    it('is reported where it is no object, and checked', () => {
      const request = both({}, json({ type: 'array' }));
      expect(JSON.stringify(request.body['systemInstruction'])).toContain('Answer with one JSON value');
      expect(declared(request)).toHaveLength(1);
      expect([request.mapping, reported(request)]).toEqual([{ schema: { type: 'array' } }, ['response_format emulated']]);
    });

    it('gives way to a call that is demanded', () => {
      for (const choice of ['required', tool('get_level')]) {
        const request = both({ tool_choice: choice });
        expect(request.body).not.toHaveProperty('generationConfig');
        expect(reported(request)).toEqual(['response_format dropped']);
      }
    });

    it('takes the place of tools that may not be called', () => {
      const request = both({ tool_choice: 'none' });
      expect(request.body).not.toHaveProperty('tools');
      expect(request.body).toMatchObject({ generationConfig: { responseJsonSchema: LEVEL } });
      expect(reported(request)).toEqual(['tools dropped']);
    });

    it('needs no tool where there are no tools', () => {
      const request = render({ quirks, parameters: { response_format: json(LEVEL) } });
      expect([request.mapping, reported(request)]).toEqual([undefined, []]);
    });
  });
});
