/** POST /responses through the whole router, in front of a provider that speaks chat completions. */
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../src/lib/fetch.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createRouter, errorOf, json } from './router.ts';

const READY = { NOVITA_API_KEY: 'novita-key' };
const USAGE = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };

/** A provider that answers every call with these deltas, or with an error; keeps what it was sent. */
function upstream(deltas: readonly JsonObject[] | { status: number; body: unknown }, finish = 'stop') {
  const bodies: JsonObject[] = [];
  const fetch: Fetch = (_url, init) => {
    const body = JSON.parse(String(init.body)) as JsonObject;
    bodies.push(body);
    if ('status' in deltas) return Promise.resolve(Response.json(deltas.body, { status: deltas.status }));
    const chunks = [
      ...deltas.map((delta) => ({ choices: [{ index: 0, delta: delta as JsonObject, finish_reason: null }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: finish }], usage: USAGE },
    ];
    const text = `${chunks.map((chunk) => `data: ${JSON.stringify({ id: 'u', model: 'm', ...chunk })}\n\n`).join('')}data: [DONE]\n\n`;
    return Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } }));
  };
  return { fetch, bodies };
}

const toolDelta = (fields: JsonObject, id?: string) => ({
  tool_calls: [{ index: 0, ...(id === undefined ? {} : { id, type: 'function' }), function: fields }],
});

/** The events of a streamed answer. */
async function events(response: Response): Promise<JsonObject[]> {
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice(6)) as JsonObject);
}

async function ask(body: JsonObject, { fetch, bodies }: ReturnType<typeof upstream>) {
  const router = createRouter(READY, fetch);
  const response = await router.call('POST', '/v1/responses', { model: '@novita/m', input: 'Hi', stream: true, ...body });
  const all = await events(response);
  const completed = all.at(-1)?.['response'] as JsonObject | undefined;
  return { response, all, output: (completed?.['output'] ?? []) as JsonObject[], sent: bodies[0] ?? {} };
}

