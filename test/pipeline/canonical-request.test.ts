/** The key of a request in the response cache: it has everything that can change an answer, in one form for all client formats. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiCompletionsClient } from '../../src/dialects/openai-completions/client/index.ts';
import { openaiEmbeddingsClient } from '../../src/dialects/openai-embeddings/client/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { cacheKey, canonicalRequest, EXCLUDED_FIELDS, EXCLUDED_PREFERENCES } from '../../src/pipeline/canonical-request.ts';
import { planRoutes } from '../../src/routing/plan.ts';
import { RouterError } from '../../src/unified/error.ts';
import { CATALOG, OPEN_CONTEXT } from '../fitting/sent.ts';
import { CHAT_BODY, MESSAGES_BODY, RESPONSES_BODY } from '../http/full-bodies.ts';
import { descriptionOf } from '../support/published-schemas.ts';

const SCOPE = { account: 'a', catalogVersion: '1', plans: [], simulatorHeaders: {} };
type Headers = Readonly<Record<string, string>>;

const NO_HEADERS: Headers = {};

/** The text that is hashed for a body. */
function keyOf(client: TextClientDialect, body: unknown, headers = NO_HEADERS): string {
  const text = canonicalRequest(
    client.parse(body, (name) => headers[name] ?? null),
    client,
    SCOPE,
  );
  if (text === null) throw new Error('too long');
  return text;
}

/** The same; null where the format does not accept the body. */
function keyIfAccepted(client: TextClientDialect, body: unknown): string | null {
  try {
    return keyOf(client, body);
  } catch (thrown) {
    if (thrown instanceof RouterError) return null;
    throw thrown;
  }
}

type Path = readonly (string | number)[];

/** Every place in a value that has a text, a number or a boolean. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => leavesOf(entry, [...path, index]));
  if (isObject(value)) return Object.entries(value).flatMap(([name, entry]) => leavesOf(entry, [...path, name]));
  return value === null || value === undefined ? [] : [path];
}

/** Every object in a value. */
function objectsIn(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => objectsIn(entry, [...path, index]));
  if (!isObject(value)) return [];
  return [path, ...Object.entries(value).flatMap(([name, entry]) => objectsIn(entry, [...path, name]))];
}

/** The value with another one at this place. */
function changed(value: unknown, [step, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((entry, index) => (index === step ? changed(entry, rest, change) : entry));
  return { ...(value as JsonObject), [step]: changed((value as JsonObject)[step], rest, change) };
}

/** Other values that a field may have in place of this one. */
function othersThan(value: unknown): unknown[] {
  if (typeof value === 'string') return [`${value}x`, 'low', 'auto', 'none', 'text', 'user', 'https://b.example', '1h'];
  return typeof value === 'number' ? [value + 1, value / 2, 0] : [value !== true];
}

const PLAIN = {
  chat: {
    model: '@novita/m',
    max_completion_tokens: 5,
    temperature: 0.5,
    top_p: 0.5,
    stop: ['END'],
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look.' },
          { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
    ],
    tools: [{ type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' } } }],
    tool_choice: { type: 'function', function: { name: 'f' } },
  },
  messages: {
    model: '@novita/m',
    max_tokens: 5,
    temperature: 0.5,
    top_p: 0.5,
    stop_sequences: ['END'],
    system: 'Be brief.',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Look.' },
          { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'done' }] },
    ],
    tools: [{ name: 'f', description: 'F', input_schema: { type: 'object' } }],
    tool_choice: { type: 'tool', name: 'f' },
  },
  responses: {
    model: '@novita/m',
    max_output_tokens: 5,
    temperature: 0.5,
    top_p: 0.5,
    stop: ['END'],
    instructions: 'Be brief.',
    input: [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'Look.' },
          { type: 'input_image', image_url: 'https://a.example/b.png' },
        ],
      },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'done' },
    ],
    tools: [{ type: 'function', name: 'f', description: 'F', parameters: { type: 'object' } }],
    tool_choice: { type: 'function', name: 'f' },
  },
};

