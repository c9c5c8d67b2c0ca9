/** `POST /messages` from HTTP to HTTP: what goes upstream, and what a client reads of a failure. Real provider files over a scripted network. */
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { createRouter, json, KEY, type Router } from './router.ts';

type Upstream = { router: Router; sent: { url: string; body: JsonObject; headers: Headers }[] };

const KEYS = { GROQ_API_KEY: 'g', ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' };

/** @param answer status and body of each upstream answer. */
function upstream(answer: [status: number, body: unknown]): Upstream {
  const sent: Upstream['sent'] = [];
  const router = createRouter(KEYS, async (url, init) => {
    const request = new Request(url, init);
    sent.push({ url: request.url, body: (await request.json()) as JsonObject, headers: request.headers });
    return Response.json(answer[1], { status: answer[0] });
  });
  return { router, sent };
}

const DONE = { id: 'x', model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }] };
const body = (fields: JsonObject = {}): JsonObject => ({
  model: '@groq/m',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hi' }],
  ...fields,
});
const headers = { 'x-api-key': KEY, 'anthropic-version': '2026-10-21', 'anthropic-beta': 'interleaved-thinking-2025-05-14' };

/** What Claude Code 2.1.332 sends of a second turn, shortened. */
const CLAUDE_CODE = body({
  system: [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.332; cch=1;' },
    { type: 'text', text: 'You are Claude Code', cache_control: { type: 'ephemeral' } },
  ],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'run echo hi' }] },
    { role: 'system', content: 'Environment: linux' },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'I run it.', signature: '' },
        { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'echo hi' } },
      ],
    },
    {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'hi', is_error: false, cache_control: { type: 'ephemeral' } }],
    },
  ],
  tools: [
    { name: 'Bash', description: 'Runs', input_schema: { type: 'object', properties: { command: { type: 'string' } } } },
    { name: 'DeferredToolPlaceholder', description: 'no', input_schema: { type: 'object' }, defer_loading: true },
  ],
  metadata: { user_id: '{"device_id":"d","account_uuid":"","session_id":"s"}' },
  max_tokens: 32_000,
  thinking: { type: 'adaptive', display: 'summarized' },
  context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  output_config: { effort: 'high' },
});

describe('a request of Claude Code', () => {
  it.each(['/v1/messages?beta=true', '/api/v1/messages', '/messages'])('is answered at %s', async (path) => {
    const { router, sent } = upstream([200, DONE]);
    const response = await router.call('POST', path, CLAUDE_CODE, headers);
    expect(response.status).toBe(200);
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(await json(response)).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi.' }],
      stop_reason: 'end_turn',
    });
    expect(sent[0]?.body['messages']).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { role: 'system', content: 'Environment: linux' },
      { role: 'assistant', tool_calls: [{ id: 'toolu_1' }] },
      { role: 'tool', tool_call_id: 'toolu_1', content: 'hi' },
    ]);
    expect(JSON.stringify(sent[0]?.body)).not.toMatch(/billing-header|Placeholder/);
  });
});

