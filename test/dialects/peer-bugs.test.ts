/**
 * Inputs that are known to have broken other routers, each as the law it broke. They run through the whole router with a network of
 * our own, because most of them were lost between the parts.
 */
import { describe, expect, it } from 'vitest';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { OPENAI_CHAT_RULES } from '../../src/dialects/openai-chat/upstream/rules.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { chatBody, completionsBody, createFakeRouter, PROVIDER_KEY } from '../support/fake-router.ts';
import { turn } from '../support/fake-ports.ts';
import { acme, chatOperation, completionsOperation } from '../support/fake-providers.ts';
import { bodyOf, createBody } from '../support/scripted-upstream.ts';
import { framesIn } from '../support/read-stream.ts';
import { CHAT_WIRE, delta } from './openai-chat/upstream/wire.ts';
import { bytesOf, event } from './replay.ts';

const { chunk } = CHAT_WIRE;
const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
const HELLO = chunk([{ text: 'Hello' }]);
const STOP = chunk([{ finish: 'stop' }]);

type Payload = JsonObject | string;
type Choice = { index: number; delta: JsonObject; finish_reason: string | null };

/** A stream of raw text, as a client gets it. */
async function clientOf(text: string | ReadableStream<Uint8Array>, more: JsonObject = {}) {
  const router = createFakeRouter(acme(), () => new Response(typeof text === 'string' ? bodyOf(text) : text));
  const written = await (await router.ask(chatBody({ stream: true, ...more }))).text();
  const frames = framesIn(written);
  const chunks = frames.filter((frame) => frame !== '[DONE]');
  // The usage chunk has a choice of which nothing is said.
  const choices = chunks.flatMap((frame) => ('usage' in frame ? [] : (frame['choices'] as Choice[])));
  const join = (field: string, index = 0) =>
    choices
      .filter((choice) => choice.index === index)
      .map((choice) => choice.delta[field] ?? '')
      .join('');
  return { written, frames, chunks, choices, join };
}

const streamed = (...payloads: Payload[]) => clientOf(payloads.map(event).join(''));
const streamedOf = (n: number, payloads: Payload[]) => clientOf(payloads.map(event).join(''), { n });

/** What the upstream is sent for a request. */
async function sentFor(body: JsonObject, parameters = OPENAI_CHAT_RULES): Promise<JsonObject> {
  const router = createFakeRouter(acme({ operations: { chat: [chatOperation({ parameters })] } }), () =>
    Response.json(CHAT_WIRE.body([{ text: 'x', finish: 'stop' }])),
  );
  await router.ask(chatBody(body));
  return router.sent[0]?.body ?? {};
}

describe('framing that others choke on', () => {
  const events = [HELLO, STOP, '[DONE]'].map(event);

  it.each([
    ['comments between events', events.join(': keep-alive\n\n')],
    ['CRLF from a proxy that normalises line ends', events.join('').replaceAll('\n', '\r\n')],
    ['CR alone', events.join('').replaceAll('\n', '\r')],
    ['data without a space', events.join('').replaceAll('data: ', 'data:')],
    ['events of an unknown name', `event: future_event\ndata: {"type":"future_event"}\n\n${events.join('event: ping\ndata: {}\n\n')}`],
    ['no blank line after the last event', events.join('').trimEnd()],
    ['a byte order mark', `\ufeff${events.join('')}`],
    ['several data lines in one event', events.join('').replace('"choices":', '\ndata: "choices":')],
  ])('%s: the answer is whole', async (_, text) => {
    const { join, frames, choices } = await clientOf(text);
    expect([join('content'), choices.at(-1)?.finish_reason, frames.at(-1)]).toEqual(['Hello', 'stop', '[DONE]']);
  });

  it('a letter cut in the middle arrives as that letter', async () => {
    const bytes = bytesOf([chunk([{ text: 'é' }]), STOP, '[DONE]'].map(event).join(''));
    const middle = bytes.indexOf(0xc3) + 1;
    const pieces = [bytes.subarray(0, middle), bytes.subarray(middle)];
    const { join } = await clientOf(
      new ReadableStream({
        pull: (controller) => {
          const next = pieces.shift();
          if (next === undefined) controller.close();
          else controller.enqueue(next);
        },
      }),
    );
    expect(join('content')).toBe('é');
  });

  it('a large event in small reads arrives whole', async () => {
    const text = 'x'.repeat(9000);
    const whole = [chunk([{ text }]), STOP, '[DONE]'].map(event).join('');
    const { join } = await clientOf(bodyOf(...(whole.match(/[^]{1,100}/g) ?? [])));
    expect(join('content')).toBe(text);
  });

  it('the first event is passed on at once, not when the next one comes', async () => {
    const body = createBody();
    const router = createFakeRouter(acme(), () => new Response(body.stream));
    const response = router.ask(chatBody({ stream: true }));
    await turn();
    body.write(event(HELLO));
    const reader = (await response).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('Hello');
  });
});