describe('POST /responses in front of chat completions', () => {
  it('answers the call of a custom tool as one, decoded while it arrives', async () => {
    const { all, output, sent } = await ask(
      { tools: [{ type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: X' } }] },
      upstream(
        [
          toolDelta({ name: 'apply_patch', arguments: '' }, 'call_1'),
          ...['{"inp', 'ut":"*** Beg', 'in\\nX"}'].map((piece) => toolDelta({ arguments: piece })),
        ],
        'tool_calls',
      ),
    );
    expect(sent['tools']).toMatchObject([
      { type: 'function', function: { name: 'apply_patch', description: expect.stringContaining('start: X') } },
    ]);
    const of = (type: string) => all.filter((event) => event['type'] === type);
    expect(of('response.custom_tool_call_input.delta').map(({ delta }) => delta)).toEqual(['*** Beg', 'in\nX']);
    expect(of('response.custom_tool_call_input.done').map(({ input }) => input)).toEqual(['*** Begin\nX']);
    expect(output).toMatchObject([{ type: 'custom_tool_call', name: 'apply_patch', call_id: 'call_1', input: '*** Begin\nX' }]);
  });

  it('answers the call of a tool in a namespace with both names', async () => {
    const tools = [{ type: 'namespace', name: 'multi_agent_v1', tools: [{ type: 'function', name: 'list_agents' }] }];
    const { output, sent } = await ask(
      { tools },
      upstream([toolDelta({ name: 'multi_agent_v1__list_agents', arguments: '{}' }, 'call_1')], 'tool_calls'),
    );
    expect(sent['tools']).toMatchObject([{ function: { name: 'multi_agent_v1__list_agents' } }]);
    expect(output).toMatchObject([{ type: 'function_call', namespace: 'multi_agent_v1', name: 'list_agents', arguments: '{}' }]);
  });

  it('answers a search for tools as one, and takes what was found', async () => {
    const tools = [{ type: 'tool_search', execution: 'client', parameters: { type: 'object', properties: { query: { type: 'string' } } } }];
    const { output } = await ask(
      { tools },
      upstream([toolDelta({ name: 'tool_search', arguments: '{"query":"x"}' }, 'call_1')], 'tool_calls'),
    );
    expect(output).toMatchObject([{ type: 'tool_search_call', execution: 'client', call_id: 'call_1', arguments: { query: 'x' } }]);
    const found = { type: 'tool_search_output', call_id: 'call_1', tools: [{ type: 'function', name: 'found' }] };
    const { sent } = await ask({ tools, input: [{ role: 'user', content: 'x' }, ...output, found] }, upstream([{ content: 'ok' }]));
    expect((sent['tools'] as { function: { name: string } }[]).map((tool) => tool.function.name)).toEqual(['tool_search', 'found']);
    expect(sent['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', tool_calls: [{ id: 'call_1' }] },
      { role: 'tool', tool_call_id: 'call_1' },
    ]);
  });

  it('sends only allowed tools', async () => {
    const tools = ['a', 'b'].map((name) => ({ type: 'function', name }));
    const choice = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'b' }] };
    const { sent } = await ask({ tools, tool_choice: choice }, upstream([{ content: 'ok' }]));
    expect(sent).toMatchObject({ tools: [{ function: { name: 'b' } }], tool_choice: 'required' });
  });

  it('reads back what it answered: reasoning, text and calls are one message', async () => {
    const first = await ask(
      { tools: [{ type: 'function', name: 'look' }] },
      upstream(
        [{ reasoning_content: 'Hm.' }, { content: 'I look.' }, toolDelta({ name: 'look', arguments: '{}' }, 'call_1')],
        'tool_calls',
      ),
    );
    const input = [{ role: 'user', content: 'Hi' }, ...first.output, { type: 'function_call_output', call_id: 'call_1', output: 'seen' }];
    const { sent } = await ask({ tools: [{ type: 'function', name: 'look' }], input }, upstream([{ content: 'ok' }]));
    expect(sent['messages']).toMatchObject([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'I look.', tool_calls: [{ id: 'call_1', function: { name: 'look', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'seen' },
    ]);
  });

  it('refuses typed tools of OpenAI with the field', async () => {
    const { response } = await ask({ tools: [{ type: 'local_shell' }] }, upstream([{ content: 'ok' }]));
    expect(response.status).toBe(400);
  });

  it.each([
    [402, { error: { message: 'Insufficient balance' } }, 429, 'insufficient_quota', 'false'],
    [
      400,
      { error: { message: "This model's maximum context length is 10 tokens.", code: 'context_length_exceeded' } },
      400,
      'context_length_exceeded',
      'false',
    ],
  ])('answers an upstream error %i as Codex reads it', async (status, body, answered, code, retry) => {
    const router = createRouter(READY, upstream({ status, body }).fetch);
    const response = await router.call('POST', '/v1/responses', { model: '@novita/m', input: 'Hi' });
    expect([response.status, response.headers.get('x-should-retry')]).toEqual([answered, retry]);
    expect(await errorOf(response)).toMatchObject({ code, param: null });
  });
});

describe('POST /responses at a provider of both formats', () => {
  const calls: string[] = [];
  const fetch: Fetch = (url) => {
    calls.push(new URL(url).pathname);
    return Promise.resolve(Response.json({ error: { message: 'no' } }, { status: 400 }));
  };

  it.each([
    ['/v1/responses', { input: 'Hi' }, '/v1/responses'],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }, '/v1/chat/completions'],
  ])('a client of %s reaches gpt-4o in its own format', async (path, body, called) => {
    calls.length = 0;
    await createRouter({ OPENAI_API_KEY: 'openai-key' }, fetch).call('POST', path, { model: '@openai/gpt-4o', ...body });
    expect(new Set(calls)).toEqual(new Set([called]));
  });
});

