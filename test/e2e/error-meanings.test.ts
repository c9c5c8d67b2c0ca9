/**
 * Every error of `test/errors` through failover over real HTTP: with two keys and another provider behind it, who is asked; alone, what the
 * client gets. What must follow from a meaning stands here, by hand.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorMeaning } from '../../src/unified/meaning.ts';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { ALL, LARGEST } from '../errors/all-providers.ts';
import type { ErrorCase } from '../errors/error-case.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { post } from './harness.ts';

/** Consequences of a meaning: the keys tried, whether another provider is tried, and the error when none serves the request. */
type Rule = { keys: number; asksOther: boolean; status: number; type: string; retryable: boolean };

const rule = (keys: number, asksOther: boolean, status: number, type: string, retryable: boolean): Rule => ({
  keys,
  asksOther,
  status,
  type,
  retryable,
});

const RULES: Readonly<Partial<Record<ErrorMeaning, Rule>>> = {
  'bad-key': rule(2, true, 502, 'provider_unavailable', false),
  'no-money': rule(2, true, 502, 'provider_unavailable', false),
  'not-permitted': rule(2, true, 502, 'provider_unavailable', false),
  'rate-limited': rule(2, true, 429, 'rate_limit_exceeded', true),
  'above-rate-limit': rule(2, true, 413, 'payload_too_large', false),
  'no-such-model': rule(2, true, 404, 'not_found', false),
  'not-supported': rule(1, true, 404, 'not_found', false),
  overloaded: rule(1, true, 503, 'provider_overloaded', true),
  timeout: rule(1, true, 504, 'timeout', true),
  'provider-fault': rule(1, true, 502, 'provider_unavailable', true),
  'invalid-output': rule(1, true, 502, 'provider_unavailable', true),
  'prompt-too-long': rule(1, true, 400, 'context_length_exceeded', false),
  'wrong-address': rule(1, true, 502, 'provider_unavailable', false),
  'content-refused': rule(1, false, 400, 'content_policy_violation', false),
  'invalid-request': rule(1, false, 400, 'invalid_request', false),
};

type PlacedCase = { slug: string; place: number; one: ErrorCase };

const CASES: readonly PlacedCase[] = Object.entries(ALL).flatMap(([slug, cases]) => cases.map((one, place) => ({ slug, place, one })));

/** The id of the model of a case. The fake upstream finds the case by it, at any position in the request. */
const modelOf = (index: number) => `case-${index}-model`;

/** Keys that each case was asked with; `other` where the second provider was asked. */
const asked = new Map<number, Set<string>>();

const OTHER = 'parasail';

const KEY_HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key', 'api-subscription-key'];

const keyIn = ({ authorization, ...headers }: IncomingHttpHeaders) =>
  authorization?.replace('Bearer ', '') ?? KEY_HEADERS.map((name) => String(headers[name] ?? '')).join('');

let host: OwnUpstream;
let failingOver: ServingOperation;
let single: ServingOperation;

beforeAll(async () => {
  host = await listen((incoming, response) => {
    void bodyOf(incoming).then((text) => {
      const index = Number(/case-(\d+)-model/.exec(`${incoming.url} ${text}`)?.[1]);
      const keys = asked.get(index) ?? new Set<string>();
      asked.set(index, keys);
      if (incoming.url?.startsWith(`/${OTHER}/`) === true) {
        keys.add('other');
        response.writeHead(200, STREAM_HEADERS).end(contentFrame('fine') + ENDING);
        return;
      }
      keys.add(keyIn(incoming.headers));
      const one = CASES[index]?.one;
      if (one === undefined) throw new Error(`unknown case in ${incoming.url}`);
      const isText = typeof one.body === 'string';
      const type = one.as === 'stream' ? 'text/event-stream' : isText ? 'text/html' : 'application/json';
      response.writeHead(one.status, { 'content-type': type, ...one.headers }).end(isText ? one.body : JSON.stringify(one.body));
    });
  });
  const variables = {
    ALLOW_ANONYMOUS: 'true',
    GOOGLE_VERTEX_ACCESS_TOKEN: 'first-key-of-google-vertex,second-key-of-google-vertex',
    GOOGLE_VERTEX_PROJECT: 'p',
    CLOUDFLARE_ACCOUNT_ID: 'account',
    ...Object.fromEntries(
      [...Object.keys(ALL), OTHER].flatMap((slug) => {
        const prefix = slug.toUpperCase().replaceAll('-', '_');
        return [
          [`${prefix}_BASE_URL`, `${host.url}/${slug}`],
          [`${prefix}_API_KEY`, `first-key-of-${slug},second-key-of-${slug}`],
        ];
      }),
    ),
  };
  [failingOver, single] = await Promise.all([serveRouter(variables), serveRouter({ ...variables, MAX_ATTEMPTS: '1' })]);
});
afterAll(async () => {
  await Promise.all([failingOver.stop(), single.stop()]);
  await host.stop();
});

