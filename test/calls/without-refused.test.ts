/** A parameter that an upstream refuses by name is left out, and the upstream is asked once more. */
import { describe, expect, it } from 'vitest';
import type { RefusedParameters } from '../../src/ports.ts';
import { createRefusedParameters } from '../../src/state/refused-parameters.ts';
import { unlistedName } from '../../src/unified/endpoint-health.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createFakeClock } from '../support/fake-ports.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { chatBody, createFakeRouter, type FakeRouter } from '../support/fake-router.ts';
import type { SentCall } from '../support/scripted-upstream.ts';

const HOST = acme({
  operations: {
    chat: [
      chatOperation({ parameters: { temperature: {}, top_k: {}, max_completion_tokens: { name: 'max_tokens' }, n: false, stop: {} } }),
    ],
  },
});
/** As it is called where its model is not listed. */
const ENDPOINT = unlistedName('acme', 'm');
const ANSWER = {
  model: 'm',
  choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};
const refusal = (message: string, more: JsonObject = {}, status = 400) => Response.json({ error: { message, ...more } }, { status });

type RefusalSetup = { router: FakeRouter; logged: string[]; learned: RefusedParameters };

/** A provider that refuses as long as the body has this field. */
function hostRefusing(field: string, refuse: () => Response): RefusalSetup {
  const logged: string[] = [];
  const learned = createRefusedParameters(createFakeClock());
  const respond = ({ body }: SentCall) => (field in body ? refuse() : Response.json(ANSWER));
  return { router: createFakeRouter(HOST, respond, { learned, log: (line) => void logged.push(line) }), logged, learned };
}

const answerOf = async (response: Response) => (await response.json()) as JsonObject & { adjustments?: JsonObject[]; error?: JsonObject };

