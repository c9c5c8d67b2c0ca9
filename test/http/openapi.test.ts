/** `GET /openapi.json`: describes every path, and bodies as the parsers check them. */
import { describe, expect, it } from 'vitest';
import { CLIENT_DIALECTS } from '../../src/dialects/index.ts';
import type { ClientDialect } from '../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { judge } from '../support/json-schema-library.ts';
import { toyClient } from '../support/toy-format/index.ts';
import { CHAT_BODY, MESSAGES_BODY, RESPONSES_BODY } from './full-bodies.ts';
import { createRouter, errorOf, json } from './router.ts';

const clients = [...CLIENT_DIALECTS, toyClient];
const router = createRouter({}, undefined, { clients });
const { paths, components, ...rest } = await json(await router.call('GET', '/openapi.json', undefined, {}));
const schemas = (components as { schemas: Record<string, JsonObject> }).schemas;

describe('GET /openapi.json', () => {
  it('needs no key, and stands below each base as well', async () => {
    expect(rest).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/v1' }, { url: '/api/v1' }] });
    for (const base of ['/v1', '/api/v1']) {
      const response = await router.call('GET', `${base}/openapi.json`, undefined, {});
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    }
  });

  it('has every path that a 404 lists, with its method and a summary, and no other', async () => {
    const { message } = await errorOf(await router.call('POST', '/v1/nowhere'));
    const listed = [...String(message).matchAll(/(GET|POST|PATCH|DELETE) \/v1(\/\S+?)(?=[,; ]|\.$)/g)].map(
      ([, method, path]) => `${method} ${path}`,
    );
    const described = Object.entries(paths as JsonObject).flatMap(([path, item]) =>
      Object.entries(item as JsonObject).map(([method, operation]) => {
        expect(operation).toMatchObject({ summary: expect.stringMatching(/^[A-Z]/) as string, responses: { 200: {}, default: {} } });
        return `${method.toUpperCase()} ${path}`;
      }),
    );
    const explained = clients.flatMap(({ routes }) => routes.map(({ path }) => `POST /explain${path}`));
    expect(listed.length).toBeGreaterThan(12);
    expect(described.toSorted()).toEqual([...listed.filter((path) => !/nowhere|\{path\}/.test(path)), ...explained].toSorted());
  });

  it('answers each path that needs no key without one, and no other', async () => {
    for (const [path, item] of Object.entries(paths as Record<string, Record<string, JsonObject>>)) {
      for (const [method, { security }] of Object.entries(item)) {
        const body = method === 'post' ? {} : undefined;
        const { status } = await router.call(method.toUpperCase(), `/v1${path.replaceAll(/[{}]/g, '')}`, body, {});
        expect([path, status === 401]).toEqual([path, security === undefined]);
      }
    }
  });

  it('refers to schemas that are there', () => {
    const names = [...JSON.stringify(paths).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(schemas).toSorted());
  });
});

/** The least body of each format. */
const INPUT = {
  'openai-chat': { messages: [{ role: 'user', content: 'Hi' }] },
  'openai-completions': { prompt: 'Hi' },
  'openai-embeddings': { input: ['Hi'] },
  'openai-responses': { input: 'Hi' },
  anthropic: { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 },
} as const;

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  1,
  -1,
  3.5,
  1e9,
  '',
  'high',
  'x'.repeat(2000),
  [],
  ['a'],
  [''],
  {},
  { enabled: true },
  { '5': 200 },
];

/** What no schema states: a name that cannot be part of an address, and a field that requires another one. */
const BEYOND_SCHEMAS = new Set(['model', 'models', 'top_logprobs']);

/** Whether the parser accepts a body. */
function accepts(client: ClientDialect, body: JsonObject): boolean {
  try {
    client.parse(body, () => null);
    return true;
  } catch {
    return false;
  }
}

describe.each(Object.entries(INPUT))('the schema of %s', (format, input) => {
  const client = CLIENT_DIALECTS.find((one) => one.format === format) as ClientDialect;
  const schema = schemas[format] as JsonObject;
  const isValid = judge(schema);
  const properties = Object.keys(schema['properties'] as JsonObject);

  it('describes every parameter', () => {
    expect(properties).toEqual(expect.arrayContaining(['model', 'models', 'provider', ...Object.keys(input)]));
    expect(properties.length).toBeGreaterThan(9);
  });

  it('accepts no value that the parser refuses, of any field', () => {
    const refused: unknown[] = [];
    for (const field of properties.filter((name) => !BEYOND_SCHEMAS.has(name))) {
      for (const value of VALUES) {
        const body = { model: 'a/b', ...input, [field]: value };
        if (isValid(body) === true && !accepts(client, body)) refused.push([field, value]);
      }
    }
    expect([...new Set(refused.map((one) => (one as string[])[0]))]).toEqual([]);
  });

  it('refuses a value that is out of range, and a body without a model or without an input', () => {
    expect(isValid({ model: 'a/b', ...input })).toBe(true);
    expect(isValid({ models: ['a/b'], ...input })).toBe(true);
    for (const body of [{ ...input }, { model: 'a/b' }, { model: 'a/b', ...input, provider: { order: 'x' } }, { model: 5, ...input }]) {
      expect([body, isValid(body), accepts(client, body)]).toEqual([body, false, false]);
    }
  });
});

