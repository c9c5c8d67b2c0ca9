import { describe, expect, it } from 'vitest';
import { OPENAI_CHAT_RULES } from '../../src/dialects/openai-chat/upstream/rules.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { framesIn } from '../support/read-stream.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { COMPLETIONS_WIRE } from '../dialects/openai-completions/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { turn } from '../support/fake-ports.ts';
import { acme, chatOperation, completionsOperation } from '../support/fake-providers.ts';
import { bodyOf, createBody } from '../support/scripted-upstream.ts';
import { chatBody, completionsBody, createFakeRouter, PROVIDER_KEY } from '../support/fake-router.ts';

const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const CHAT_STREAM = [CHAT_WIRE.chunk([{ text: 'Hello' }]), CHAT_WIRE.chunk([{ finish: 'stop' }]), { choices: [], usage: USAGE }, '[DONE]'];
const CHAT_BODY = CHAT_WIRE.body([{ text: 'Hello', finish: 'stop' }], { model: 'm-2', usage: USAGE });

const streamOf = (...payloads: (JsonObject | string)[]) =>
  new Response(bodyOf(...payloads.map(event)), { headers: { 'content-type': 'text/event-stream' } });
const chats = acme();
const completes = acme({ operations: { completions: [completionsOperation()] } });
const dropsTopA = { param: 'top_a', action: 'dropped', from: 0.3 };

/** The text of a stream's first choice. */
function textOf(frames: ReturnType<typeof framesIn>): string {
  return frames
    .flatMap((frame) => (frame === '[DONE]' || !Array.isArray(frame['choices']) ? [] : (frame['choices'] as JsonObject[])))
    .map((choice) => String((choice['delta'] as JsonObject | undefined)?.['content'] ?? choice['text'] ?? ''))
    .join('');
}

describe('generate: a streamed answer', () => {
  it('tells provider, attempts and adjustments in headers, and adjustments again on the usage chunk', async () => {
    const router = createFakeRouter(chats, () => streamOf(...CHAT_STREAM));
    const response = await router.ask(chatBody({ stream: true, top_a: 0.3 }));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-tributary-provider': 'acme',
      'x-tributary-attempts': '1',
      'x-tributary-adjustments': 'top_a;action=dropped;from=0.3',
    });
    const frames = framesIn(await response.text());
    expect(frames.at(-1)).toBe('[DONE]');
    expect(frames.at(-2)).toMatchObject({
      id: 'gen-1',
      choices: [{ index: 0, delta: { content: '' }, finish_reason: null }],
      usage: { total_tokens: 12 },
      adjustments: [dropsTopA],
    });
    expect(textOf(frames)).toBe('Hello');
  });

  it('has no adjustments header and field where nothing was changed', async () => {
    const response = await createFakeRouter(chats, () => streamOf(...CHAT_STREAM)).ask(chatBody({ stream: true }));
    expect(response.headers.has('x-tributary-adjustments')).toBe(false);
    expect(await response.text()).not.toContain('adjustments');
  });

  it('asks the upstream for a stream with usage, whatever the client wants to see', async () => {
    const router = createFakeRouter(chats, () => streamOf(...CHAT_STREAM));
    const response = await router.ask(chatBody({ stream: true, stream_options: { include_usage: false } }));
    expect(router.sent[0]?.body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(router.sent[0]?.headers.get('accept')).toBe('text/event-stream');
    expect(await response.text()).not.toContain('usage');
  });

  it('may come from an upstream that answers with a document', async () => {
    const response = await createFakeRouter(chats, () => Response.json(CHAT_BODY)).ask(chatBody({ stream: true }));
    const frames = framesIn(await response.text());
    expect([textOf(frames), frames.at(-1)]).toEqual(['Hello', '[DONE]']);
  });

  it('names the provider in an error that comes in the middle', async () => {
    const router = createFakeRouter(chats, () => streamOf(CHAT_WIRE.chunk([{ text: 'Hel' }]), { error: { message: 'no capacity' } }));
    const frames = framesIn(await (await router.ask(chatBody({ stream: true }))).text());
    expect(frames.at(-1)).toMatchObject({ error: { message: 'Acme: no capacity', metadata: { provider_name: 'Acme' } } });
  });

  it('gives the upstream up when the client leaves', async () => {
    const body = createBody();
    const router = createFakeRouter(chats, () => new Response(body.stream));
    const response = router.ask(chatBody({ stream: true }));
    await turn();
    body.write(event(CHAT_WIRE.chunk([{ text: 'Hel' }])));
    await (await response).body?.cancel();
    expect(router.sent[0]?.signal.aborted).toBe(true);
  });

  it('gives the upstream up when the client leaves before the first byte', async () => {
    const signal = new AbortController();
    const router = createFakeRouter(
      chats,
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    );
    const response = router.ask(chatBody({ stream: true }), { signal: signal.signal });
    await turn();
    signal.abort();
    await expect(response).rejects.toMatchObject({ message: expect.stringContaining('client disconnected') });
    expect(router.sent[0]?.signal.aborted).toBe(true);
  });
});