describe('a refusal that names a parameter', () => {
  it.each<[string, () => Response]>([
    ['in param', () => refusal('nope', { param: 'top_k', code: 'unknown_parameter' })],
    ['as unrecognized', () => refusal('Unrecognized request argument supplied: top_k')],
    ['in quotes', () => refusal("Unsupported parameter: 'top_k' is not supported with this model.")],
    [
      'as an extra input',
      () => Response.json({ detail: [{ loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted' }] }, { status: 422 }),
    ],
    ['beside a feature that the model lacks', () => refusal("This model does not support image input. Unknown parameter: 'top_k'")],
    ['of an unknown name', () => refusal('Invalid JSON payload received. Unknown name "top_k": Cannot find field.')],
  ])('%s is answered by asking again without it', async (_, refuse) => {
    const { router } = hostRefusing('top_k', refuse);
    const response = await router.ask(chatBody({ top_k: 5, temperature: 0.5 }));
    expect(router.sent.map(({ body }) => [body['top_k'], body['temperature']])).toEqual([
      [5, 0.5],
      [undefined, 0.5],
    ]);
    expect(response.status).toBe(200);
    expect((await answerOf(response)).adjustments).toEqual([
      { param: 'top_k', action: 'learned', from: 5, reason: 'Acme refused it; sent again without it' },
    ]);
    expect(response.headers.get('x-tributary-adjustments')).toContain('top_k;action=learned');
  });

  it('that asks for reasoning is answered by asking again without any of the ways to ask for it', async () => {
    const thinker = acme({
      operations: { chat: [chatOperation({ parameters: { reasoning_effort: {}, 'reasoning.enabled': {}, seed: {} } })] },
    });
    const router = createFakeRouter(thinker, ({ body }) =>
      'reasoning_effort' in body ? refusal('no thinking', { param: 'reasoning' }) : Response.json(ANSWER),
    );
    const body = await answerOf(await router.ask(chatBody({ reasoning: { effort: 'high' }, seed: 7 })));
    expect(router.sent.map((call) => Object.keys(call.body))).toEqual([
      ['model', 'messages', 'reasoning.enabled', 'reasoning_effort', 'seed'],
      ['model', 'messages', 'seed'],
    ]);
    expect(body.adjustments?.map(({ param }) => param)).toEqual(['reasoning.enabled', 'reasoning_effort']);
  });

  it('is reported in a stream as well', async () => {
    const lines = [{ ...ANSWER, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }].map(
      (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
    );
    const router = createFakeRouter(HOST, ({ body }) =>
      'top_k' in body ? refusal("Unknown parameter: 'top_k'.", { param: 'top_k' }) : new Response(`${lines.join('')}data: [DONE]\n\n`),
    );
    const text = await (await router.ask(chatBody({ top_k: 5, stream: true }))).text();
    expect(text).toContain('"action":"learned"');
    expect(text).toContain('[DONE]');
  });

  it('of the usage that the router asks a stream for is answered by asking again without it', async () => {
    const learned = createRefusedParameters(createFakeClock());
    const chunk = { ...ANSWER, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] };
    const answer = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
    const streaming = createFakeRouter(
      acme({ operations: { chat: [chatOperation()] } }),
      ({ body }) => ('stream_options' in body ? refusal('Unrecognized request argument supplied: stream_options') : new Response(answer)),
      { learned },
    );
    await (await streaming.ask(chatBody({ stream: true }))).text();
    expect(streaming.sent.map(({ body }) => 'stream_options' in body)).toEqual([true, false]);
    expect([...learned.refusalsOf(ENDPOINT)]).toEqual([['stream_options', null]]);
  });

  it('under its wire name is remembered under its own, and the log says which rule to add', async () => {
    const { router, logged, learned } = hostRefusing('max_tokens', () => refusal("Unknown parameter: 'max_tokens'."));
    await router.ask(chatBody({ max_completion_tokens: 9 }));
    expect([...learned.refusalsOf(ENDPOINT)]).toEqual([['max_completion_tokens', null]]);
    expect(logged).toEqual([
      expect.stringMatching(
        /^acme refused "max_completion_tokens" for m: .*byModel: "m": \{ "parameters": \{ "max_completion_tokens": false \} \}$/,
      ),
    ]);
  });

  it('is not walked into a second time', async () => {
    const { router } = hostRefusing('top_k', () => refusal("Unknown parameter: 'top_k'.", { param: 'top_k' }));
    await router.ask(chatBody({ top_k: 5 }));
    const body = await answerOf(await router.ask(chatBody({ top_k: 6 })));
    expect(router.sent.map((call) => call.body['top_k'])).toEqual([5, undefined, undefined]);
    expect(body.adjustments).toMatchObject([{ param: 'top_k', action: 'learned', from: 6 }]);
  });

  it('because only the default is taken is left out this time, and sent the next time', async () => {
    const message = "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.";
    const { router, logged, learned } = hostRefusing('temperature', () =>
      refusal(message, { param: 'temperature', code: 'unsupported_value' }),
    );
    expect((await answerOf(await router.ask(chatBody({ temperature: 0.7, top_k: 5 })))).adjustments).toEqual([
      { param: 'temperature', action: 'learned', from: 0.7, reason: 'Acme refused this value; sent again without it' },
    ]);
    expect(router.sent.map(({ body }) => [body['temperature'], body['top_k']])).toEqual([
      [0.7, 5],
      [undefined, 5],
    ]);
    expect([learned.refusalsOf(ENDPOINT).size, logged]).toEqual([0, []]);
  });

  it('that the provider requires is passed on', async () => {
    const strict = acme({ operations: { chat: [chatOperation({ parameters: { max_tokens: { required: true, default: 9 } } })] } });
    const router = createFakeRouter(strict, () => refusal("Unknown parameter: 'max_tokens'."));
    await expect(router.ask(chatBody())).rejects.toMatchObject({ status: 400 });
    expect(router.sent).toHaveLength(1);
  });

  it('is asked again once, not until it works', async () => {
    const router = createFakeRouter(HOST, () => refusal("Unknown parameter: 'top_k'.", { param: 'top_k' }));
    await expect(router.ask(chatBody({ top_k: 5, temperature: 1 }))).rejects.toMatchObject({ status: 400 });
    expect(router.sent).toHaveLength(2);
  });

  it('holds for each of several calls, and is reported once', async () => {
    const { router, logged } = hostRefusing('top_k', () => refusal("Unknown parameter: 'top_k'.", { param: 'top_k' }));
    const body = await answerOf(await router.ask(chatBody({ top_k: 5, n: 3 })));
    expect((body['choices'] as unknown[]).length).toBe(3);
    expect(body.adjustments?.filter(({ action }) => action === 'learned')).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });
});

describe('a refusal that names a field inside tools or messages', () => {
  const TOOLS = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: { strict: {}, index: {} } } } }];
  const decorated = (field: string) => TOOLS.map((tool) => ({ ...tool, [field]: { type: 'ephemeral' } }));
  const host = acme({ operations: { chat: [chatOperation()] } });
  const isDecorated = ({ body }: SentCall) => (body['tools'] as JsonObject[])[0]?.['cache_control'] !== undefined;

  it.each<[string, Response]>([
    ['OpenAI', refusal("Unknown parameter: 'tools[0].cache_control'.", { param: 'tools[0].cache_control', code: 'unknown_parameter' })],
    [
      'FastAPI',
      Response.json(
        { detail: [{ type: 'extra_forbidden', loc: ['body', 'tools', 0, 'cache_control'], msg: 'Extra inputs are not permitted' }] },
        { status: 422 },
      ),
    ],
    [
      'vLLM',
      Response.json(
        {
          object: 'error',
          message:
            "[{'type': 'extra_forbidden', 'loc': ('body', 'tools', 0, 'cache_control'), 'msg': 'Extra inputs are not permitted', 'input': {'type': 'ephemeral'}}]",
          type: 'BadRequestError',
          code: 400,
        },
        { status: 400 },
      ),
    ],
  ])('is answered by asking again without the hint, and with the tools (%s)', async (_, refuse) => {
    const learned = createRefusedParameters(createFakeClock());
    const router = createFakeRouter(host, (sent) => (isDecorated(sent) ? refuse.clone() : Response.json(ANSWER)), { learned });
    const body = await answerOf(await router.ask(chatBody({ tools: decorated('cache_control') })));
    expect(router.sent).toHaveLength(2);
    expect(router.sent[1]?.body).toEqual({ ...router.sent[0]?.body, tools: TOOLS });
    expect(body.adjustments).toEqual([
      { param: 'tools.0.cache_control', action: 'dropped', reason: 'Acme does not know this field; sent again without it' },
    ]);
    expect(learned.refusalsOf(ENDPOINT).size).toBe(0);
  });

  it('is passed on where the field says something', async () => {
    const router = createFakeRouter(host, () => refusal("Unknown parameter: 'tools[0].defer_loading'."));
    await expect(router.ask(chatBody({ tools: decorated('defer_loading') }))).rejects.toMatchObject({ status: 400 });
    expect(router.sent).toHaveLength(1);
  });
});