describe('streams that break', () => {
  it('a connection that is reset after a chunk ends in an error chunk, not in a clean end', async () => {
    const body = createBody();
    const answer = clientOf(body.stream);
    await turn();
    body.write(event(HELLO));
    await turn();
    body.reset();
    const { frames, join } = await answer;
    expect(join('content')).toBe('Hello');
    expect(frames.at(-1)).toMatchObject({ error: { code: 502 }, choices: [{ finish_reason: 'error' }] });
  });

  it.each<[string, Payload]>([
    ['an error event', { error: { message: 'Overloaded', type: 'overloaded_error' } }],
    ['an error named by its type', { type: 'error', error: { message: 'Overloaded', type: 'overloaded_error' } }],
  ])('%s keeps its message, has choices with an index, and no [DONE] follows', async (_, payload) => {
    const { frames } = await streamed(HELLO, payload, '[DONE]');
    expect(frames.at(-1)).toMatchObject({
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      error: { message: 'Acme: Overloaded', metadata: { error_type: 'provider_overloaded' } },
    });
  });

  it('a line that is no JSON is not passed on, and every chunk is an object with choices', async () => {
    const { chunks, written } = await streamed(HELLO, 'Error: Unable to parse event', '[DONE]');
    for (const frame of chunks) expect(frame).toMatchObject({ choices: expect.any(Array) });
    expect(written).not.toMatch(/data: "|\[DONE\]/);
  });

  it('an error as the first event is an HTTP error', async () => {
    await expect(streamed({ error: { message: 'no capacity' } })).rejects.toMatchObject({ status: 502 });
  });

  it('an upstream that falls silent and closes in the middle is an error', async () => {
    expect((await streamed(HELLO)).frames.at(-1)).toHaveProperty('error');
  });
});

describe('choices', () => {
  it('two in one chunk both arrive', async () => {
    const { join } = await streamedOf(2, [
      chunk([
        { index: 0, text: 'a' },
        { index: 1, text: 'b' },
      ]),
      chunk([
        { index: 0, finish: 'stop' },
        { index: 1, finish: 'length' },
      ]),
    ]);
    expect([join('content', 0), join('content', 1)]).toEqual(['a', 'b']);
  });

  it('three that come by turns do not run into each other, in a stream and in a body', async () => {
    const payloads = [2, 0, 1, 0, 2, 1].map((index) => chunk([{ index, text: String(index) }]));
    const ends = [0, 1, 2].map((index) => chunk([{ index, finish: 'stop' }]));
    const { join } = await streamedOf(3, [...payloads, ...ends]);
    expect([0, 1, 2].map((index) => join('content', index))).toEqual(['00', '11', '22']);
    const router = createFakeRouter(acme(), () => new Response(bodyOf([...payloads, ...ends].map(event).join(''))));
    const answer: unknown = await (await router.ask(chatBody({ n: 3 }))).json();
    expect(answer).toMatchObject({ choices: ['00', '11', '22'].map((content, index) => ({ index, message: { content } })) });
  });

  it('a chunk without choices that carries usage is no crash, and its usage arrives once', async () => {
    const { chunks } = await streamed(HELLO, STOP, { choices: [], usage: USAGE }, '[DONE]');
    expect(chunks.filter((frame) => 'usage' in frame)).toEqual([
      expect.objectContaining({
        choices: [{ index: 0, delta: { content: '' }, finish_reason: null }],
        usage: expect.objectContaining(USAGE),
      }),
    ]);
  });

  it('a chunk with neither delta nor text is no crash', async () => {
    const { join } = await streamed(HELLO, { choices: [{ index: 0 }] }, { choices: [{ index: 0, finish_reason: 'stop' }] });
    expect(join('content')).toBe('Hello');
  });

  it('an unknown finish reason loses neither finish nor usage', async () => {
    const { choices, chunks } = await streamed(HELLO, chunk([{ finish: 'waterfall' }], { usage: USAGE }), '[DONE]');
    expect(choices.at(-1)).toMatchObject({ finish_reason: 'stop', native_finish_reason: 'waterfall' });
    expect(chunks.at(-1)).toMatchObject({ usage: USAGE });
  });

  it('content after [DONE] is not passed on', async () => {
    const { frames, written } = await streamed(HELLO, STOP, '[DONE]', chunk([{ text: 'late' }]), '[DONE]');
    expect(written).not.toContain('late');
    expect(frames.filter((frame) => frame === '[DONE]')).toHaveLength(1);
  });
});

describe('deltas that others thin out', () => {
  const calls = (...pieces: JsonObject[]) => delta({ tool_calls: pieces });
  const fn = (name: string, text: string) => ({ name, arguments: text });

  it('reasoning, text and tool calls of one answer all arrive', async () => {
    const { join, choices } = await streamed(
      delta({ reasoning_content: 'Hm.' }),
      delta({ content: 'Let me check' }),
      calls({ index: 0, id: 'call_a', type: 'function', function: fn('f', '{}') }),
      delta({}, 'tool_calls'),
    );
    expect([join('reasoning'), join('content')]).toEqual(['Hm.', 'Let me check']);
    expect(choices.flatMap((choice) => choice.delta['tool_calls'] ?? [])).toMatchObject([
      { index: 0, id: 'call_a', function: { name: 'f' } },
    ]);
  });

  it('parallel tool calls in separate chunks have different indexes, counted from 0', async () => {
    const { choices } = await streamed(
      delta({ content: 'text takes block 0' }),
      calls({ index: 1, id: 'call_a', type: 'function', function: fn('f', '{}') }),
      calls({ index: 2, id: 'call_b', type: 'function', function: fn('g', '{}') }),
      delta({}, 'tool_calls'),
    );
    expect(choices.flatMap((choice) => choice.delta['tool_calls'] ?? [])).toMatchObject([{ index: 0 }, { index: 1 }]);
  });

  it('no list of tool calls ever holds a null, and no chunk has one without calls', async () => {
    const { written } = await streamed(
      calls({ index: 0, id: 'call_a', type: 'function', function: fn('f', '{}') }),
      delta({ content: null, tool_calls: null }),
      delta({}, 'tool_calls'),
    );
    expect(written).not.toMatch(/"tool_calls":(null|\[\]|\[null)|,null\]/);
  });

  it('text and several tool calls of a whole answer all arrive', async () => {
    const toolCalls = ['a', 'b'].map((id) => ({ id: `call_${id}`, type: 'function', function: fn(id, '{}') }));
    const whole = {
      choices: [{ index: 0, message: { role: 'assistant', content: 'Both:', tool_calls: toolCalls }, finish_reason: 'tool_calls' }],
    };
    const answer: unknown = await (await createFakeRouter(acme(), () => Response.json(whole)).ask(chatBody())).json();
    expect(answer).toMatchObject({ choices: [{ message: { content: 'Both:', tool_calls: toolCalls } }] });
  });

  it('parts of usage add up to the total, reasoning included', async () => {
    const usage = { prompt_tokens: 12, completion_tokens: 1, total_tokens: 303, completion_tokens_details: { reasoning_tokens: 290 } };
    const { chunks } = await streamed(HELLO, STOP, { choices: [], usage });
    expect(chunks.at(-1)).toMatchObject({ usage: { prompt_tokens: 12, completion_tokens: 291, total_tokens: 303 } });
  });
});

describe('one stream', () => {
  it('has one id, model and time on every chunk, and the id is ours', async () => {
    const odd = [HELLO, chunk([{ text: '!' }], { id: 'other', model: 'other' }), STOP].map((payload, position) => ({
      ...payload,
      created: position,
    }));
    const { chunks } = await streamed(...odd, { choices: [], usage: USAGE });
    expect(
      new Set(chunks.map(({ id, model, created, object, provider }) => JSON.stringify([id, model, created, object, provider]))).size,
    ).toBe(1);
    expect(chunks[0]).toMatchObject({ id: 'gen-1', model: expect.stringMatching(/./) });
  });
});

describe('requests that others change', () => {
  it('a stop text is sent as a list of one', async () => {
    expect((await sentFor({ stop: 'END' }))['stop']).toEqual(['END']);
  });

  it('everything the provider accepts is sent: stop, n, seed, penalties, format, tools, tool_choice "none"', async () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'f',
          description: 'd',
          strict: true,
          parameters: {
            type: 'object',
            properties: {},
            additionalProperties: false,
            anyOf: [{ required: ['a'] }],
            $defs: {},
            description: 'kept',
          },
        },
      },
    ];
    const asked = {
      stop: ['x'],
      n: 2,
      seed: 7,
      presence_penalty: 1,
      frequency_penalty: 1,
      response_format: { type: 'json_object' },
      logit_bias: { '50256': -100 },
      max_tokens: 50,
      tools,
      tool_choice: 'none',
      parallel_tool_calls: false,
    };
    expect(await sentFor(asked)).toEqual({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...asked });
  });

  it('a limit under another name is still a limit', async () => {
    const parameters = { ...OPENAI_CHAT_RULES, max_tokens: { type: 'integer' as const, name: 'max_completion_tokens' } };
    expect(await sentFor({ max_tokens: 50 }, parameters)).toMatchObject({ max_completion_tokens: 50 });
  });

  it('messages keep their order and their system texts, wherever they stand, and tools their names', async () => {
    const messages = [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'S1' },
          { type: 'text', text: 'S2' },
        ],
      },
      { role: 'user', content: 'first' },
      { role: 'assistant', content: 'both', tool_calls: [{ id: '9f-call', type: 'function', function: { name: 'f', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: '9f-call', content: 'result' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example/x.png' } }] },
      { role: 'system', content: 'LATE' },
    ];
    expect((await sentFor({ messages }))['messages']).toEqual(messages);
  });

  it('several prompts are never joined into one', async () => {
    const prompt = ['first', 'second'];
    const chats = createFakeRouter(acme(), () => Response.json(CHAT_WIRE.body([{ text: 'x', finish: 'stop' }])));
    await chats.ask(completionsBody({ prompt }), { operation: 'completions' });
    expect(chats.sent.map(({ body }) => body['messages'])).toEqual(prompt.map((content) => [{ role: 'user', content }]));
    const whole = { choices: prompt.map((text, index) => ({ index, text, finish_reason: 'stop' })) };
    const completes = createFakeRouter(acme({ operations: { completions: [completionsOperation()] } }), () => Response.json(whole));
    const answer: unknown = await (await completes.ask(completionsBody({ prompt }), { operation: 'completions' })).json();
    expect(completes.sent[0]?.body['prompt']).toEqual(prompt);
    expect(answer).toMatchObject({ choices: [{ text: 'first' }, { text: 'second' }] });
  });

  it('nothing changes the request: a second attempt sends the same as the first', async () => {
    const body = chatBody({
      stop: ['1', '2', '3', '4', '5'],
      temperature: 0,
      top_a: 0.3,
      seed: 7,
      response_format: { type: 'json_object' },
    });
    const before = structuredClone(body);
    const request = openaiChatClient.parse(body);
    const frozen = structuredClone({ ...request, preferences: {} });
    const router = createFakeRouter(acme(), () =>
      router.sent.length === 1 ? Response.json({}, { status: 429 }) : Response.json(CHAT_WIRE.body([{ text: 'x', finish: 'stop' }])),
    );
    await expect(router.answer(request)).rejects.toMatchObject({ status: 429 });
    const second: unknown = await (await router.answer(request)).json();
    expect(router.sent[1]?.body).toEqual(router.sent[0]?.body);
    expect(second).toMatchObject({ adjustments: [{ param: 'stop' }, { param: 'top_a' }] });
    expect(body).toEqual(before);
    expect({ ...request, preferences: {} }).toEqual(frozen);
  });
});

