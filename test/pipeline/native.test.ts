/** A request in the upstream's own format, from planning to the answer, over scripted providers of that format and of another. */
import { describe, expect, it } from 'vitest';
import { ANTHROPIC_RULES } from '../../src/dialects/anthropic/upstream/rules.ts';
import { BEDROCK_RULES } from '../../src/dialects/bedrock/rules.ts';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { OPENAI_RESPONSES_RULES } from '../../src/dialects/openai-responses/upstream/rules.ts';
import { parseOpenAi } from '../../src/dialects/openai-common/client/parse.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { complete } from '../../src/pipeline/generate.ts';
import type { Ports, RefusedParameters } from '../../src/ports.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledOperation, CompiledProvider } from '../../src/registry/provider.ts';
import { createRefusedParameters } from '../../src/state/refused-parameters.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { TurnsConversation } from '../../src/unified/request/turns-conversation.ts';
import { createFakeClock, LIMITS, QUIET, reachable, FACTS } from '../support/fake-ports.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { host, PROVIDER_KEY } from '../support/fake-router.ts';
import { bodyOf, says, type Respond, type SentCall } from '../support/scripted-upstream.ts';
import { event } from '../dialects/replay.ts';

/** A client that is written what the upstream wrote, and what was read of it where there is nothing. */
const client: TextClientDialect = {
  ...openaiChatClient,
  createEncoder: () => ({
    push: (events) =>
      events.map((one) => `${JSON.stringify('original' in one ? one.original?.payload : { type: one.type, ...textIn(one) })}\n`).join(''),
  }),
  encodeBody: ({ starts }) => starts[0]?.original?.payload ?? {},
};
const textIn = (one: object) => ('text' in one ? { text: one.text } : {});

const operation = (changes: Partial<CompiledOperation>): Partial<CompiledProvider> => ({ operations: { chat: [chatOperation(changes)] } });
const anthropic = (slug: string, changes: Partial<CompiledOperation> = {}): CompiledProvider =>
  host(
    slug,
    operation({
      dialect: 'anthropic',
      path: '/messages',
      parameters: { ...ANTHROPIC_RULES, temperature: false },
      headers: { 'anthropic-version': '2023-06-01' },
      ...changes,
    }),
  );

const MESSAGES: JsonObject = {
  model: 'any/m',
  max_tokens: 50,
  temperature: 0.5,
  context_management: { edits: [] },
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'container_upload', file_id: 'f' },
      ],
    },
  ],
};
const HEADERS = { 'anthropic-beta': 'one-2026', 'anthropic-version': '2026-10-21' };

/** The request as the Messages format reads it. */
function messages(more: JsonObject = {}, body: JsonObject = MESSAGES): UnifiedRequest {
  const { stream = false, ...preferences } = more;
  const source = { format: 'anthropic', value: body['messages'] };
  const block = { type: 'text', text: 'Hi', path: 'messages[0].content[0]' } as const;
  const conversation = new TurnsConversation({
    source,
    readTurns: () => [{ role: 'user', blocks: [block], path: 'messages[0]', fields: {} }],
  });
  const read = parseOpenAi('chat', {
    model: 'any/m',
    max_tokens: 50,
    temperature: 0.5,
    stream,
    messages: [
      {
        role: 'user',
        content: 'Hi',
      },
    ],
    provider: {
      order: ['alpha', 'beta'],
      ...preferences,
    },
  });
  return {
    ...read,
    input: { kind: 'messages', conversation },
    native: { format: 'anthropic', body, headers: HEADERS },
    nativeOnly: [{ param: 'context_management', otherwise: 'drop', reason: 'only Anthropic has it' }],
  };
}

type Setup = { sent: SentCall[]; ask: (request: UnifiedRequest) => Promise<Response>; learned: RefusedParameters; logged: string[] };

