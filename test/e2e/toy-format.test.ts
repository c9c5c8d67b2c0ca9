/**
 * A client format is a folder and one line: the router with a format that only the tests know, over real HTTP in workerd. Its path, its
 * errors (whatever their cause), its stream and its keep-alives are its own; the formats beside it stay as they are.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { bundle, serve, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post } from './harness.ts';

const KEY = { authorization: 'Bearer toy-caller-key' };
const WHOLE = {
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
};

let upstream: OwnUpstream;
let router: ServingOperation;
/** Bodies that the provider received, oldest first. */
const received: JsonObject[] = [];

async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.parse(await bodyOf(incoming)) as JsonObject & { messages: { content: string }[] };
  received.push(body);
  const [said] = body.messages;
  if (said?.content === 'busy') {
    response.writeHead(503).end('{"error":{"message":"no capacity"}}');
    return;
  }
  if (body['stream'] !== true) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(WHOLE));
    return;
  }
  response.writeHead(200, STREAM_HEADERS).flushHeaders();
  if (said?.content === 'slow') await new Promise((resolve) => void setTimeout(resolve, 3500)); // past the first keep-alive
  response.write(contentFrame('Hel') + contentFrame('lo.'));
  if (said?.content === 'break') response.end('data: {"error":{"message":"no capacity"}}\n\n');
  else response.end(ENDING);
}

beforeAll(async () => {
  upstream = await listen(answer);
  const code = await bundle('test/support/toy-format/worker.ts');
  router = await serve('toy', code, { NOVITA_BASE_URL: upstream.url, MAX_ATTEMPTS: '1', JOIN_WRITES_MS: '0' });
});
afterAll(async () => {
  await router?.stop();
  await upstream?.stop();
});

const say = (fields: JsonObject, headers: Readonly<Record<string, string>> = KEY, path = '/v1/toy/say') =>
  post(`${router.url}${path}`, { who: '@novita/m', say: 'hello', ...fields }, headers);
const linesOf = (text: string): JsonObject[] => {
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as JsonObject);
};

describe('a request of the toy format', () => {
  it.each(['/v1', '/api/v1'])('is answered below %s in its own body, with its own id and headers', async (base) => {
    const response = await say({ heat: 0, limit: 7, halt: ['.'], top_a: 0.5, mark: 'here' }, KEY, `${base}/toy/say`);
    expect(response.status).toBe(200);
    const id = response.headers.get('x-generation-id')?.replace('gen-', 'toy-');
    expect(response.headers.get('toy-reference')).toBe(id);
    expect(response.headers.get('access-control-expose-headers')).toContain('toy-reference');
    expect(await response.json()).toEqual({
      ref: id,
      by: 'Novita AI',
      answers: [{ at: 0, blocks: [{ text: 'Hello' }], stopped: 'stop' }],
      spent: [2, 3],
      changed: ['top_a', 'heat'],
      mark: 'here',
    });
    expect(received.at(-1)).toMatchObject({ model: 'm', max_tokens: 7, messages: [{ role: 'user', content: 'hello' }] });
  });

  it('names adjusted parameters in the header as the client does', async () => {
    const response = await say({ heat: 0 });
    expect(response.headers.get('x-tributary-adjustments')).toMatch(/^heat;action=clamped/);
  });

  it('is streamed in its own lines', async () => {
    const response = await say({ live: true }, { ...KEY, 'toy-mark': 'from a header' });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(linesOf(await response.text())).toEqual([
      { open: { ref: response.headers.get('toy-reference'), by: 'Novita AI' } },
      { at: 0, text: 'Hel' },
      { at: 0, text: 'lo.' },
      { at: 0, stopped: 'stop' },
      { done: { spent: [2, 3], mark: 'from a header' } },
    ]);
  });

  it('gets the keep-alives of its format while the provider is silent', async () => {
    const lines = linesOf(await (await say({ live: true, say: 'slow' })).text());
    expect(lines[0]).toEqual({ beat: true });
    expect(lines.filter((line) => 'beat' in line).length).toBeLessThanOrEqual(2);
    expect(lines.at(-1)).toHaveProperty('done');
  });

  it('gets an error inside a stream in its own shape, after the text', async () => {
    const lines = linesOf(await (await say({ live: true, say: 'break' })).text());
    expect(lines.slice(1, 3)).toEqual([
      { at: 0, text: 'Hel' },
      { at: 0, text: 'lo.' },
    ]);
    expect(lines.at(-1)).toMatchObject({ oops: { kind: 'provider_unavailable', text: 'Novita AI: no capacity' } });
    expect(JSON.stringify(lines)).not.toContain('"done"');
  });

  it('is explained by its path, with the names of its parameters', async () => {
    for (const path of ['/v1/explain/toy/say', '/v1/explain']) {
      const response = await say({ heat: 0 }, KEY, path);
      expect(await response.json()).toMatchObject({
        operation: 'chat',
        adjustments: [{ param: 'heat' }],
        requests: [{ body: { model: 'm' } }],
      });
    }
  });
});

