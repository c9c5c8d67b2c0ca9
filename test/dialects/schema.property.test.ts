/** Schemas that a format renders allow the same values, or the change is reported. A library validates both. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { upstreamDialect } from '../../src/dialects/index.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { checkValue } from '../../src/dialects/shared/schema-violation.ts';
import { sent } from '../fitting/sent.ts';
import { judge as judgeRequest } from '../simulator/judge.ts';
import { judge } from '../support/json-schema-library.ts';
import { schemas, values } from '../support/schema-arbitrary.ts';
import { rendered } from './render-input.ts';

/** What stands at a path of the body; undefined where nothing does. */
function find(body: unknown, path: string): unknown {
  let place: unknown = body;
  for (const step of path.split('.')) place = isObject(place) || Array.isArray(place) ? (place as JsonObject)[step] : undefined;
  return place;
}

/** The field of a native schema in each format, and the schema of a tool. */
const FORMATS: Readonly<Record<string, { native: string; tool: string }>> = {
  'openai-chat': { native: 'response_format.json_schema.schema', tool: 'tools.0.function.parameters' },
  'openai-responses': { native: 'text.format.schema', tool: 'tools.0.parameters' },
  mistral: { native: 'response_format.json_schema.schema', tool: 'tools.0.function.parameters' },
  anthropic: { native: 'output_config.format.schema', tool: 'tools.0.input_schema' },
  bedrock: { native: 'outputConfig.textFormat.structure.jsonSchema.schema', tool: 'toolConfig.tools.0.toolSpec.inputSchema.json' },
  gemini: { native: 'generationConfig.responseJsonSchema', tool: 'tools.0.functionDeclarations.0.parametersJsonSchema' },
  cohere: { native: 'response_format.json_schema', tool: 'tools.0.function.parameters' },
  ollama: { native: 'format', tool: 'tools.0.function.parameters' },
  'workers-ai': { native: 'response_format.json_schema', tool: 'tools.0.function.parameters' },
};

const samples = fc.array(values, { minLength: 10, maxLength: 10 });
/** Values that are valid under only one of both schemas. A value that the library cannot validate counts as the same. */
const changed = (before: unknown, after: unknown, tried: readonly unknown[]) => {
  const [asked, sent] = [judge(before), judge(after)];
  return tried.filter((value) => asked(value) !== null && asked(value) !== sent(value));
};

const quoted = (value: unknown) => JSON.stringify(JSON.stringify(value)).slice(1, -1);

/** What is wrong with a response format at a format; `native`: it went natively. */
function formatAt(name: string, schema: JsonObject, tried: readonly unknown[]): { native: boolean; problems: unknown[] } {
  const before = JSON.stringify(schema);
  const parameters = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } };
  const { body, adjustments, mapping } = rendered(upstreamDialect(name), { parameters });
  const touched = JSON.stringify(schema) === before ? [] : ['the request was written into'];
  const found = find(body, FORMATS[name]?.native ?? '');
  const native = typeof found === 'string' ? (JSON.parse(found) as unknown) : found;
  if (isObject(native)) return { native: true, problems: [...touched, ...changed(schema, native, tried)] };
  const isTold = adjustments.some(({ param, action }) => param === 'response_format' && action === 'emulated');
  const isChecked = JSON.stringify(mapping?.schema) === before;
  const byTool = find(body, FORMATS[name]?.tool ?? '');
  const inWords = JSON.stringify(body).includes(quoted(schema)) ? [] : ['the schema is not told'];
  const lost = byTool === undefined ? inWords : changed(schema, byTool, tried.filter(isObject));
  return { native: false, problems: [...touched, ...(isTold && isChecked ? [] : ['it is not told, or not checked']), ...lost] };
}

/** What is wrong with a tool at a format. */
function toolAt(name: string, schema: JsonObject, tried: readonly unknown[], strict: boolean): unknown[] {
  const parameters = { tools: [{ type: 'function', function: { name: 'look', parameters: schema, strict } }] };
  const { body, adjustments } = rendered(upstreamDialect(name), { parameters });
  const others = changed(schema, find(body, FORMATS[name]?.tool ?? ''), tried.filter(isObject));
  const isTold = adjustments.some(({ param, action }) => param === 'tools.function.parameters' && action === 'emulated');
  if (!isTold) return others;
  const narrower = others.filter((value) => judge(schema)(value) === true);
  return JSON.stringify(body).includes(quoted(schema)) ? narrower : ['the schema is not told', ...narrower];
}