const BODIES: readonly [string, TextClientDialect, JsonObject][] = [
  ['chat', openaiChatClient, CHAT_BODY],
  ['messages', anthropicClient, MESSAGES_BODY],
  ['responses', openaiResponsesClient, RESPONSES_BODY],
  ['plain chat', openaiChatClient, PLAIN.chat],
  ['plain messages', anthropicClient, PLAIN.messages],
  ['plain responses', openaiResponsesClient, PLAIN.responses],
];

/** Fields that are no part of the key, and the reason. */
const isExcluded = ([name, inner]: Path): boolean =>
  EXCLUDED_FIELDS.has(String(name)) || (name === 'provider' && EXCLUDED_PREFERENCES.has(String(inner)));

describe.each(BODIES)('the key of a body of %s', (_, client, body) => {
  const key = keyOf(client, body);

  it('changes with every documented field but those that are left out', () => {
    const same: string[] = [];
    let tried = 0;
    for (const path of leavesOf(body)) {
      for (const other of othersThan(path.reduce<unknown>((value, step) => (value as JsonObject)[step], body))) {
        const next = changed(body, path, () => other);
        if (JSON.stringify(next) === JSON.stringify(body)) continue;
        const nextKey = keyIfAccepted(client, next);
        if (nextKey === null) continue;
        tried++;
        if ((nextKey === key) !== isExcluded(path)) same.push(`${path.join('.')}: ${String(other)}`);
      }
    }
    expect(same).toEqual([]);
    expect(tried).toBeGreaterThan(20);
  });

  it('changes with a field that the router does not know, in every object', () => {
    const same = objectsIn(body).filter((path) => {
      const nextKey = keyIfAccepted(
        client,
        changed(body, path, (old) => ({ ...(old as JsonObject), not_known: 1 })),
      );
      return nextKey !== null && (nextKey === key) !== isExcluded(path);
    });
    expect(same.map((path) => path.join('.'))).toEqual([]);
  });

  it('changes when a field is left out', () => {
    const same = Object.keys(body).filter((name) => {
      const nextKey = keyIfAccepted(client, { ...body, [name]: undefined });
      return nextKey !== null && (nextKey === key) !== isExcluded([name]);
    });
    expect(same).toEqual([]);
  });

  it('does not depend on the order of fields', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      return isObject(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([name, entry]) => [name, reversed(entry)]),
          )
        : value;
    };
    expect(keyOf(client, reversed(body))).toBe(key);
  });
});