describe('an error of the toy format', () => {
  /** Status, kind and field of an error; fails for a body in another shape, or without the id of the answer. */
  async function shapeOf(response: Response): Promise<unknown[]> {
    const { oops, ref, ...more } = (await response.json()) as { oops: { kind: string; field?: string }; ref: string };
    const id = response.headers.get('x-generation-id')?.replace('gen-', 'toy-');
    expect([Object.keys(more), ref, response.headers.get('toy-reference')]).toEqual([[], id, id]);
    return [response.status, oops.kind, ...(oops.field === undefined ? [] : [oops.field])];
  }

  it('names the field as the client did, in the text too', async () => {
    const response = await say({ heat: 3 });
    expect(await response.clone().text()).toContain('heat is 3; expected a number from 0 to 2.');
    expect(await shapeOf(response)).toEqual([400, 'invalid_request', 'heat']);
  });

  it.each<[string, JsonObject, string]>([
    ['a nested field', { mind: { depth: 'bottomless' } }, 'mind.depth'],
    ['an entry of a list', { halt: ['a', 5] }, 'halt[1]'],
    ['the model', { who: '' }, 'who'],
    ['an id of a model that cannot be part of a URL', { who: '@novita/../m' }, 'who'],
    ['the input', { say: 5 }, 'say'],
    ['a field that may not be changed', { heat: 0, provider: { allow_adjustments: false } }, 'heat'],
  ])('names %s as the client did', async (_, fields, field) => {
    expect(await (await say(fields)).json()).toMatchObject({ oops: { field } });
  });

  it('keeps the status of the format, and the advice to a retry loop', async () => {
    const response = await say({ say: 'busy' });
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await shapeOf(response)).toEqual([529, 'provider_overloaded']);
  });

  it('is in its shape without a key', async () => {
    expect(await shapeOf(await say({}, {}))).toEqual([401, 'authentication']);
  });

  it('is in its shape for a body that is not JSON', async () => {
    expect(await shapeOf(await post(`${router.url}/v1/toy/say`, '{', KEY))).toEqual([400, 'invalid_request']);
  });

  it.each(['/v1/toy/say/more', '/api/v1/toy/say/5/cancel', '/toy/say/more', '/v1/explain/toy/say/more'])(
    'is in its shape for %s, which does not exist',
    async (path) => {
      expect(await shapeOf(await say({}, KEY, path))).toEqual([404, 'not_found']);
    },
  );

  it.each(['/v1/toy/say', '/v1/explain/toy/say'])('is in its shape for a GET of %s, with the allowed method', async (path) => {
    const response = await fetch(`${router.url}${path}`, { headers: KEY });
    expect(response.headers.get('allow')).toBe('POST');
    expect(await shapeOf(response)).toEqual([405, 'method_not_allowed']);
  });
});

describe('a router with the toy format', () => {
  it('answers chat completions as before', async () => {
    const response = await post(`${router.url}/v1/chat/completions`, hello({ model: '@novita/m' }), KEY);
    expect(await response.json()).toMatchObject({ object: 'chat.completion', id: response.headers.get('x-generation-id') });
    expect(response.headers.has('toy-reference')).toBe(false);
  });

  it.each(['/v1/chat/completions/x', '/v1/toys', '/v1/toy', '/nowhere'])(
    'returns errors of %s in the shape of the first format',
    async (path) => {
      expect(await errorOf(await post(`${router.url}${path}`, {}, KEY))).toMatchObject({ code: 404, type: 'not_found' });
    },
  );
});