it('the schema of openai-responses takes a stored prompt instead of an input', () => {
  const client = CLIENT_DIALECTS.find(({ format }) => format === 'openai-responses') as ClientDialect;
  const isValid = judge(schemas['openai-responses']);
  for (const [prompt, expected] of [
    [{ id: 'pmpt_1' }, true],
    [null, false],
  ] as const) {
    const body = { model: 'a/b', prompt };
    expect([isValid(body), accepts(client, body)]).toEqual([expected, expected]);
  }
});

it.each(['openai-chat', 'openai-completions'])('the schema of %s refuses values out of range', (format) => {
  const isValid = judge(schemas[format]);
  const input = INPUT[format as keyof typeof INPUT];
  const tooMany = Array.from({ length: 65 }, () => 'a');
  for (const fields of [{ temperature: 2.1 }, { stop: tooMany }, { logit_bias: { x: 1 } }]) {
    expect([fields, isValid({ model: 'a/b', ...input, ...fields })]).toEqual([fields, false]);
  }
});

/** What OpenAPI 3.1 requires of the parts that the document has (https://spec.openapis.org/oas/v3.1.1, read 2026-12-01). */
const media = {
  type: 'object',
  additionalProperties: { type: 'object', required: ['schema'], properties: { schema: { type: 'object' } } },
};
const operation = {
  type: 'object',
  required: ['responses'],
  additionalProperties: false,
  properties: {
    summary: { type: 'string' },
    security: { type: 'array', items: { type: 'object', additionalProperties: { type: 'array' } } },
    parameters: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'in', 'schema'],
        additionalProperties: false,
        properties: {
          name: { type: 'string' },
          in: { enum: ['path', 'query'] },
          required: { type: 'boolean' },
          schema: { type: 'object' },
        },
      },
    },
    requestBody: { type: 'object', required: ['content'], properties: { required: { type: 'boolean' }, content: media } },
    responses: {
      type: 'object',
      propertyNames: { pattern: '^([1-5]\\d\\d|default)$' },
      minProperties: 1,
      additionalProperties: { type: 'object', required: ['description'], properties: { description: { type: 'string' }, content: media } },
    },
  },
};
const isDocument = judge({
  type: 'object',
  required: ['openapi', 'info', 'paths'],
  additionalProperties: false,
  properties: {
    openapi: { const: '3.1.0' },
    info: { type: 'object', required: ['title', 'version'] },
    servers: { type: 'array', items: { type: 'object', required: ['url'] } },
    security: { type: 'array' },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: { get: operation, post: operation, patch: operation, delete: operation },
      },
    },
    components: {
      type: 'object',
      additionalProperties: false,
      properties: { schemas: { type: 'object' }, securitySchemes: { type: 'object' } },
    },
  },
});

describe('the document', () => {
  it('is one of OpenAPI 3.1', () => {
    expect(isDocument({ ...rest, paths, components })).toBe(true);
    expect(isDocument({ ...rest, paths: { '/x': { get: {} } }, components })).toBe(false);
  });

  it('accepts bodies with every documented field', () => {
    for (const [format, body] of Object.entries({ 'openai-chat': CHAT_BODY, anthropic: MESSAGES_BODY, 'openai-responses': RESPONSES_BODY }))
      expect([format, judge(schemas[format])(body)]).toEqual([format, true]);
  });

  it('declares the parameters in the path of each operation', () => {
    for (const [path, item] of Object.entries(paths as Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(item))
        expect([path, parameters.filter((one) => one.in === 'path').map(({ name }) => name)]).toEqual([path, names]);
    }
  });

  it('declares the query of paths that name an answer', () => {
    const queryOf = (path: string, method: string) => {
      const item = (paths as Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>)[path];
      return (item?.[method]?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
    };
    expect({
      retrieve: queryOf('/responses/{id}', 'get'),
      items: queryOf('/responses/{id}/input_items', 'get'),
      stream: queryOf('/streams/{id}', 'get'),
      stop: queryOf('/streams/{id}', 'delete'),
    }).toEqual({
      retrieve: ['include', 'stream', 'starting_after'],
      items: ['limit', 'order', 'after'],
      stream: ['starting_after'],
      stop: [],
    });
  });

  it('has schemas whose references lead to a part of themselves or of the document', () => {
    const at = (root: unknown, pointer: string) =>
      pointer
        .split('/')
        .slice(1)
        .reduce<unknown>((node, key) => (node as JsonObject | undefined)?.[key.replaceAll('~1', '/')], root);
    for (const [name, schema] of Object.entries(schemas))
      for (const [, ref = ''] of JSON.stringify(schema).matchAll(/"\$ref":"#([^"]*)"/g))
        expect([name, ref, typeof at({ components }, ref)]).toEqual([name, ref, 'object']);
  });
});
