/**
 * One caller changes nothing for another: whatever a hostile caller sends, whatever providers answer to it, in whatever order, a second
 * caller's plain requests go upstream byte for byte the same, are planned the same and answered the same.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import type { Memory, Ports } from '../../src/ports.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { createHealth } from '../../src/routing/health.ts';
import { createLearned } from '../../src/routing/learned.ts';
import { createSticky } from '../../src/routing/sticky.ts';
import { healthFor, perTenant } from '../../src/routing/tenants.ts';
import type { JsonObject } from '../../src/unified/json.ts';
import { host, says, whileTimePasses } from '../pipeline/several.ts';
import type { Sent } from '../pipeline/world.ts';
import { createFakeClock } from '../stream/fake-clock.ts';
import { bodyOf, LIMITS, QUIET, reachable } from '../upstream/own-host.ts';

const SLUGS = ['one', 'two'];
const CATALOG = createCatalog(SLUGS.map((slug) => host(slug)));
const TOOL = { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } };

/** What the second caller sends. */
const PLAIN: JsonObject[] = [
  { model: 'any/m' },
  { model: 'any/m', tools: [TOOL], tool_choice: 'required', temperature: 0.5, max_tokens: 30 },
  { model: '@one/one-m', response_format: { type: 'json_object' }, stop: ['x'], seed: 7 },
  { model: 'any/m', stream: true, top_p: 0.5, n: 2, provider: { allow_adjustments: false } },
  { model: '@two/own-deployment', max_tokens: 30, temperature: 1, provider: { require_parameters: true } },
].map((body) => ({ messages: [{ role: 'user', content: 'hello' }], ...body }));

/** A router whose providers answer the hostile caller by a script. */
function createWorld() {
  const clock = createFakeClock();
  const health = createHealth(clock);
  const sent: string[] = [];
  let answer: ((sent: Sent) => Response | Promise<Response>) | null = null;
  const ports: Omit<Ports, keyof Memory> = {
    clock,
    random: { id: () => 'x'.repeat(20), fraction: () => 0.5 },
    access: ({ baseUrl }) => reachable(baseUrl, 'sk-router-0123456789'),
    fetch: async (url, init) => {
      const call = {
        url,
        headers: new Headers(init.headers),
        body: JSON.parse(String(init.body)) as JsonObject,
        signal: init.signal ?? new AbortController().signal,
      };
      if (answer !== null) return answer(call);
      sent.push(`${url} ${JSON.stringify([...call.headers])} ${String(init.body)}`);
      return says('Hi')(call);
    },
    limits: { ...LIMITS, attempts: 4 },
    keyHealth: QUIET.keyHealth,
    background: () => undefined,
    log: () => undefined,
  };
  const app = createApp({
    catalog: CATALOG,
    ports,
    authenticate: createAuthenticate(['hostile', 'plain'], false),
    memoryOf: perTenant((tenant) => ({
      learned: createLearned(clock),
      sticky: createSticky(clock),
      health: healthFor(tenant, health),
    })),
  });
  async function call(key: string, path: string, body: unknown): Promise<string> {
    const init = { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) };
    const asking = async () => {
      const response = await app.fetch(new Request(`http://router.example/v1/${path}`, init));
      const headers = [...response.headers].filter(([name]) => name !== 'date');
      // The second of `created` is the time, which passes.
      return `${response.status} ${JSON.stringify(headers)} ${(await response.text()).replace(/"created":\d+/g, '')}`;
    };
    return whileTimePasses(clock, asking(), 500);
  }
  return {
    /** What becomes of the second caller's requests: sent, planned, answered. */
    async observe(): Promise<string[]> {
      answer = null;
      sent.length = 0;
      const seen: string[] = [];
      for (const body of PLAIN) seen.push(await call('plain', 'explain', body), await call('plain', 'chat/completions', body));
      return [...seen, ...sent];
    },
    async attack(body: unknown, answers: (sent: Sent) => Response | Promise<Response>): Promise<void> {
      answer = answers;
      await call('hostile', 'chat/completions', body);
    },
  };
}

const FIELDS = ['temperature', 'top_p', 'tools', 'tool_choice', 'response_format', 'max_tokens', 'stop', 'seed', 'n', 'stream', 'messages'];
const aField = fc.constantFrom(...FIELDS, 'tools[0].cache_control', 'tools.0.strict', 'messages.0.index', 'x');

