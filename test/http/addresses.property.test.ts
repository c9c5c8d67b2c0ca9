/**
 * The law of addresses, for every provider file: whatever a caller names as a model, and whatever an operator's variables hold, a call goes
 * to the scheme, host, port and fixed path of the file (or of the operator's base URL) and is shown by `/explain` as it is sent, or it is
 * refused with the field or the variable at fault.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variablePrefix, type CompiledProvider } from '../../src/registry/provider.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { createRouter } from './router.ts';
import { anyText } from '../support/any-text.ts';

const SPELLINGS = [
  '.',
  '..',
  '%2e',
  '%2E%2e',
  '%252e%252e',
  '%c0%ae',
  '．',
  '‥',
  '\u200b',
  '/',
  '//',
  '\\',
  '%2f',
  '%5C',
  ';',
  ';a=b',
  '?',
  '#',
];
const NAMES = [
  'a',
  'gpt-4.1',
  'a..b',
  '@cf',
  ':free',
  ':',
  '@',
  '~',
  ' ',
  '\t',
  '\n',
  '\ud800',
  'é',
  '//evil.example',
  '{model}',
  '$&',
  "'",
];
const HOSTILE = fc
  .array(fc.constantFrom(...SPELLINGS, ...NAMES), { minLength: 1, maxLength: 8 })
  .map((pieces) => pieces.join(''))
  .filter((text) => text.trim() !== '');

const WORD = fc.stringMatching(/^[a-zA-Z0-9][\w.-]{0,12}[a-zA-Z0-9]$/);
const LABEL = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z]$/);
const ORDINARY = fc
  .tuple(fc.array(WORD, { minLength: 1, maxLength: 4 }), fc.constantFrom('/', ':'), fc.constantFrom('', '@', 'arn:aws:'))
  .map(([words, between, first]) => first + words.join(between));
const ID = fc.oneof(ORDINARY, HOSTILE, anyText({ minLength: 1, maxLength: 20 }));

/** Base URLs: none, a good one, and ones that an operator should not have set. */
const BASE_URL = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('', 'https://gateway.example:8443/a/b.c/') },
  { weight: 1, arbitrary: HOSTILE.map((tail) => `https://gateway.example/v1${tail}`) },
  { weight: 1, arbitrary: fc.tuple(HOSTILE, HOSTILE).map(([user, host]) => `https://${user}@${host}/v1`) },
);

const BODIES: Readonly<Record<string, { path: string; input: JsonObject }>> = {
  chat: { path: '/v1/chat/completions', input: { messages: [{ role: 'user', content: 'hello' }] } },
  completions: { path: '/v1/completions', input: { prompt: 'hello' } },
  embeddings: { path: '/v1/embeddings', input: { input: 'hello' } },
};

/** The same cases in every run; another number finds others. */
const SEED = 13;

const KEY = 'sk-canary-4711';

type Env = Readonly<Record<string, string>>;
type Case = { provider: CompiledProvider; env: Env; operation: string; id: string; stream: boolean };
type Call = { url: string; headers: Record<string, string>; body: unknown };

const variablesOf = ({ variables }: CompiledProvider, value: fc.Arbitrary<string>) =>
  fc.record(Object.fromEntries(Object.keys(variables).map((name) => [name, value])), { noNullPrototype: true });

/** The variables, and a key. A service account is left out: its token comes from a call of its own. */
function withKey(provider: CompiledProvider, variables: Env): Env {
  const auth = provider.auth.find(({ scheme }) => scheme !== 'google-service-account');
  return { ...variables, [auth?.secret ?? '']: KEY };
}

/** What is sent for a case, and what the router answers. */
async function send({ provider, env, operation, id, stream }: Case): Promise<{ sent: Call[]; answer: string; explained: string }> {
  const sent: Call[] = [];
  const router = createRouter(env, async (url, { headers, body }) => {
    sent.push({ url, headers: headers as Call['headers'], body: JSON.parse(String(body)) });
    return Response.json({ error: { message: 'received' } }, { status: 400 });
  });
  const { path, input } = BODIES[operation] ?? { path: '', input: {} };
  const body = { model: `@${provider.slug}/${id}`, ...input, ...(operation === 'embeddings' ? {} : { stream }) };
  const answer = await (await router.call('POST', path, body)).text();
  return { sent, answer, explained: sent.length === 0 ? '' : await (await router.call('POST', '/v1/explain', body)).text() };
}

