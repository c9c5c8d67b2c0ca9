/**
 * Every documented field of chats, Messages and Responses, replaced by a value of each other kind: the answer is never a fault of the server,
 * and an error has the shape of its format and names a field of the body by the client's own path.
 */
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/lib/fetch.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { says } from '../support/scripted-upstream.ts';
import { CHAT_BODY, MESSAGES_BODY, RESPONSES_BODY } from './full-bodies.ts';
import { createRouter } from './router.ts';

type Door = { paths: readonly string[]; explain: string; body: JsonObject };

const DOORS: Readonly<Record<string, Door>> = {
  'OpenAI chat': { paths: ['/chat/completions'], explain: '/explain/chat/completions', body: CHAT_BODY },
  Messages: { paths: ['/messages', '/messages/count_tokens'], explain: '/explain/messages', body: MESSAGES_BODY },
  Responses: {
    paths: ['/responses', '/responses/input_tokens', '/responses/compact'],
    explain: '/explain/responses',
    body: RESPONSES_BODY,
  },
};

/** A provider of each client format, which get most of the body as it is, and one of another. `/explain` renders for it and sends nothing. */
const MODELS = ['@anthropic/claude-sonnet-4-5', '@openai/gpt-5.5', '@google-ai-studio/gemini-2.5-flash'];

/** A value of each kind, and some that programs stumble over. */
const WRONG: Readonly<Record<string, string>> = {
  null: 'null',
  boolean: 'true',
  number: '-1',
  'a huge number': '1e400',
  'an exact number': '12345678901234567890',
  'an empty string': '""',
  string: '"constructor"',
  'lone surrogates': '"\\ud800 \\udc00x"',
  'an empty list': '[]',
  list: '[0, null, "x", [], {}]',
  'an empty object': '{}',
  object: '{"__proto__": {"x": 1}, "constructor": {"prototype": 1}, "toString": 5, "length": -1, "type": "constructor"}',
};

type Path = readonly (string | number)[];

/** The path of every value in a body. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  return [...(path.length === 0 ? [] : [path]), ...entries.flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

const MARK = '@@here@@';

/** The text of a body with another value at a path. A text, since some values cannot be written by `JSON.stringify`. */
function textWith(body: JsonObject, path: Path, value: string): string {
  const copy = JSON.parse(JSON.stringify(body)) as JsonObject; // not `structuredClone`, which keeps shared parts shared
  let at: unknown = copy;
  for (const key of path.slice(0, -1)) at = (at as Record<string | number, unknown>)[key];
  (at as Record<string | number, unknown>)[path.at(-1) ?? ''] = MARK;
  return JSON.stringify(copy).replace(`"${MARK}"`, value);
}

const written = (path: Path): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');

/** What is wrong with a refusal; null where nothing is. */
function faultOf(door: string, status: number, body: unknown, field: string): string | null {
  const error = isObject(body) ? body['error'] : null;
  if (status < 400 || status >= 500) return `status ${status}`;
  if (!isObject(body) || !isObject(error)) return 'no error object';
  const { message, type, param } = error;
  if (door === 'Messages' && (body['type'] !== 'error' || typeof body['request_id'] !== 'string')) return 'not of the format';
  if (door === 'Responses' && !('code' in error && 'param' in error)) return 'not of the format';
  if (typeof type !== 'string' || typeof message !== 'string' || message === '') return 'no message';
  if (typeof param !== 'string' && !message.includes(field)) return `names no field: ${message}`;
  const [top] = field.split(/[.[]/);
  return typeof param !== 'string' || param.split(/[.[]/)[0] === top || message.includes(`${top}`) ? null : `names ${param}: ${message}`;
}

const answer: Fetch = async (url, init) => {
  const request = new Request(url, init);
  return says('Hi')({ url, headers: request.headers, signal: request.signal, body: (await request.json()) as JsonObject });
};
/** With every provider. */
const router = createRouter({ SIMULATOR_URL: 'http://simulator.example' }, answer);

/** What the router does wrong with a body that has other values in the place of each field. */
async function faultsOf(door: string, path: string, body: JsonObject, kinds: readonly string[]): Promise<string[]> {
  const faults: string[] = [];
  for (const at of pathsIn(body)) {
    for (const kind of kinds) {
      const response = await router.call('POST', `/v1${path}`, textWith(body, at, WRONG[kind] ?? ''));
      const text = await response.text();
      const fault = response.status === 200 ? null : faultOf(door, response.status, JSON.parse(text), written(at));
      if (fault !== null) faults.push(`${written(at)} = ${kind}: ${fault}`);
    }
  }
  return faults;
}

describe.each(Object.entries(DOORS))('%s', (door, { paths, explain, body }) => {
  it.each([...paths, explain])('%s accepts the documented fields', async (path) => {
    const response = await router.call('POST', `/v1${path}`, body);
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
  });

  it(`${explain} refuses each value of another kind by the name of its field`, async () => {
    expect(await faultsOf(door, explain, body, Object.keys(WRONG))).toEqual([]);
  });

  it.each(paths)('%s refuses objects and lists in the place of each field', async (path) => {
    expect(await faultsOf(door, path, body, ['list', 'object'])).toEqual([]);
  });

  it.each<[string, string]>([
    ['depth', '['.repeat(2000) + ']'.repeat(2000)],
    ['more lists than are read', `[${'[],'.repeat(200_001)}0]`],
    ['more fields than are read', `{${Array.from({ length: 10_001 }, (_, index) => `"k${index}":0`).join()}}`],
  ])('each path refuses %s by the name of the field', async (_, value) => {
    const [field] = Object.keys(body).slice(-1);
    for (const path of [...paths, explain]) {
      const response = await router.call('POST', `/v1${path}`, textWith(body, [field ?? ''], value));
      expect([path, faultOf(door, response.status, await response.json(), field ?? '')]).toEqual([path, null]);
    }
  });

  it.each(MODELS)('a plan for %s refuses objects and lists in the place of each field', async (model) => {
    expect(await faultsOf(door, explain, { ...body, model }, ['list', 'object'])).toEqual([]);
  });
});