describe('generate: a whole answer', () => {
  it('is asked for as such, and tells the same', async () => {
    const router = createFakeRouter(chats, () => Response.json(CHAT_BODY));
    const response = await router.ask(chatBody({ top_a: 0.3 }), { wantsMetadata: true });
    expect(response.headers.get('x-tributary-adjustments')).toBe('top_a;action=dropped;from=0.3');
    expect(await response.json()).toMatchObject({
      id: 'gen-1',
      object: 'chat.completion',
      model: 'm-2',
      provider: 'Acme',
      choices: [{ message: { content: 'Hello' }, finish_reason: 'stop' }],
      usage: { total_tokens: 12 },
      adjustments: [dropsTopA],
      openrouter_metadata: { attempt: 1, summary: 'Acme served m' },
    });
    expect(router.sent[0]?.body).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hello' }] });
  });

  it('may come from an upstream that streams', async () => {
    const response = await createFakeRouter(chats, () => streamOf(...CHAT_STREAM)).ask(chatBody());
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hello' } }], usage: { total_tokens: 12 } });
  });

  it.each([
    ['breaks off', () => streamOf(CHAT_WIRE.chunk([{ text: 'Hel' }]))],
    ['is an error with HTTP 200', () => Response.json({ error: { message: 'no capacity' } })],
    ['is a web page', () => new Response('<html>hi</html>')],
    ['is empty', () => new Response('')],
    ['has no body', () => new Response(null, { status: 204 })],
  ])('that %s is an error status', async (_, respond) => {
    await expect(createFakeRouter(chats, respond).ask(chatBody())).rejects.toMatchObject({
      status: 502,
      details: { providerName: 'Acme' },
    });
  });

  it('costs what the file says', async () => {
    const priced = acme({
      models: [{ slug: 'acme/m', id: 'm', priceUsdPerMillionTokens: { prompt: 2, completion: 10 }, source: '', checked: '' }],
    });
    const response = await createFakeRouter(priced, () => Response.json(CHAT_BODY)).ask(chatBody({ model: 'acme/m' }));
    expect(await response.json()).toMatchObject({ model: 'acme/m', usage: { cost: 0.000_08 } });
  });
});

describe('generate: a refusal of the upstream', () => {
  it.each([
    [401, 502],
    [402, 502],
    [404, 404],
    [429, 429],
    [500, 502],
    [503, 503],
  ])('with status %i is status %i, streaming or not, and says what was tried', async (status, told) => {
    for (const stream of [true, false]) {
      const router = createFakeRouter(chats, () =>
        Response.json({ error: { message: `no ${PROVIDER_KEY}` } }, { status, headers: { 'x-org': 'org-1' } }),
      );
      const failure = await router.ask(chatBody({ stream, top_a: 0.3 })).catch((thrown: unknown) => thrown);
      expect(failure).toMatchObject({
        status: told,
        details: { headers: { 'x-tributary-provider': 'acme', 'x-tributary-attempts': '1' } },
      });
      expect(JSON.stringify(failure) + String(failure)).not.toMatch(/sk-world|org-1/);
      expect(router.sent).toHaveLength(1);
    }
  });
});

