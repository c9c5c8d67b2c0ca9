// Routes, stream shapes and departures, seen through the Worker's fetch. Faults have their own file.

import { beforeEach, describe, expect, it } from 'vitest';

import { chatBody, completionsBody, events, lastEntry, origin, send, stream, streamed } from './client.ts';
import worker from './worker.ts';

beforeEach(async () => {
  await worker.fetch(new Request(`${origin}/log`, { method: 'DELETE' }), {});
});

describe('the simulator', () => {
  it('answers /health', async () => {
    expect((await worker.fetch(new Request(`${origin}/health`), {})).status).toBe(200);
    expect((await worker.fetch(new Request(`${origin}/nowhere`), {})).status).toBe(404);
  });

  it.each(['/novita/chat/completions', '/novita/openai/v1/chat/completions'])('serves chat at %s', async (path) => {
    expect((await send(path, chatBody)).status).toBe(200);
  });

  it('returns 401 without a key, except where the provider needs none', async () => {
    expect((await send('/openai/v1/chat/completions', chatBody, { key: null })).status).toBe(401);
    expect((await send('/local-host/v1/chat/completions', chatBody, { key: null })).status).toBe(200);
  });

  it('returns the refusal of judge', async () => {
    const response = await send('/novita/chat/completions', { ...chatBody, n: 1 });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'invalid_request_error' });
  });

  it('logs requests without their credential', async () => {
    await (await send('/novita/chat/completions', chatBody, { key: 'secret' })).text();
    const entry = await lastEntry();
    expect(entry).toMatchObject({ slug: 'novita', operation: 'chat', body: chatBody, status: 200, aborted: false, finished: true });
    expect(JSON.stringify(entry)).not.toContain('secret');
  });

  it('ignores unknown fields at OpenRouter', async () => {
    const body = (await (await send('/openrouter/api/v1/chat/completions', { ...chatBody, n: 3 })).json()) as { choices: unknown[] };
    expect(body).toMatchObject({ provider: 'Simulator', choices: [{ native_finish_reason: 'stop' }] });
    expect(body.choices).toHaveLength(1);
  });
});

describe('a simulated stream', () => {
  it('of openai has the role first, a finish chunk, a usage chunk and null usage elsewhere', async () => {
    const sent = await streamed('/openai/v1/chat/completions', stream({ max_tokens: 2 }));
    expect(sent).toMatchObject([
      { object: 'chat.completion.chunk', choices: [{ delta: { role: 'assistant', content: '' }, finish_reason: null }], usage: null },
      { choices: [{ delta: { content: 'You' } }], usage: null },
      { choices: [{ delta: { content: ' said:' } }], usage: null },
      { choices: [{ delta: {}, finish_reason: 'length' }], usage: null },
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
      '[DONE]',
    ]);
  });

  it('of openai has tool calls in pieces', async () => {
    const tools = [
      { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } },
    ];
    const sent = (await streamed('/openai/v1/chat/completions', { ...chatBody, tools, tool_choice: 'required' })) as {
      choices: {
        delta: { tool_calls?: { id?: string; function: { name?: string; arguments: string } }[] };
        finish_reason: string | null;
      }[];
    }[];
    const fragments = sent.flatMap((chunk) => chunk.choices?.[0]?.delta.tool_calls ?? []);
    expect(fragments[0]).toMatchObject({
      index: 0,
      id: expect.stringMatching(/^call_/u),
      type: 'function',
      function: { name: 'get_weather', arguments: '' },
    });
    expect(fragments.slice(1).every(({ id }) => id === undefined)).toBe(true);
    expect(JSON.parse(fragments.map((fragment) => fragment.function.arguments).join(''))).toEqual({ city: expect.any(String) });
    expect(sent.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('of novita has usage only with include_usage', async () => {
    expect(JSON.stringify(await streamed('/novita/v1/chat/completions', chatBody))).not.toContain('usage');
    expect((await streamed('/novita/v1/chat/completions', stream())).at(-2)).toMatchObject({ choices: [], usage: {} });
  });

  it('of openrouter has comments first and always usage', async () => {
    const text = await (await send('/openrouter/api/v1/chat/completions', { ...chatBody, stream: true })).text();
    expect(text).toMatch(/^: OPENROUTER PROCESSING\n\n/u);
    expect(events(text).at(-2)).toMatchObject({ provider: 'Simulator', choices: [], usage: { total_tokens: expect.any(Number) } });
  });

  it('of octoai has finish and usage on the last content chunk', async () => {
    const sent = await streamed('/octoai/v1/completions', { ...completionsBody, stream_options: {}, max_tokens: 2 });
    expect(sent).toMatchObject([
      { choices: [{ text: 'You', finish_reason: null }] },
      { choices: [{ text: ' said:', finish_reason: 'length' }], usage: {} },
      '[DONE]',
    ]);
  });

  it('of tokensmind has a usage chunk and keeps the stop sequence', async () => {
    const sent = await streamed('/tokensmind/v1/completions', {
      ...completionsBody,
      stop: ['said'],
      stream_options: { include_usage: true },
    });
    expect(sent).toMatchObject([
      { choices: [{ text: 'You' }] },
      { choices: [{ text: ' said' }] },
      { choices: [{ finish_reason: 'stop' }] },
      { choices: [], usage: {} },
      '[DONE]',
    ]);
  });

  it('of completions-compatible has neither usage nor [DONE]', async () => {
    const sent = await streamed('/completions-compatible/v1/completions', { ...completionsBody, stream_options: { include_usage: true } });
    expect(sent.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect(JSON.stringify(sent)).not.toContain('usage');
  });

  it('has the texts of the JSON body, for every choice', async () => {
    const sent = (await streamed('/octoai/v1/completions', { ...completionsBody, n: 2, echo: true })) as {
      choices: { index: number; text: string }[];
    }[];
    const texts = [0, 1].map((index) =>
      sent
        .flatMap((chunk) => chunk.choices ?? [])
        .filter((choice) => choice.index === index)
        .map(({ text }) => text)
        .join(''),
    );
    const whole = (await (await send('/octoai/v1/completions', { ...completionsBody, n: 2, echo: true })).json()) as {
      choices: { text: string }[];
    };
    expect(texts).toEqual(whole.choices.map(({ text }) => text));
    expect(texts[0]).toMatch(/^helloYou said/u);
  });
});

describe('a client of the simulator', () => {
  it('that cancels its body is logged as aborted', async () => {
    const response = await send('/openai/v1/chat/completions', stream());
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    await reader?.cancel();
    expect(await lastEntry()).toMatchObject({ aborted: true, finished: false, sentChunks: 1 });
  });

  it('that aborts its request is logged as aborted, also in a stall', async () => {
    const client = new AbortController();
    const response = await send('/openai/v1/chat/completions', stream(), { fault: 'stall-after=1', signal: client.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    void reader?.read();
    client.abort();
    expect(await lastEntry()).toMatchObject({ aborted: true, finished: false, sentChunks: 1 });
  });

  it('that does not read holds back a flood', async () => {
    const response = await send('/openai/v1/chat/completions', stream(), { fault: 'flood=1000000' });
    const reader = response.body?.getReader();
    for (let reads = 0; reads < 10; reads += 1) await reader?.read();
    expect((await lastEntry())?.sentChunks).toBeLessThanOrEqual(10);
    await reader?.cancel();
  });
});
