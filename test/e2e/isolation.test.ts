/** Refusals and failures that one caller meets, over real HTTP: what is learned of them, and what another caller gets afterwards. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { bodyOf, completionOf, listen, type OwnUpstream } from '../support/http-upstream.ts';
import { post } from './harness.ts';

const TOOL = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: { index: { type: 'integer' } } } } };
const SCHEMA = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object', properties: {} } } };

/** The providers' answer to a body: an error, or null for a good one. `path` begins with the provider. */
type Judge = (body: JsonObject, path: string) => { status: number; error: JsonObject; retryAfter?: string } | null;

let upstream: OwnUpstream;
let anonymous: ServingOperation;
let keyed: ServingOperation;
let judge: Judge = () => null;
let sent: { path: string; body: JsonObject }[] = [];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = JSON.parse(await bodyOf(request)) as JsonObject;
  const path = request.url ?? '';
  sent.push({ path, body });
  const refused = judge(body, path);
  response
    .writeHead(refused?.status ?? 200, {
      'content-type': 'application/json',
      ...(refused?.retryAfter === undefined ? {} : { 'retry-after': refused.retryAfter }),
    })
    .end(JSON.stringify(refused?.error ?? completionOf('Hi')));
}

beforeAll(async () => {
  upstream = await listen((request, response) => void answer(request, response));
  const variables = {
    OPENAI_BASE_URL: `${upstream.url}/openai`,
    OPENAI_API_KEY: 'sk-openai-0123456789',
    AZURE_OPENAI_BASE_URL: `${upstream.url}/azure`,
    AZURE_OPENAI_API_KEY: 'sk-azure-0123456789',
    AZURE_OPENAI_RESOURCE: 'acme',
    VLLM_BASE_URL: `${upstream.url}/vllm`,
  };
  anonymous = await serveRouter({ ...variables, ALLOW_ANONYMOUS: 'true' });
  keyed = await serveRouter({ ...variables, ROUTER_API_KEYS: 'key-a,key-b,key-c' });
});
afterAll(async () => {
  await anonymous?.stop();
  await keyed?.stop();
  await upstream?.stop();
});
beforeEach(() => {
  sent = [];
  judge = () => null;
});

type JsonResponse = { status: number; body: JsonObject & { adjustments?: JsonObject[]; error?: JsonObject } };
async function ask(router: ServingOperation, fields: JsonObject, key = 'key-a', path = 'chat/completions'): Promise<JsonResponse> {
  const body = { messages: [{ role: 'user', content: 'hello' }], ...fields };
  const response = await post(`${router.url}/v1/${path}`, body, { authorization: `Bearer ${key}` });
  return { status: response.status, body: (await response.json()) as JsonResponse['body'] };
}
/** How OpenAI's endpoint of a listed model stands for a caller. */
async function standingFor({ url }: ServingOperation, key: string): Promise<JsonObject> {
  const response = await fetch(`${url}/v1/models/openai/gpt-4o-mini/endpoints`, { headers: { authorization: `Bearer ${key}` } });
  const { data } = (await response.json()) as { data: { endpoints: { tag: string; health: JsonObject }[] } };
  return data.endpoints.find(({ tag }) => tag === 'openai')?.health ?? {};
}
const refusal = (message: string, more: JsonObject = {}, status = 400) => ({
  status,
  error: { error: { message, type: 'invalid_request_error', ...more } },
});
const hasHint = ({ tools }: JsonObject) => Array.isArray(tools) && JSON.stringify(tools).includes('cache_control');