describe('a failure', () => {
  const failed = async (answer: [number, unknown], fields: JsonObject = {}) => {
    const { router } = upstream(answer);
    const response = await router.call('POST', '/v1/messages', body(fields), headers);
    const { error, request_id: id } = await json(response);
    return { status: response.status, headers: response.headers, error: isObject(error) ? error : {}, id };
  };

  it.each<[number, number, string]>([
    [400, 400, 'invalid_request_error'],
    [413, 413, 'request_too_large'],
    [429, 429, 'rate_limit_error'],
    [500, 502, 'api_error'],
    [503, 529, 'overloaded_error'],
    [504, 504, 'timeout_error'],
  ])('of an upstream with %i is %i %s', async (status, expected, type) => {
    const failure = await failed([status, { error: { message: 'no luck' } }]);
    expect([failure.status, failure.error['type']]).toEqual([expected, type]);
    expect(failure.id).toBe(failure.headers.get('request-id'));
  });

  it('of a prompt that is too long has the sizes that the provider stated', async () => {
    const message = "This model's maximum context length is 8192 tokens. However, your messages resulted in 8545 tokens.";
    const { status, error, headers: sent } = await failed([400, { error: { message, code: 'context_length_exceeded' } }]);
    expect([status, error['message'], sent.get('x-should-retry')]).toEqual([
      400,
      'prompt is too long: 8545 tokens > 8192 maximum',
      'false',
    ]);
  });

  it('of a prompt that is too long has the context of the catalogue and an estimate', async () => {
    const { error } = await failed(
      [400, { error: { message: 'Please reduce the length of the messages', code: 'context_length_exceeded' } }],
      {
        model: '@groq/llama-3.3-70b-versatile',
      },
    );
    expect(error['message']).toBe('prompt is too long: 131073 tokens > 131072 maximum');
  });

  it('of a prompt that no context holds has both sizes', async () => {
    const { error } = await failed([200, DONE], {
      model: '@groq/llama-3.3-70b-versatile',
      messages: [{ role: 'user', content: 'seven little words in a row here '.repeat(30_000) }],
    });
    const [, prompt, maximum] = /^prompt is too long: (\d+) tokens > (\d+) maximum$/.exec(String(error['message'])) ?? [];
    expect(Number(maximum)).toBe(131_072);
    expect(Number(prompt)).toBeGreaterThan(131_072);
  });

  it.each<[string, JsonObject, number, JsonObject]>([
    [
      'a new thread',
      { thread: { type: 'create' } },
      400,
      { type: 'invalid_request_error', details: { error_code: 'thread_unsupported_request', unsupported: [] } },
    ],
    [
      'an older thread',
      { thread: { type: 'continue', previous_message_id: 'msg_1' } },
      404,
      { type: 'not_found_error', details: { error_code: 'thread_not_found' } },
    ],
    ['servers', { mcp_servers: [{ name: 'a' }] }, 400, { type: 'invalid_request_error', param: 'mcp_servers' }],
    ['a limit of 0', { max_tokens: 0 }, 400, { type: 'invalid_request_error', param: 'max_tokens' }],
    ['no limit', { max_tokens: null }, 400, { type: 'invalid_request_error', param: 'max_tokens' }],
    ['a wrong block', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 400, { param: 'messages[0].content[0].text' }],
  ])('of %s names its cause and is not to be repeated', async (_, fields, expected, error) => {
    const failure = await failed([200, DONE], fields);
    expect(failure).toMatchObject({ status: expected, error });
    expect(failure.headers.get('x-should-retry')).toBe('false');
  });

  it('of a missing key, an unknown path and a broken body has the same form', async () => {
    const { router } = upstream([200, DONE]);
    const form = { type: 'error', error: { type: expect.any(String) as string, message: expect.any(String) as string } };
    for (const response of [
      await router.call('POST', '/v1/messages', body(), {}),
      await router.call('POST', '/v1/messages/batches', body(), headers),
      await router.call('POST', '/v1/messages', '{"model":', headers),
      await router.call('GET', '/v1/messages', undefined, headers),
    ])
      expect(await json(response)).toMatchObject(form);
  });
});

describe('/explain', () => {
  const explained = async (path: string, fields: JsonObject) =>
    json(await upstream([200, DONE]).router.call('POST', path, body(fields), headers));

  it('names the fields of the format', async () => {
    const { adjustments } = await explained('/v1/explain/messages', {
      thinking: { type: 'enabled', budget_tokens: 2000 },
      inference_geo: 'eu',
    });
    expect(adjustments).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ param: 'inference_geo' }),
        expect.objectContaining({ param: 'thinking.budget_tokens' }),
      ]),
    );
  });

  it.each<[string, JsonObject]>([
    ['system', { system: 'S' }],
    ['stop_sequences', { stop_sequences: ['a'] }],
    ['a tool', { tools: [{ name: 'f', input_schema: { type: 'object' } }] }],
    ['a tool of a type', { tools: [{ type: 'bash_20250124', name: 'bash' }] }],
    ['a choice', { tool_choice: { type: 'any' } }],
    ['thinking', { thinking: { type: 'adaptive' } }],
    [
      'a block',
      { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } }] }] },
    ],
  ])('without a path knows the format by %s', async (_, fields) => {
    const answer = await explained('/v1/explain', { ...fields, metadata: { team: 'x', user_id: 'u' } });
    expect(answer['adjustments']).toContainEqual(expect.objectContaining({ param: 'metadata.team' }));
  });

  it('without a path reads texts alone as chat completions', async () => {
    const answer = await explained('/v1/explain', { max_tokens: 5, n: 1 });
    expect(answer['adjustments']).toEqual([]);
  });
});