function routerOf(...hosts: readonly (readonly [CompiledProvider, Respond])[]): Setup {
  const clock = createFakeClock();
  const [sent, logged]: [SentCall[], string[]] = [[], []];
  const learned = createRefusedParameters(clock);
  const ports: Ports = {
    ...QUIET,
    clock,
    learned,
    log: (line) => void logged.push(line),
    random: { id: () => 'x'.repeat(20), fraction: () => 0 },
    access: ({ baseUrl }) => reachable(baseUrl, PROVIDER_KEY),
    limits: { ...LIMITS, attempts: 4 },
    fetch: async (url, init) => {
      const call = {
        url,
        headers: new Headers(init.headers),
        body: JSON.parse(String(init.body)) as JsonObject,
        signal: new AbortController().signal,
      };
      sent.push(call);
      const found = hosts.find(([{ baseUrl }]) => url.startsWith(`${String(baseUrl)}/`));
      return await (found?.[1](call) ?? Response.error());
    },
  };
  const catalog = createCatalog(hosts.map(([provider]) => provider));
  const signal = new AbortController().signal;
  const options = {
    catalog,
    ports,
    ...FACTS,
    signal,
  };
  return { sent, learned, logged, ask: (request) => complete(request, client, options) };
}

const failureOf = (asked: Promise<unknown>): Promise<RouterError> =>
  asked.then(
    () => Promise.reject(new Error('it did not fail')),
    (thrown: unknown) => (thrown instanceof RouterError ? thrown : Promise.reject(new Error('no RouterError', { cause: thrown }))),
  );