describe.each([
  ['of one anonymous tenant', () => anonymous],
  ['with keys of their own', () => keyed],
])('two callers %s', (_, routerOf) => {
  it.each<[string, string, JsonObject]>([
    [
      'OpenAI',
      '@openai/gpt-4o-mini',
      refusal("Unknown parameter: 'tools[0].cache_control'.", { param: 'tools[0].cache_control', code: 'unknown_parameter' }),
    ],
    [
      'vLLM',
      '@vllm/any-model',
      {
        status: 400,
        error: { detail: [{ type: 'extra_forbidden', loc: ['body', 'tools', 0, 'cache_control'], msg: 'Extra inputs are not permitted' }] },
      },
    ],
  ])('a refused field inside a tool is dropped alone, and the tools are kept (%s)', async (_name, model, refused) => {
    judge = (body) => (hasHint(body) ? (refused as ReturnType<Judge>) : null);
    const first = await ask(routerOf(), { model, tools: [{ ...TOOL, cache_control: { type: 'ephemeral' } }] });
    expect(first.status).toBe(200);
    expect(sent.map(({ body }) => hasHint(body))).toEqual([true, false]);
    expect(sent[1]?.body['tools']).toEqual([TOOL]);
    expect(first.body.adjustments).toContainEqual(expect.objectContaining({ param: 'tools.0.cache_control', action: 'dropped' }));
    const second = await ask(routerOf(), { model, tools: [TOOL] }, 'key-b');
    expect(second.body.adjustments ?? []).toEqual([]);
    expect(sent[2]?.body['tools']).toEqual([TOOL]);
  });

  it.each<[string, JsonObject, ReturnType<Judge>]>([
    [
      'too many tools',
      { tools: Array.from({ length: 130 }, (__, index) => ({ ...TOOL, function: { ...TOOL.function, name: `f${index}` } })) },
      refusal("Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 130 instead.", {
        param: 'tools',
        code: 'array_above_max_length',
      }),
    ],
    [
      'a long description',
      { tools: [TOOL] },
      refusal(
        "Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024, but got a string with length 1100 instead.",
        { param: 'tools[0].function.description', code: 'string_above_max_length' },
      ),
    ],
    [
      'a schema',
      { response_format: SCHEMA },
      refusal("Invalid schema for response_format 'a': In context=(), 'additionalProperties' is required to be supplied and to be false.", {
        param: 'response_format',
      }),
    ],
  ])("a refusal of %s is the caller's 400, and nothing is learned", async (_name, fields, refused) => {
    const model = '@openai/gpt-4o-mini';
    judge = () => refused;
    const first = await ask(routerOf(), { model, ...fields });
    expect([first.status, sent.length]).toEqual([400, 1]);
    judge = () => null;
    for (const wishes of [{}, { allow_adjustments: false }, { require_parameters: true }]) {
      const plain = { model, tools: [TOOL], response_format: { type: 'json_object' }, provider: wishes };
      expect((await ask(routerOf(), plain, 'key-b')).status).toBe(200);
      expect(sent.at(-1)?.body).toMatchObject({ tools: [TOOL], response_format: { type: 'json_object' } });
    }
  });

  it('a new parameter name in an error is used at once, with the value that was sent', async () => {
    const model = '@azure-openai/prod-chat';
    judge = (body) =>
      'max_tokens' in body
        ? refusal("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", {
            param: 'max_tokens',
            code: 'unsupported_parameter',
          })
        : null;
    const first = await ask(routerOf(), { model, max_tokens: 30 });
    expect([first.status, sent.at(-1)?.body['max_completion_tokens'], sent.at(-1)?.body['max_tokens']]).toEqual([200, 30, undefined]);
    expect(first.body.adjustments).toContainEqual(
      expect.objectContaining({ param: 'max_tokens', action: 'renamed', to: 'max_completion_tokens' }),
    );
    sent = [];
    await ask(routerOf(), { model, max_tokens: 40 });
    expect(sent.map(({ body }) => body['max_completion_tokens'])).toEqual([40]);
  });

  it.each<[string, number, string, string | undefined]>([
    ['a moderation 403', 403, 'Your input was flagged for: harassment', undefined],
    ['a 404 for a file', 404, 'No such File object: file-abc123', 'file_id'],
    [
      'a request above the limit for a minute',
      429,
      'Request too large for gpt-4o-mini: tokens per min (TPM): Limit 6000, Requested 9386. The input or output tokens must be reduced.',
      undefined,
    ],
  ])('%s opens no circuit', async (_name, status, message, param) => {
    judge = () => refusal(message, param === undefined ? {} : { param }, status);
    for (let time = 0; time < 4; time++) await ask(routerOf(), { model: '@openai/gpt-4o-mini' });
    for (const key of ['key-a', 'key-b']) expect(await standingFor(routerOf(), key)).toMatchObject({ state: 'closed', failures: 0 });
  });
});

it('1,005 invented model ids do not evict the health of a failing endpoint', async () => {
  judge = (body) => refusal('The model does not exist', { code: 'model_not_found' }, body['model'] === 'gpt-4o-mini' ? 404 : 400);
  for (let time = 0; time < 3; time++) await ask(anonymous, { model: '@openai/gpt-4o-mini' });
  const { failures } = await standingFor(anonymous, 'key-a');
  for (let batch = 0; batch < 15; batch++)
    await Promise.all(Array.from({ length: 67 }, (_, index) => ask(anonymous, { model: `@openai/x${batch * 67 + index}` })));
  expect(failures).toBeGreaterThanOrEqual(3);
  expect((await standingFor(anonymous, 'key-a'))['failures']).toBe(failures);
});

describe('two callers with their own keys', () => {
  const fail = async (key: string) => {
    judge = () => ({ ...refusal('The model `gpt-4o-mini` does not exist', { code: 'model_not_found' }, 404), retryAfter: '60' });
    for (let time = 0; time < 3; time++) await ask(keyed, { model: '@openai/gpt-4o-mini' }, key);
  };
  const statesOf = (...keys: string[]) => Promise.all(keys.map(async (key) => (await standingFor(keyed, key))['state']));

  it('share a failure only after it happened to both', async () => {
    await fail('key-a');
    expect(await statesOf('key-a', 'key-b', 'key-c')).toEqual(['open', 'closed', 'closed']);
    await fail('key-b');
    expect(await statesOf('key-a', 'key-b', 'key-c')).toEqual(['open', 'open', 'open']);
  });
});
