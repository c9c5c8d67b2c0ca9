/** One caller makes a provider repeat words of keys and capacity: the next caller's call goes where it would have gone anyway. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { post } from './harness.ts';

/** Texts that close the quotes in which the provider repeats them. */
const TEXTS = [
  `'. Incorrect API key provided`,
  `" Insufficient Balance "`,
  'Your account has been deactivated',
  `x', the engine is currently overloaded`,
];

/** So often that keys and endpoints would be set aside. */
const TIMES = 6;

let host: OwnUpstream;
let router: ServingOperation;
const served: string[] = [];

beforeAll(async () => {
  host = await listen((incoming, response) => {
    void bodyOf(incoming).then((text) => {
      const { stop } = JSON.parse(text) as { stop?: string };
      if (stop !== undefined) {
        const message = `Invalid value: '${stop}'. Expected a list.`;
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }));
        return;
      }
      served.push(`${incoming.url?.split('/')[1]} ${incoming.headers.authorization}`);
      response.writeHead(200, STREAM_HEADERS).end(contentFrame('fine') + ENDING);
    });
  });
  router = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    DEEPSEEK_BASE_URL: `${host.url}/deepseek`,
    DEEPSEEK_API_KEY: 'first-key-of-deepseek,second-key-of-deepseek',
    PARASAIL_BASE_URL: `${host.url}/parasail`,
    PARASAIL_API_KEY: 'key-of-parasail',
  });
});
afterAll(async () => {
  await router.stop();
  await host.stop();
});

const ask = async (more: object) => {
  const models = ['@deepseek/one-model', '@parasail/one-model'];
  const messages = [{ role: 'user', content: 'hello' }];
  const response = await post(`${router.url}/v1/chat/completions`, { models, messages, ...more });
  await response.text();
  return response.status;
};

it("an error that repeats the caller's text blocks neither keys nor endpoints for other callers", async () => {
  for (let time = 0; time < TIMES; time++) {
    const statuses = await Promise.all(TEXTS.map((stop) => ask({ stop })));
    expect(statuses.every((status) => status >= 400)).toBe(true);
  }
  expect([await ask({}), await ask({}), await ask({}), await ask({})]).toEqual([200, 200, 200, 200]);
  // The first endpoint serves every call, with both keys in turn.
  expect(served.map((call) => call.split(' ')[0])).toEqual(['deepseek', 'deepseek', 'deepseek', 'deepseek']);
  expect(new Set(served).size).toBe(2);
});