describe('cacheKey', () => {
  const hi = (fields: JsonObject = {}) => ({ model: '@novita/m', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }], ...fields });
  const request = openaiChatClient.parse(hi());

  it('is the same for requests of three formats that ask for the same, streamed or not', () => {
    const keys = [
      ...[true, false].map((stream) => keyOf(openaiChatClient, hi({ stream, user: 'a', metadata: { a: 'b' } }))),
      ...[true, false].map((stream) =>
        keyOf(anthropicClient, hi({ stream, metadata: { user_id: 'b' } }), { 'anthropic-version': '2023-06-01' }),
      ),
      ...[true, false].map((stream) =>
        keyOf(openaiResponsesClient, {
          model: '@novita/m',
          max_output_tokens: 5,
          input: 'Hi',
          stream,
          store: false,
          prompt_cache_key: 'c',
        }),
      ),
    ];
    expect(new Set(keys).size).toBe(1);
    const { tool_choice: _a, ...chat } = PLAIN.chat;
    const { tool_choice: _b, ...messages } = PLAIN.messages;
    expect(keyOf(openaiChatClient, chat)).toBe(keyOf(anthropicClient, messages));
  });

  it('differs for a body with something that only its format has', () => {
    const key = keyOf(anthropicClient, hi());
    expect(keyOf(anthropicClient, hi(), { 'anthropic-beta': 'a' })).not.toBe(key);
    expect(keyOf(anthropicClient, hi({ context_management: {} }))).not.toBe(key);
  });

  it('differs by caller, catalogue and what is simulated', async () => {
    const scopes = [
      SCOPE,
      { ...SCOPE, account: 'b' },
      { ...SCOPE, catalogVersion: '2' },
      { ...SCOPE, simulatorHeaders: { 'x-simulator-fault': 'a' } },
    ];
    const keys = await Promise.all(scopes.map((scope) => cacheKey(request, openaiChatClient, scope)));
    expect(new Set(keys).size).toBe(scopes.length);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('never is the same for two callers, whatever they ask', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.jsonValue({ maxDepth: 2 }), (one, other, value) => {
        // Such names are refused.
        fc.pre(one !== other && !/__proto__|constructor|prototype/.test(JSON.stringify(value)));
        const asked = openaiChatClient.parse(hi({ not_known: value }));
        expect(canonicalRequest(asked, openaiChatClient, { ...SCOPE, account: one })).not.toBe(
          canonicalRequest(asked, openaiChatClient, { ...SCOPE, account: other }),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the answers of an upstream with the format of the client apart, streams and bodies too', () => {
    const keyAt = (client: TextClientDialect, body: JsonObject) => {
      const parsed = client.parse(body, () => null);
      return canonicalRequest(parsed, client, { ...SCOPE, plans: planRoutes(parsed, CATALOG, OPEN_CONTEXT) });
    };
    const body = hi({ model: '@anthropic/claude-sonnet-4-5' });
    const keys = [keyAt(openaiChatClient, body), keyAt(anthropicClient, body), keyAt(anthropicClient, { ...body, stream: true })];
    expect(new Set(keys).size).toBe(3);
    expect(keyAt(openaiChatClient, { ...body, stream: true })).toBe(keys[0]);
  });

  it('has prompts and inputs of embeddings', () => {
    const parsed = [
      ...['a', ['a'], ['a', 'b'], [1, 2], [[1, 2]]].map((prompt) => openaiCompletionsClient.parse({ model: '@novita/m', prompt })),
      ...['a', ['a'], ['b']].map((input) => openaiEmbeddingsClient.parse({ model: '@novita/m', input })),
    ];
    const keys = parsed.map((one) => canonicalRequest(one, openaiChatClient, SCOPE));
    expect(new Set(keys).size).toBe(parsed.length);
  });

  it('is null for a request above the limit', async () => {
    const long = openaiChatClient.parse(hi({ messages: [{ role: 'user', content: 'x'.repeat(5 * 2 ** 20) }] }));
    expect(await cacheKey(long, openaiChatClient, SCOPE)).toBeNull();
  });
});

const OPENAI = descriptionOf('openai');

/** Of every type: each field accepts one of them. */
const CANDIDATES = [
  'x',
  'auto',
  'low',
  '24h',
  2,
  0.5,
  true,
  false,
  { a: 'b' },
  { type: 'text' },
  { type: 'json_object' },
  { effort: 'low' },
  { verbosity: 'low' },
  ['x'],
  ['text'],
  [{ type: 'web_search' }],
];

describe.skipIf(OPENAI === null).each([
  ['CreateChatCompletionRequest', openaiChatClient, { model: '@novita/m', messages: [{ role: 'user', content: 'Hi' }] }],
  ['CreateResponse', openaiResponsesClient, { model: '@novita/m', input: 'Hi', tools: PLAIN.responses.tools }],
] as const)('the key of %s, as it is published', (name, client, base) => {
  it('changes with every published field but those that are left out', () => {
    const named = OPENAI?.components.schemas ?? {};
    const propertiesOf = (schema: JsonObject | undefined): JsonObject => {
      const { $ref: ref, allOf = [], properties = {} } = schema ?? {};
      if (typeof ref === 'string') return propertiesOf(named[ref.replace(/^.*\//, '')]);
      return Object.assign({}, ...(allOf as JsonObject[]).map(propertiesOf), properties) as JsonObject;
    };
    const properties = propertiesOf(named[name]);
    const key = keyOf(client, base);
    const same = Object.keys(properties).flatMap((field) => {
      if (EXCLUDED_FIELDS.has(field) || field in base) return [];
      const keys = CANDIDATES.flatMap((value) => keyIfAccepted(client, { ...base, [field]: value }) ?? []);
      return keys.length === 0 || keys.some((one) => one !== key) ? [] : [field];
    });
    expect(same).toEqual([]);
    expect(Object.keys(properties).length).toBeGreaterThan(20);
  });
});