const answer: JsonObject = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude',
  stop_reason: 'end_turn',
  diagnostics: { kept: true },
  content: [
    {
      type: 'text',
      text: 'Hi',
      citations: null,
    },
    {
      type: 'server_tool_use',
      id: 's',
      name: 'web_search',
      input: {},
    },
  ],
  usage: {
    input_tokens: 3,
    output_tokens: 2,
  },
};
const STREAM: JsonObject[] = [
  { type: 'message_start', message: { ...answer, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi' } },
  { type: 'content_block_stop', index: 1 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', container: null }, usage: { output_tokens: 2 } },
];
const streams =
  (...events: JsonObject[]) =>
  () =>
    new Response(bodyOf(...events.map(event)), { headers: { 'content-type': 'text/event-stream' } });
const refuses =
  (message: string, status = 400) =>
  () =>
    Response.json({ type: 'error', error: { type: 'invalid_request_error', message } }, { status });

describe("a request in the upstream's own format", () => {
  it("reaches it as it is, with its headers before those of the provider's file, and with the router's key", async () => {
    const { sent, ask } = routerOf([anthropic('alpha'), () => Response.json(answer)]);
    const response = await ask(messages());
    expect(sent[0]?.body).toEqual({ ...MESSAGES, model: 'alpha-m' });
    expect(Object.fromEntries(sent[0]?.headers ?? [])).toMatchObject({ ...HEADERS, authorization: `Bearer ${PROVIDER_KEY}` });
    expect(await response.json()).toEqual(answer);
  });

  it('is answered with every event that came', async () => {
    const { sent, ask } = routerOf([anthropic('alpha'), streams(...STREAM, { type: 'message_stop' })]);
    const text = await (await ask(messages({ stream: true }))).text();
    const lines = text.trim().split('\n').map((line) => JSON.parse(line) as JsonObject); // prettier-ignore
    expect(lines).toEqual([...STREAM.slice(0, 4), { type: 'text-delta', text: 'Hi' }, ...STREAM.slice(5), { type: 'end' }]);
    expect(sent[0]?.body['stream']).toBe(true);
  });

  it.each([{ allow_adjustments: false }, { require_parameters: true }])('needs no change where none is allowed: %j', async (preference) => {
    const { sent, ask } = routerOf([anthropic('alpha'), () => Response.json(answer)]);
    await ask(messages(preference));
    expect(sent[0]?.body['temperature']).toBe(0.5);
  });

  it('is sent although its prompt is longer than the context in the catalogue: a beta may raise that', async () => {
    const small = anthropic('alpha');
    const models = small.models.map((model) => ({ ...model, contextTokens: 1 }));
    const { sent, ask } = routerOf([{ ...small, models }, refuses('prompt is too long: 9 tokens > 1 maximum')]);
    const error = await failureOf(ask(messages()));
    expect(sent).toHaveLength(1);
    expect(error.details.original?.payload['error']).toMatchObject({ message: 'prompt is too long: 9 tokens > 1 maximum' });
  });

  it('is fitted anew where it fails over to another format', async () => {
    const { sent, ask } = routerOf([anthropic('alpha'), refuses('overloaded', 529)], [host('beta'), says('B')]);
    const response = await ask(messages({ stream: true }));
    expect(sent.map(({ url }) => new URL(url).hostname)).toEqual(['alpha.example', 'beta.example']);
    expect(sent[1]?.body).toMatchObject({ model: 'beta-m', max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] });
    expect(sent[1]?.body).not.toHaveProperty('context_management');
    expect([...sent[1]?.headers.keys() ?? []]).not.toContain('anthropic-beta'); // prettier-ignore
    expect(await response.text()).toContain('"text":"B"');
  });

  it('does not commit to an upstream that breaks off before content', async () => {
    const { sent, ask } = routerOf([anthropic('alpha'), streams(...STREAM.slice(0, 1), ...STREAM.slice(3, 4))], [host('beta'), says('B')]);
    expect(await (await ask(messages({ stream: true }))).text()).toContain('"text":"B"');
    expect(sent).toHaveLength(2);
  });

  it('goes on elsewhere after text, without the structure of a second answer', async () => {
    const cut = [...STREAM.slice(0, 1), ...STREAM.slice(3, 5)];
    const again = [
      ...STREAM.slice(0, 1),
      ...STREAM.slice(3, 4),
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi you' } },
      ...STREAM.slice(5),
    ];
    const { sent, ask } = routerOf([anthropic('alpha'), streams(...cut)], [anthropic('beta'), streams(...again, { type: 'message_stop' })]);
    const lines = (await (await ask(messages({ stream: true }))).text()).trim().split('\n');
    expect(lines.slice(3).map((line) => JSON.parse(line) as unknown)).toEqual([{ type: 'text-delta', text: ' you' }, { type: 'choice-end' }, { type: 'end' }]); // prettier-ignore
    expect(sent).toHaveLength(2);
  });

  it('is fitted for several models at once, whose answers become one', async () => {
    const { sent, ask } = routerOf([anthropic('alpha'), streams(...STREAM, { type: 'message_stop' })], [host('beta'), says('B')]);
    const request = { ...messages({ stream: true }), models: ['alpha/m', 'beta/m'], modelFields: ['models[0]', 'models[1]'], askAll: true };
    await (await ask(request)).text();
    expect(sent.map(({ body }) => 'context_management' in body)).toEqual([false, false]);
  });

  it('is sent to Claude at Bedrock by InvokeModel, and to its other models by Converse', async () => {
    const bedrock = (quirks: string[]) =>
      host('alpha', operation({ dialect: 'bedrock', path: '/model/{model}/converse', parameters: BEDROCK_RULES, quirks }));
    const claude = routerOf([bedrock(['anthropic-messages']), () => Response.json(answer)]);
    expect(await (await claude.ask(messages())).json()).toEqual(answer);
    const { model: _, ...body } = MESSAGES;
    expect(claude.sent[0]?.url).toBe('https://alpha.example/model/alpha-m/invoke');
    expect(claude.sent[0]?.body).toEqual({ anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['one-2026'], ...body });
    const other = routerOf([
      bedrock([]),
      () => Response.json({ output: { message: { content: [{ text: 'Hi' }] } }, stopReason: 'end_turn' }),
    ]);
    await other.ask(messages());
    expect(other.sent[0]?.url).toBe('https://alpha.example/model/alpha-m/converse');
  });
});

describe("an error of an upstream of the client's own format", () => {
  it('reaches the client with its body, and teaches the router nothing', async () => {
    const { sent, ask, logged } = routerOf([anthropic('alpha'), refuses('temperature: Extra inputs are not permitted')]);
    const error = await failureOf(ask(messages()));
    const payload = { type: 'error', error: { type: 'invalid_request_error', message: 'temperature: Extra inputs are not permitted' } };
    expect(error.details.original).toEqual({ format: 'anthropic', payload });
    expect([sent.length, logged]).toEqual([1, []]);
  });

  it('is masked, and bounded in size', async () => {
    const { ask } = routerOf([anthropic('alpha'), refuses(`key ${PROVIDER_KEY} ${'x'.repeat(40_000)}`)]);
    const shown = JSON.stringify((await failureOf(ask(messages()))).details.original);
    expect(shown).not.toContain(PROVIDER_KEY);
    expect(shown.length).toBeLessThan(20_000);
  });

  it("keeps to itself what is about the router's account", async () => {
    const { ask } = routerOf([anthropic('alpha'), refuses('invalid x-api-key', 401)]);
    const { details, type } = await failureOf(ask(messages()));
    expect(type).toBe('provider_unavailable');
    expect(details.original).toBeUndefined();
  });

  it('comes inside a stream as well', async () => {
    const refused = { type: 'error', error: { type: 'invalid_request_error', message: `no ${PROVIDER_KEY}` }, request_id: 'r' };
    const { ask } = routerOf([anthropic('alpha'), streams(STREAM[0] ?? {}, refused)]);
    const { original } = (await failureOf(ask(messages({ stream: true })))).details;
    expect(original).toMatchObject({ payload: { type: 'error', request_id: 'r', error: { type: 'invalid_request_error' } } });
    expect(JSON.stringify(original)).not.toContain(PROVIDER_KEY);
  });
});

describe('encrypted reasoning that an upstream of Responses cannot read', () => {
  const openai = host('alpha', operation({ dialect: 'openai-responses', path: '/responses', parameters: OPENAI_RESPONSES_RULES }));
  const done = {
    id: 'resp_1',
    object: 'response',
    model: 'gpt',
    status: 'completed',
    output: [],
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
  const user = { role: 'user', content: 'Hi' };
  const refuseReasoning: Respond = ({ body }) =>
    JSON.stringify(body['input']).includes('"reasoning"')
      ? Response.json(
          { error: { message: 'The encrypted content could not be verified.', code: 'invalid_encrypted_content' } },
          { status: 400 },
        )
      : Response.json(done);

  function responses(preferences: JsonObject = {}): UnifiedRequest {
    const body = { model: 'any/m', input: [reasoning, user], store: false };
    const source = { format: 'openai-responses', value: body.input };
    const block = { type: 'text', text: 'Hi', path: 'input[1].content' } as const;
    const conversation = new TurnsConversation({
      source,
      readTurns: () => [{ role: 'user', blocks: [block], path: 'input[1]', fields: {} }],
    });
    const native = { format: 'openai-responses', body, headers: {} };
    return { ...messages(preferences), input: { kind: 'messages', conversation }, native, nativeOnly: [] };
  }

  it('is left out once, which is reported', async () => {
    const { sent, ask } = routerOf([openai, refuseReasoning]);
    const response = await ask(responses());
    expect(sent.map(({ body }) => body['input'])).toEqual([[reasoning, user], [user]]);
    expect(await response.json()).toEqual(done);
    expect(response.headers.get('x-tributary-adjustments')).toContain('messages.reasoning');
  });

  it('stays where no change is allowed', async () => {
    const { sent, ask } = routerOf([openai, refuseReasoning]);
    const error = await failureOf(ask(responses({ allow_adjustments: false })));
    expect(error.details.original?.payload).toMatchObject({ error: { code: 'invalid_encrypted_content' } });
    expect(sent).toHaveLength(1);
  });
});