/** What providers say when they refuse. */
const aRefusal = fc.oneof(
  aField.map((field) => `Unknown parameter: '${field}'.`),
  aField.map((field) => `Unsupported parameter: '${field}' is not supported with this model. Use 'max_completion_tokens' instead.`),
  aField.map((field) => `${field}: Extra inputs are not permitted`),
  aField.map((field) => `Unsupported value: '${field}' does not support this value. Only the default (1) value is supported.`),
  aField.map((field) => `Invalid '${field}': array too long. Expected an array with maximum length 128.`),
  fc.constantFrom(
    "Invalid schema for response_format 'a': 'additionalProperties' is required to be supplied and to be false.",
    'Your input was flagged by moderation',
    'Request too large for model: tokens per minute (TPM): Limit 6000, Requested 9386',
    'No such File object: file-1',
    'The model does not exist',
    'maximum context length exceeded',
    'Insufficient Balance',
    '',
  ),
);
const anError = fc.record({
  status: fc.constantFrom(400, 400, 400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529),
  message: aRefusal,
  param: fc.option(aField, { nil: undefined }),
  retryAfter: fc.option(fc.constantFrom('1', '300'), { nil: undefined }),
});
type AnError = { status: number; message: string; param?: string | undefined; retryAfter?: string | undefined };
const refuse = ({ status, message, param, retryAfter }: AnError): Response =>
  Response.json({ error: { message, param } }, { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });

type Answers = (sent: Sent) => Response | Promise<Response>;
const anAnswer: fc.Arbitrary<Answers> = fc.oneof(
  { weight: 4, arbitrary: anError.map((error) => () => refuse(error)) },
  // Refused as long as the field is there, so that a second try without it succeeds.
  {
    weight: 4,
    arbitrary: fc.tuple(anError, fc.constantFrom(...FIELDS)).map(([error, field]): Answers => (sent) => {
      const said = { ...error, status: 400, message: error.message.replace(/'x'/, `'${field}'`) };
      return field in sent.body ? refuse(said) : says('Hi')(sent);
    }),
  },
  {
    weight: 1,
    arbitrary: anError.map(
      ({ message }) =>
        () =>
          Response.json({ error: { message } }),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Answers>(says('Hi')) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Answers>(
      () => new Response('<html>'),
      () => new Response(bodyOf('data: {"cho\n\n')),
      () => new Response(null, { status: 204 }),
      () => Promise.reject(new TypeError('connection reset')),
    ),
  },
);

const aValue = fc.oneof(
  fc.double({ min: 0, max: 2, noNaN: true }),
  fc.constantFrom<unknown>('a', null, [], {}, [TOOL], { type: 'json_object' }),
);
const aBody = fc.record(
  {
    model: fc.constantFrom('any/m', '@one/one-m', '@two/own-deployment', '@one/x1', '@two/x2'),
    messages: fc.constantFrom<unknown>([{ role: 'user', content: 'hello', cache_control: {}, index: 0 }], [], 'hello'),
    tools: fc.constantFrom<unknown>([TOOL], [{ ...TOOL, cache_control: {}, strict: true }], [0], {}),
    response_format: fc.constantFrom<unknown>({ type: 'json_object' }, { type: 'json_schema', json_schema: { name: 'a', schema: {} } }),
    session_id: fc.constantFrom('s', 't'),
    stream: fc.boolean(),
    temperature: aValue,
    max_tokens: fc.constantFrom(1, 30),
    seed: aValue,
    top_p: aValue,
    odd: aValue,
    provider: fc.constantFrom<unknown>({ order: ['two'] }, { allow_fallbacks: false }, { sort: 'latency' }),
  },
  { requiredKeys: ['model', 'messages'] },
);
/** An attack that is repeated so often. */
const attacks = fc.array(fc.tuple(aBody, anAnswer, fc.constantFrom(1, 1, 4)), { minLength: 1, maxLength: 6 });

it('a hostile caller changes nothing for another caller', async () => {
  await fc.assert(
    fc.asyncProperty(attacks, async (all) => {
      const world = createWorld();
      await world.observe(); // the caller's own first requests: its conversations are known from here on
      const before = await world.observe();
      for (const [body, answers, times] of all) for (let time = 0; time < times; time++) await world.attack(body, answers);
      expect(await world.observe()).toEqual(before);
    }),
    { numRuns: 25 },
  );
});

it('invented model ids that fail change nothing for another caller', async () => {
  const world = createWorld();
  await world.observe();
  const before = await world.observe();
  for (let index = 0; index < 300; index++)
    await world.attack({ ...PLAIN[0], model: `@one/x${index}` }, () => refuse({ status: 404, message: 'The model does not exist' }));
  expect(await world.observe()).toEqual(before);
});