describe('a schema', () => {
  it.each(Object.keys(FORMATS))('of a response format keeps its meaning at %s', (name) => {
    let natives = 0;
    const law = fc.property(schemas, samples, (schema, tried) => {
      const { native, problems } = formatAt(name, schema, tried);
      natives += native ? 1 : 0;
      expect(problems).toEqual([]);
    });
    fc.assert(law, { numRuns: 300 });
    expect(natives).toBeGreaterThan(5);
  });

  it.each(Object.keys(FORMATS))('of a tool keeps its meaning at %s, or the whole is told', (name) => {
    const law = fc.property(schemas, samples, fc.boolean(), (given, tried, strict) => {
      expect(toolAt(name, { ...given, type: 'object' }, tried, strict)).toEqual([]);
    });
    expect(() => fc.assert(law, { numRuns: 150 })).not.toThrow();
  });

  const NEIGHBOURS: JsonObject[] = [
    { patternProperties: { '^a': { type: 'integer' } }, additionalProperties: false },
    { patternProperties: { '^a': { type: 'integer' } }, additionalProperties: { type: 'string' } },
    { allOf: [{ properties: { a: { type: 'integer' } } }], unevaluatedProperties: false },
    { anyOf: [{ properties: { a: { type: 'integer' } } }, { required: ['b'] }], unevaluatedProperties: false },
    { properties: { a: { type: 'array', contains: { type: 'string' }, minContains: 0 } } },
  ];
  it.each(Object.keys(FORMATS))('of a tool loses no word at %s without the words that depend on it', (name) => {
    const tried = [{}, { a: 1 }, { a: 'x' }, { b: 'x' }, { a: 1, b: 'x' }, { a: [] }, { a: [1] }];
    for (const schema of NEIGHBOURS) expect(toolAt(name, { type: 'object', ...schema }, tried, false)).toEqual([]);
  });

  // A branch that allows more may match beside another one, which `oneOf` forbids: less would be allowed.
  it.each(Object.keys(FORMATS))('of a tool allows no less at %s where a part of it is left out', (name) => {
    const tried = [{ a: 2 }, { a: false }, { a: 'x' }, {}, { a: [1] }, { a: ['x'] }];
    const x = { const: false };
    const branches = [{ const: false }, { type: 'integer' }];
    const lossy: JsonObject[] = [
      { properties: { a: { oneOf: branches } } },
      { properties: { a: { oneOf: [{ $ref: '#/$defs/x' }, { type: 'integer' }] } }, $defs: { x } },
      { properties: { a: { not: { not: { const: 2 } } } } },
      { properties: { a: { not: { const: 2 } } } },
      { properties: { a: { if: { const: 2 }, else: { type: 'string' } } } },
      { properties: { a: { contains: { const: 1 }, maxContains: 0 } } },
    ];
    for (const schema of lossy) expect(toolAt(name, { type: 'object', ...schema }, tried, false)).toEqual([]);
  });

  it('is checked by the router as by the library', () => {
    const law = fc.property(schemas, samples, (schema, tried) => {
      const isAccepted = judge(schema);
      const others = tried.filter((value) => {
        const { kind } = checkValue(value, schema);
        return kind !== 'unknown' && isAccepted(value) !== null && (kind === 'ok') !== isAccepted(value);
      });
      expect(others).toEqual([]);
    });
    expect(() => fc.assert(law, { numRuns: 600 })).not.toThrow();
  });
});

/** Models of providers that judge a schema, or take none. */
const MODELS = [
  '@anthropic/claude-sonnet-4-5',
  '@anthropic/claude-3-haiku-20240307',
  '@amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
  '@amazon-bedrock/amazon.nova-pro-v1:0',
  '@google-ai-studio/gemini-2.5-flash',
  '@google-ai-studio/gemini-3-pro-preview',
  '@cohere/command-a-03-2025',
  '@deepseek/deepseek-chat',
  '@groq/llama-3.3-70b-versatile',
  '@zai/glm-4.6',
  '@text-generation-inference/tgi',
  '@openai/gpt-4o',
];

it.each(MODELS)('whatever schemas a request holds, %s is sent what it accepts', (model) => {
  const [, slug = '', id = ''] = /^@([^/]+)\/(.*)$/.exec(model) ?? [];
  const law = fc.property(schemas, schemas, fc.constantFrom('none', 'lax', 'strict'), (schema, given, kind) => {
    const parameters = { ...given, type: 'object' };
    const tools = [{ type: 'function', function: { name: 'look', description: 'Looks', parameters, strict: kind === 'strict' } }];
    const response_format = { type: 'json_schema', json_schema: { name: 'x', schema } };
    const { body } = sent('chat', model, { response_format, ...(kind === 'none' ? {} : { tools }) });
    expect(judgeRequest(slug, 'chat', body, id)).toBeNull();
  });
  expect(() => fc.assert(law, { numRuns: 60 })).not.toThrow();
});

it('of hostile work is not checked to its end', () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`d${at}`, { allOf: [{ $ref: `#/$defs/d${at + 1}` }, { $ref: `#/$defs/d${at + 1}` }] }]),
  );
  expect(checkValue({}, { $ref: '#/$defs/d0', $defs: { ...$defs, d40: {} } })).toMatchObject({ kind: 'unknown' });
  expect(checkValue({}, { $ref: '#' })).toMatchObject({ kind: 'unknown' });
  expect(checkValue('a'.repeat(4000), { pattern: '^(a+)+$' })).toMatchObject({ kind: 'unknown' });
});

it('of many references to one large place is not copied for each of them', () => {
  const large = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`p${at}`, { type: 'string', description: 'x'.repeat(20) }]));
  const references = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`r${at}`, { $ref: '#/properties/large' }]));
  const schema = { type: 'object', properties: { large: { type: 'object', properties: large }, ...references } };
  const tools = [{ type: 'function', function: { name: 'look', parameters: schema } }];
  const { body } = rendered(upstreamDialect('gemini'), { parameters: { tools } });
  expect(JSON.stringify(body).length).toBeLessThan(8 * JSON.stringify(schema).length);
});