describe('errors of an upstream', () => {
  it("are JSON with the upstream's words, and show none of its headers and no key", async () => {
    const respond = () =>
      Response.json({ error: { message: `bad key ${PROVIDER_KEY}` } }, { status: 401, headers: { 'openai-organization': 'org-77' } });
    const failure: unknown = await createFakeRouter(acme(), respond)
      .ask(chatBody())
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ status: 502, message: expect.stringContaining('bad key ***') });
    expect(JSON.stringify(failure)).not.toMatch(/org-77|sk-world/);
  });

  it('of the 429 kind say how long to wait, also with one key only', async () => {
    const respond = () => Response.json({ error: { message: 'slow down' } }, { status: 429, headers: { 'retry-after': '12' } });
    const failure: unknown = await createFakeRouter(acme(), respond)
      .ask(chatBody())
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ status: 429, retryable: true, details: { retryAfterSeconds: 12 } });
  });

  it('in a whole answer with HTTP 200 are shown as errors', async () => {
    const router = createFakeRouter(acme(), () => Response.json({ error: { message: 'model is loading' } }));
    await expect(router.ask(chatBody())).rejects.toMatchObject({ status: 502, message: 'Acme: model is loading' });
  });
});

describe('a client that leaves', () => {
  it('takes the upstream call with it', async () => {
    const body = createBody();
    const router = createFakeRouter(acme(), () => new Response(body.stream));
    const response = router.ask(chatBody({ stream: true }));
    await turn();
    body.write(event(HELLO));
    await (await response).body?.cancel();
    expect(router.sent[0]?.signal.aborted).toBe(true);
  });
});