const messages = [{ role: 'user', content: 'hello' }];

type ToldError = { code: number; type: string; message: string; metadata: { retryable: boolean; raw: Record<string, unknown> } };

/** Fields of the upstream's error object that do not reach the client as they are. */
function lostFields({ body }: ErrorCase, raw: Record<string, unknown>): string[] {
  const said = (body as { error?: unknown }).error;
  const fields = typeof said === 'object' && said !== null ? Object.entries(said) : [];
  return fields.filter(([field, value]) => JSON.stringify(raw[field]) !== JSON.stringify(value)).map(([field]) => field);
}

/** So many requests at a time. */
const AT_ONCE = 40;

/** Walks all cases; what is wrong comes back as one line each. */
async function walk(check: (walked: PlacedCase, index: number) => Promise<string[]>): Promise<string[]> {
  const wrong: string[] = [];
  const open = CASES.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, walked] of open) {
        const { slug, place, one } = walked;
        wrong.push(...(await check(walked, index)).map((what) => `${slug} ${place} (${one.meaning}, ${one.source}): ${what}`));
      }
    }),
  );
  return wrong;
}

const differ = (what: string, got: unknown, expected: unknown) =>
  got === expected ? [] : [`${what} is ${JSON.stringify(got)}, expected ${JSON.stringify(expected)}`];

it('the table has at least ten cases for each of the fifteen largest providers', () => {
  const few = Object.entries(LARGEST).filter(([, cases]) => cases.length < 10);
  expect(few.map(([slug]) => slug)).toEqual([]);
  expect(Object.keys(LARGEST)).toHaveLength(15);
});

describe("a provider's error", () => {
  it('is followed by another provider where its meaning allows', async () => {
    const wrong = await walk(async ({ slug, one }, index) => {
      const models = [`@${slug}/${modelOf(index)}`, `@${OTHER}/${modelOf(index)}`];
      const response = await post(`${failingOver.url}/v1/chat/completions`, { models, messages, stream: one.as === 'stream' });
      await response.text();
      const rules = RULES[one.meaning];
      const keys = asked.get(index);
      asked.delete(index);
      return [
        ...differ('asks another provider', keys?.has('other'), rules?.asksOther),
        ...differ('an answer', response.status === 200, rules?.asksOther),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('is followed by each key where its meaning allows, and reaches the client by its meaning', async () => {
    const wrong = await walk(async ({ slug, one }, index) => {
      const response = await post(`${single.url}/v1/chat/completions`, {
        model: `@${slug}/${modelOf(index)}`,
        messages,
        stream: one.as === 'stream',
      });
      const { error } = (await response.json()) as { error: ToldError };
      const told = { ...RULES[one.meaning], ...one.told };
      const retryAfter = response.headers.get('retry-after');
      return [
        ...differ('number of keys', asked.get(index)?.size, told.keys),
        ...differ('status', response.status, told.status),
        ...differ('code', error.code, told.status),
        ...differ('type', error.type, told.type),
        ...differ('retryable', error.metadata.retryable, told.retryable),
        ...differ('x-should-retry', response.headers.get('x-should-retry'), told.retryable === true ? null : 'false'),
        ...differ('retry-after', retryAfter === null, told.retryable !== true),
        ...(told.retryAfter === undefined ? [] : differ('retry-after', retryAfter, String(told.retryAfter))),
        ...differ('fields that are lost', lostFields(one, error.metadata.raw).join(), ''),
        ...(one.meaning === 'content-refused' && /router's key|\(check /.test(error.message)
          ? [`the message speaks of a key: ${error.message}`]
          : []),
      ];
    });
    expect(wrong).toEqual([]);
  });
});