describe('generate: stop sequences beyond the limit of the provider', () => {
  const stop = ['1', '2', '3', '4', 'END', '6'];

  it('are enforced by the router, which then gives the upstream up and estimates the usage', async () => {
    const body = createBody();
    const router = createFakeRouter(chats, () => new Response(body.stream));
    const response = router.ask(chatBody({ stream: true, stop }));
    await turn();
    body.write(event(CHAT_WIRE.chunk([{ text: 'one E' }], { usage: { prompt_tokens: 0, completion_tokens: 0 } })));
    const text = (await response).text();
    await turn();
    body.write(event(CHAT_WIRE.chunk([{ text: 'ND two' }])));
    const frames = framesIn(await text);
    expect(router.sent[0]?.body['stop']).toEqual(['1', '2', '3', '4']);
    expect(textOf(frames)).toBe('one ');
    expect(frames.at(-3)).toMatchObject({ choices: [{ finish_reason: 'stop', native_finish_reason: null }] });
    expect(frames.at(-2)).toMatchObject({
      usage: { estimated: ['prompt_tokens', 'completion_tokens', 'total_tokens'] },
      adjustments: [{ param: 'stop', action: 'emulated', from: 6, to: 4 }],
    });
    expect(frames.at(-1)).toBe('[DONE]');
    expect(router.sent[0]?.signal.aborted).toBe(true);
    expect(body.cancelled()).toBe(true);
  });

  it('hold no text back from an answer that breaks off', async () => {
    const router = createFakeRouter(chats, () => streamOf(CHAT_WIRE.chunk([{ text: 'one EN' }])));
    const frames = framesIn(await (await router.ask(chatBody({ stream: true, stop }))).text());
    expect(textOf(frames)).toBe('one EN');
    expect(frames.at(-1)).toHaveProperty('error');
  });

  it('end a whole answer as well, whose usage was measured', async () => {
    const whole = CHAT_WIRE.body([{ text: 'one END two', finish: 'length' }], { usage: USAGE });
    const response = await createFakeRouter(chats, () => Response.json(whole)).ask(chatBody({ stop }));
    const answer: unknown = await response.json();
    expect(answer).toMatchObject({ choices: [{ message: { content: 'one ' }, finish_reason: 'stop' }], usage: { total_tokens: 12 } });
    expect(JSON.stringify(answer)).not.toContain('estimated');
  });
});

describe('generate: a provider that leaves the stop sequence in its text', () => {
  it.each([true, false])('has it cut off (stream: %s)', async (stream) => {
    const payloads = [COMPLETIONS_WIRE.chunk([{ text: 'one EN' }]), COMPLETIONS_WIRE.chunk([{ text: 'D', finish: 'stop' }]), '[DONE]'];
    const whole = COMPLETIONS_WIRE.body([{ text: 'one END', finish: 'stop' }]);
    const router = createFakeRouter(completes, () => (stream ? streamOf(...payloads) : Response.json(whole)));
    const text = await (await router.ask(completionsBody({ stream, stop: 'END' }), { operation: 'completions' })).text();
    expect(stream ? textOf(framesIn(text)) : (JSON.parse(text) as { choices: { text: string }[] }).choices[0]?.text).toBe('one ');
    expect(router.sent[0]?.body['stop']).toEqual(['END']);
  });
});