describe('a refusal that names another name', () => {
  const MESSAGE = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  const host = acme({ operations: { chat: [chatOperation({ parameters: { max_tokens: { type: 'integer', minimum: 1 } } })] } });

  it('is answered by asking again with it, the value unchanged, and remembered', async () => {
    const learned = createRefusedParameters(createFakeClock());
    const respond = ({ body }: SentCall) => ('max_tokens' in body ? refusal(MESSAGE, { param: 'max_tokens' }) : Response.json(ANSWER));
    const logged: string[] = [];
    const router = createFakeRouter(host, respond, { learned, log: (line) => void logged.push(line) });
    const first = await answerOf(await router.ask(chatBody({ max_tokens: 30 })));
    const second = await answerOf(await router.ask(chatBody({ max_tokens: 40 })));
    expect(router.sent.map(({ body }) => [body['max_tokens'], body['max_completion_tokens']])).toEqual([
      [30, undefined],
      [undefined, 30],
      [undefined, 40],
    ]);
    expect(first.adjustments).toMatchObject([{ param: 'max_tokens', action: 'renamed', to: 'max_completion_tokens' }]);
    expect(second.adjustments).toMatchObject([{ param: 'max_tokens', action: 'renamed', to: 'max_completion_tokens' }]);
    expect(logged).toEqual([expect.stringContaining('"max_tokens": { "name": "max_completion_tokens" }')]);
  });

  it('is answered so for a parameter that the provider requires, too', async () => {
    const demanding = acme({ operations: { chat: [chatOperation({ parameters: { max_tokens: { required: true, default: 9 } } })] } });
    const respond = ({ body }: SentCall) => ('max_tokens' in body ? refusal(MESSAGE) : Response.json(ANSWER));
    const router = createFakeRouter(demanding, respond, { learned: createRefusedParameters(createFakeClock()) });
    await router.ask(chatBody());
    await router.ask(chatBody());
    await router.ask(chatBody({ max_tokens: 30 }));
    expect(router.sent.map(({ body }) => body['max_completion_tokens'])).toEqual([undefined, 9, 9, 30]);
  });

  it('is not remembered when the second try fails', async () => {
    const learned = createRefusedParameters(createFakeClock());
    const router = createFakeRouter(host, () => refusal(MESSAGE), { learned });
    await expect(router.ask(chatBody({ max_tokens: 30 }))).rejects.toMatchObject({ status: 400 });
    expect(learned.refusalsOf(ENDPOINT).size).toBe(0);
  });
});