/** Whether a request that was not sent is refused with what is at fault. */
function isExplained(answer: string, { provider }: Case): boolean {
  const { error } = JSON.parse(answer) as { error: { code: number; param?: string; message: string } };
  if (error.code === 400) return error.param === 'model';
  const names = [`${variablePrefix(provider.slug)}_BASE_URL`, ...Object.keys(provider.variables)];
  return error.code === 404 && (names.some((name) => error.message.includes(name)) || error.message.includes('has no operation'));
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** What addresses of a provider look like: the operator's base URL or that of the file, then a path of the file, variables and ids aside. */
function shapesOf({ provider, env, stream }: Case): RegExp[] {
  const valueOf = (name: string) => (env[name] ?? '').trim() || (provider.variables[name]?.default ?? '');
  const override = valueOf(`${variablePrefix(provider.slug)}_BASE_URL`);
  const filled = () => provider.baseUrl?.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(valueOf(name))) ?? '';
  const { origin, pathname } = new URL(override || filled());
  return Object.values(provider.operations).flatMap((alternatives) =>
    alternatives.map(({ path, streamPath, basePath = '' }) => {
      const pieces = ((override === '' ? basePath : '') + ((stream ? streamPath : null) ?? path)).split(/(\{[^}]*\})/);
      const below = pieces.map((piece) =>
        piece === '{+model}' ? '(?:[^/?#]+/)*[^/?#]+' : piece.startsWith('{') ? '[^/?#&]*' : escape(piece),
      );
      return new RegExp(`^${escape((origin + pathname).replace(/\/+$/, ''))}${below.join('')}$`);
    }),
  );
}

/** How a case breaks the law; null = it does not. */
async function breach(one: Case): Promise<string | null> {
  const { sent, answer, explained } = await send(one);
  const [call] = sent;
  if (call === undefined) return isExplained(answer, one) ? null : `not sent, and the error does not tell why: ${answer}`;
  if (new URL(call.url).href !== call.url) return `another address once it is parsed: ${call.url}`;
  if (!shapesOf(one).some((shape) => shape.test(call.url))) return `not below its base URL: ${call.url}`;
  const masked = Object.fromEntries(Object.entries(call.headers).map(([name, value]) => [name, value.replaceAll(KEY, '***')]));
  const { requests } = JSON.parse(explained) as { requests: unknown[] };
  expect(requests).toEqual([expect.objectContaining({ url: call.url, headers: masked, body: call.body })]);
  return null;
}

describe.each(PROVIDERS.map((provider) => ({ slug: provider.slug, provider })))('an address of $slug', ({ slug, provider }) => {
  const operations = fc.constantFrom(...Object.keys(provider.operations));
  const baseUrlVariable = `${variablePrefix(slug)}_BASE_URL`;

  it('stays where its file or its base URL puts it, and is shown as it is sent', async () => {
    const values = fc.oneof({ weight: 3, arbitrary: WORD }, { weight: 1, arbitrary: HOSTILE });
    const given = fc.tuple(operations, ID, variablesOf(provider, values), BASE_URL, fc.boolean());
    await fc.assert(
      fc.asyncProperty(given, async ([operation, id, variables, baseUrl, stream]) => {
        const env = { ...withKey(provider, variables), [baseUrlVariable]: baseUrl };
        expect(await breach({ provider, env, operation, id, stream })).toBeNull();
      }),
      { seed: SEED, numRuns: 25 },
    );
  });

  it('is found for every ordinary model id', async () => {
    const given = fc.tuple(operations, ORDINARY, variablesOf(provider, LABEL), fc.boolean());
    const ownUrl = provider.baseUrl === null ? { [baseUrlVariable]: 'http://localhost:1/v1' } : {};
    await fc.assert(
      fc.asyncProperty(given, async ([operation, id, variables, stream]) => {
        const { sent, answer } = await send({ provider, env: { ...withKey(provider, variables), ...ownUrl }, operation, id, stream });
        const [call] = sent;
        const isNamed = call !== undefined && (decodeURIComponent(call.url).includes(id) || JSON.stringify(call.body).includes(id));
        expect(isNamed || answer.includes('has no operation')).toBe(true);
      }),
      { seed: SEED, numRuns: 10 },
    );
  });
});