describe('generate: a completion on a provider that only chats', () => {
  it('sends the prompt as a message, puts it before the answer when echo is asked, and reports both', async () => {
    const router = createFakeRouter(chats, () => streamOf(...CHAT_STREAM));
    const response = await router.ask(completionsBody({ stream: true, echo: true }), { operation: 'completions' });
    const frames = framesIn(await response.text());
    expect(router.sent[0]?.url).toBe('https://api.acme.example/v1/chat/completions');
    expect(router.sent[0]?.body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'Once' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(textOf(frames)).toBe('OnceHello');
    expect(frames[0]).toMatchObject({ object: 'text_completion' });
    expect(frames.at(-2)).toMatchObject({
      adjustments: expect.arrayContaining([
        expect.objectContaining({ param: 'echo', action: 'emulated' }),
        expect.objectContaining({ param: 'prompt', action: 'emulated' }),
      ]),
    });
  });

  it('gets its log probabilities in the legacy shape', async () => {
    const content = [{ token: 'Hi', logprob: -0.5, bytes: [72, 105], top_logprobs: [{ token: 'Hi', logprob: -0.5, bytes: [72, 105] }] }];
    const whole = { choices: [{ index: 0, message: { content: 'Hi' }, logprobs: { content }, finish_reason: 'stop' }] };
    const router = createFakeRouter(chats, () => Response.json(whole));
    const response = await router.ask(completionsBody({ logprobs: 1 }), { operation: 'completions' });
    expect(router.sent[0]?.body).toMatchObject({ logprobs: true, top_logprobs: 1 });
    expect(await response.json()).toMatchObject({
      choices: [{ logprobs: { tokens: ['Hi'], token_logprobs: [-0.5], top_logprobs: [{ Hi: -0.5 }], text_offset: [0] } }],
    });
  });
});

describe('generate: a chat on a provider that only completes', () => {
  it('sends the messages as one prompt, stops at the marker, and answers as a chat', async () => {
    const lp = { tokens: ['Hi'], token_logprobs: [-0.5], top_logprobs: [{ Hi: -0.5 }], text_offset: [0] };
    const payloads = [COMPLETIONS_WIRE.chunk([{ text: 'Hi', fields: { logprobs: lp } }]), COMPLETIONS_WIRE.chunk([{ finish: 'stop' }])];
    const router = createFakeRouter(completes, () => streamOf(...payloads, '[DONE]'));
    const response = await router.ask(chatBody({ stream: true, logprobs: true, top_logprobs: 1, stop: 'END' }));
    expect(router.sent[0]?.body).toMatchObject({ prompt: 'User: hello\n\nAssistant:', stop: ['END', '\nUser:'], logprobs: 1 });
    expect(framesIn(await response.text())[0]).toMatchObject({
      object: 'chat.completion.chunk',
      choices: [{ delta: { role: 'assistant', content: 'Hi' }, logprobs: { content: [{ token: 'Hi', logprob: -0.5 }] } }],
    });
    expect(response.headers.get('x-tributary-adjustments')).toMatch(/messages;action=emulated/);
  });
});

describe('generate: provider.allow_adjustments: false', () => {
  it('refuses with the list, and calls no provider', async () => {
    const router = createFakeRouter(chats, () => streamOf(...CHAT_STREAM));
    await expect(router.ask(chatBody({ top_a: 0.3, provider: { allow_adjustments: false } }))).rejects.toMatchObject({
      status: 400,
      details: { param: 'top_a', metadata: { adjustments: [dropsTopA] } },
    });
    expect(router.sent).toEqual([]);
  });

  it('lets a request pass that needs none', async () => {
    const router = createFakeRouter(chats, () => Response.json(CHAT_BODY));
    expect((await router.ask(chatBody({ temperature: 1, provider: { allow_adjustments: false } }))).status).toBe(200);
  });
});

describe('generate: reasoning that the client does not want to see', () => {
  it('is left out and still counted', async () => {
    const parameters = { ...OPENAI_CHAT_RULES, reasoning_effort: { type: 'string' as const } };
    const payloads = [
      CHAT_WIRE.chunk([{ fields: { reasoning: 'Let me think about it for a while. '.repeat(5) } }]),
      ...CHAT_STREAM.slice(0, 2),
    ];
    const router = createFakeRouter(acme({ operations: { chat: [chatOperation({ parameters })] } }), () => streamOf(...payloads));
    const text = await (await router.ask(chatBody({ stream: true, reasoning: { exclude: true } }))).text();
    expect(text).not.toContain('Let me think');
    const usage = framesIn(text).at(-2) as { usage: { completion_tokens: number } };
    expect(usage.usage.completion_tokens).toBeGreaterThan(20);
  });
});