describe('a refusal of what a request cannot do without is passed on', () => {
  const TOOLS = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  const FORMAT = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } };
  it.each<[string, JsonObject, () => Response]>([
    ['tools', { tools: TOOLS }, () => refusal("Unknown parameter: 'tools'.", { param: 'tools' })],
    [
      'too many tools',
      { tools: TOOLS },
      () =>
        refusal("Invalid 'tools': array too long. Expected an array with maximum length 128, but got 150 instead.", {
          param: 'tools',
          code: 'array_above_max_length',
        }),
    ],
    ['tool_choice', { tools: TOOLS, tool_choice: 'required' }, () => refusal('tool_choice is not supported')],
    [
      'a schema',
      { response_format: FORMAT },
      () =>
        refusal("Invalid schema for response_format 'a': 'additionalProperties' is required to be supplied and to be false.", {
          param: 'response_format',
          code: 'invalid_json_schema',
        }),
    ],
    [
      'response_format',
      { response_format: FORMAT },
      () => refusal("'response_format' is not supported with this model.", { param: 'response_format' }),
    ],
    [
      'a value',
      { temperature: 1.5 },
      () =>
        refusal("Invalid 'temperature': decimal above maximum value. Expected a value <= 1, but got 1.5 instead.", {
          param: 'temperature',
        }),
    ],
    [
      'a combination',
      { temperature: 1, top_p: 0.5 },
      () => refusal('temperature and top_p cannot both be specified for this model. Please use only one.'),
    ],
    [
      'a limit',
      { max_tokens: 9000 },
      () => refusal('max_tokens is too large: 9000. This model supports at most 4096 completion tokens.', { param: 'max_tokens' }),
    ],
  ])('%s', async (_, fields, refuse) => {
    const learned = createRefusedParameters(createFakeClock());
    const router = createFakeRouter(acme(), refuse, { learned });
    await expect(router.ask(chatBody(fields))).rejects.toMatchObject({ status: 400 });
    expect(router.sent).toHaveLength(1);
    expect(learned.refusalsOf(ENDPOINT).size).toBe(0);
  });
});

describe('a refusal is passed on', () => {
  it.each<[string, JsonObject, () => Response]>([
    ['where it names nothing', {}, () => refusal('Something is unsupported.')],
    ['where it names what was not sent', {}, () => refusal('x', { param: 'seed' })],
    ['where it could mean two parameters', {}, () => refusal('temperature and top_k are not supported')],
    [
      'where it is about the context',
      {},
      () => refusal('maximum context length exceeded; lower top_k', { code: 'context_length_exceeded', param: 'top_k' }),
    ],
    ['where its status means something else', {}, () => refusal('x', { param: 'top_k' }, 429)],
    [
      'where the client allows no adjustments',
      { provider: { allow_adjustments: false } },
      () => refusal("Unknown parameter: 'top_k'.", { param: 'top_k' }),
    ],
    [
      'where the client demands all parameters',
      { provider: { require_parameters: true } },
      () => refusal("Unknown parameter: 'top_k'.", { param: 'top_k' }),
    ],
  ])('%s', async (_, more, refuse) => {
    const { router, logged } = hostRefusing('top_k', refuse);
    await expect(router.ask(chatBody({ top_k: 5, temperature: 0.5, ...more }))).rejects.toMatchObject({ name: 'RouterError' });
    expect(router.sent).toHaveLength(1);
    expect(logged).toEqual([]);
  });
});