describe('compaction', () => {
  const input = [
    { type: 'message', role: 'user', content: 'Build it.' },
    { type: 'message', role: 'assistant', content: 'Built.' },
  ];

  it('answers a trigger with one sealed item, and reads it as system text when it returns', async () => {
    const tools = [{ type: 'function', name: 'look' }];
    const { all, output, sent } = await ask(
      { input: [...input, { type: 'compaction_trigger' }], tools },
      upstream([{ content: 'It is ' }, { content: 'built.' }]),
    );
    expect(sent).toMatchObject({
      tool_choice: 'none',
      messages: [{ content: 'Build it.' }, {}, { role: 'user', content: expect.stringContaining('Write a summary') }],
    });
    expect(output).toEqual([{ type: 'compaction', id: expect.stringMatching(/^cmp_/), encrypted_content: 'sealed|It is built.' }]);
    expect(all.filter(({ type }) => type === 'response.output_item.done')).toHaveLength(1);
    expect(all.at(-1)?.['type']).toBe('response.completed');
  });

  it('answers /responses/compact with the item, streamed or not by the provider', async () => {
    const { fetch } = upstream([{ content: 'It is built.' }]);
    const whole: Fetch = (url, init) =>
      fetch(url, init).then(() =>
        Response.json({
          choices: [{ index: 0, message: { role: 'assistant', content: 'It is built.' }, finish_reason: 'stop' }],
          usage: USAGE,
        }),
      );
    const body = await json(await createRouter(READY, whole).call('POST', '/v1/responses/compact', { model: '@novita/m', input }));
    expect(body).toMatchObject({
      object: 'response.compaction',
      output: [{ type: 'compaction', encrypted_content: 'sealed|It is built.' }],
      usage: { input_tokens: 5, output_tokens: 3 },
    });
  });

  it('leaves it to a provider that compacts itself, below its own path', async () => {
    const compacted = {
      id: 'resp_up',
      object: 'response.compaction',
      created_at: 5,
      output: [{ type: 'compaction', id: 'cmp_up', encrypted_content: 'gAAA' }],
      usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 },
    };
    const calls: [string, unknown][] = [];
    const fetch: Fetch = (url, init) => {
      calls.push([url, JSON.parse(String(init.body))]);
      return Promise.resolve(Response.json(compacted));
    };
    const router = createRouter({ OPENAI_API_KEY: 'openai-key' }, fetch);
    const body = await json(await router.call('POST', '/v1/responses/compact', { model: '@openai/gpt-5.5', input, instructions: 'x' }));
    expect(calls).toEqual([['https://api.openai.com/v1/responses/compact', { model: 'gpt-5.5', input, instructions: 'x' }]]);
    expect(body).toMatchObject({ object: 'response.compaction', output: compacted.output, usage: compacted.usage });
  });

  it('needs a model', async () => {
    const response = await createRouter(READY).call('POST', '/v1/responses/compact', { input });
    expect([response.status, await errorOf(response)]).toMatchObject([400, { param: 'model' }]);
  });
});

describe('paths of /responses', () => {
  it('answers 426 without a body to an upgrade, and 405 to a plain GET', async () => {
    const router = createRouter(READY);
    for (const path of ['/v1/responses', '/responses']) {
      const upgrade = await router.call('GET', path, undefined, { upgrade: 'websocket' });
      expect([upgrade.status, await upgrade.text()]).toEqual([426, '']);
    }
    expect((await router.call('GET', '/v1/responses')).status).toBe(405);
  });

  it.each([
    ['GET', '/v1/responses/resp_1'],
    ['DELETE', '/v1/responses/resp_1'],
    ['POST', '/v1/responses/resp_1/cancel'],
    ['GET', '/v1/responses/resp_1/input_items'],
  ])('%s %s is a 404 that says why', async (method, path) => {
    const response = await createRouter(READY).call(method, path, method === 'POST' ? {} : undefined);
    expect(response.status).toBe(404);
    expect(await errorOf(response)).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringMatching(/'resp_1' not found.*`store: false`/s),
    });
  });

  it('explains a body, with the names of its own fields', async () => {
    const router = createRouter(READY);
    const body = { model: '@novita/m', input: 'Hi', text: { verbosity: 'low' }, tools: [{ type: 'web_search' }], max_output_tokens: 5 };
    for (const path of ['/v1/explain/responses', '/v1/explain']) {
      const explained = await json(await router.call('POST', path, body));
      expect(explained['requests']).toMatchObject([{ body: { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 } }]);
      expect((explained['adjustments'] as { param: string }[]).map(({ param }) => param)).toEqual(['tools[0]', 'text.verbosity']);
    }
  });
});
