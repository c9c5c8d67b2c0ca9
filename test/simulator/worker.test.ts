import { beforeEach, describe, expect, it, vi } from 'vitest';

import { faultNames } from './faults.ts';
import type { LogEntry } from './request-log.ts';
import worker from './worker.ts';

const origin = 'http://simulator.test';
const chatBody = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
const completionsBody = { model: 'm', prompt: 'hello' };

interface Sending {
  readonly fault?: string;
  readonly key?: string | null;
  readonly signal?: AbortSignal;
}

function send(path: string, body: unknown, { fault, key = 'k', signal }: Sending = {}): Promise<Response> {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  if (fault !== undefined) headers.set('x-simulator-fault', fault);
  return worker.fetch(new Request(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body), ...(signal ? { signal } : {}) }), {});
}

const stream = (extra: object = {}): object => ({ ...chatBody, stream: true, stream_options: { include_usage: true }, ...extra });

/** The data of a stream's events, parsed except for `[DONE]`. */
function events(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => (line === 'data: [DONE]' ? '[DONE]' : (JSON.parse(line.slice(6)) as unknown)));
}

async function streamed(path: string, body: object, sending: Sending = {}): Promise<unknown[]> {
  return events(await (await send(path, { stream: true, ...body }, sending)).text());
}

async function lastEntry(): Promise<LogEntry | undefined> {
  const response = await worker.fetch(new Request(`${origin}/log`), {});
  return ((await response.json()) as LogEntry[]).at(-1);
}

beforeEach(async () => {
  await worker.fetch(new Request(`${origin}/log`, { method: 'DELETE' }), {});
});

describe('routes', () => {
  it('is alive', async () => {
    expect((await worker.fetch(new Request(`${origin}/health`), {})).status).toBe(200);
    expect((await worker.fetch(new Request(`${origin}/nowhere`), {})).status).toBe(404);
  });

  it.each(['/novita/chat/completions', '/novita/openai/v1/chat/completions'])('finds chat at %s', async (path) => {
    expect((await send(path, chatBody)).status).toBe(200);
  });

  it('wants a key, except from nobody in particular', async () => {
    expect((await send('/openai/v1/chat/completions', chatBody, { key: null })).status).toBe(401);
    expect((await send('/local-host/v1/chat/completions', chatBody, { key: null })).status).toBe(200);
  });

  it('refuses what the judge refuses', async () => {
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

  it('ignores at OpenRouter what OpenRouter ignores', async () => {
    const body = (await (await send('/openrouter/api/v1/chat/completions', { ...chatBody, n: 3 })).json()) as { choices: unknown[] };
    expect(body).toMatchObject({ provider: 'Simulator', choices: [{ native_finish_reason: 'stop' }] });
    expect(body.choices).toHaveLength(1);
  });
});

describe('streams', () => {
  it('openai: role first, own finish chunk, usage apart and null elsewhere', async () => {
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

  it('openai: tool calls in fragments', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } }];
    const sent = (await streamed('/openai/v1/chat/completions', { ...chatBody, tools, tool_choice: 'required' })) as {
      choices: { delta: { tool_calls?: { id?: string; function: { name?: string; arguments: string } }[] }; finish_reason: string | null }[];
    }[];
    const fragments = sent.flatMap((chunk) => chunk.choices?.[0]?.delta.tool_calls ?? []);
    expect(fragments[0]).toMatchObject({ index: 0, id: expect.stringMatching(/^call_/u), type: 'function', function: { name: 'get_weather', arguments: '' } });
    expect(fragments.slice(1).every(({ id }) => id === undefined)).toBe(true);
    expect(JSON.parse(fragments.map((fragment) => fragment.function.arguments).join(''))).toEqual({ city: expect.any(String) });
    expect(sent.at(-2)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('novita: no usage unless asked for', async () => {
    expect(JSON.stringify(await streamed('/novita/v1/chat/completions', chatBody))).not.toContain('usage');
    expect((await streamed('/novita/v1/chat/completions', stream())).at(-2)).toMatchObject({ choices: [], usage: {} });
  });

  it('openrouter: comments first, usage always', async () => {
    const text = await (await send('/openrouter/api/v1/chat/completions', { ...chatBody, stream: true })).text();
    expect(text).toMatch(/^: OPENROUTER PROCESSING\n\n/u);
    expect(events(text).at(-2)).toMatchObject({ provider: 'Simulator', choices: [], usage: { total_tokens: expect.any(Number) } });
  });

  it('octoai: finish and usage on the last content chunk', async () => {
    const sent = await streamed('/octoai/v1/completions', { ...completionsBody, stream_options: {}, max_tokens: 2 });
    expect(sent).toMatchObject([{ choices: [{ text: 'You', finish_reason: null }] }, { choices: [{ text: ' said:', finish_reason: 'length' }], usage: {} }, '[DONE]']);
  });

  it('tokensmind: usage apart, stop sequence kept', async () => {
    const sent = await streamed('/tokensmind/v1/completions', { ...completionsBody, stop: ['said'], stream_options: { include_usage: true } });
    expect(sent).toMatchObject([{ choices: [{ text: 'You' }] }, { choices: [{ text: ' said' }] }, { choices: [{ finish_reason: 'stop' }] }, { choices: [], usage: {} }, '[DONE]']);
  });

  it('completions-compatible: neither usage nor [DONE]', async () => {
    const sent = await streamed('/completions-compatible/v1/completions', { ...completionsBody, stream_options: { include_usage: true } });
    expect(sent.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect(JSON.stringify(sent)).not.toContain('usage');
  });

  it('says in a stream what it says in JSON, for every choice', async () => {
    const sent = (await streamed('/octoai/v1/completions', { ...completionsBody, n: 2, echo: true })) as { choices: { index: number; text: string }[] }[];
    const texts = [0, 1].map((index) =>
      sent.flatMap((chunk) => chunk.choices ?? []).filter((choice) => choice.index === index).map(({ text }) => text).join(''),
    );
    const whole = (await (await send('/octoai/v1/completions', { ...completionsBody, n: 2, echo: true })).json()) as { choices: { text: string }[] };
    expect(texts).toEqual(whole.choices.map(({ text }) => text));
    expect(texts[0]).toMatch(/^helloYou said/u);
  });
});

describe('clients that leave', () => {
  it('are noticed when they cancel', async () => {
    const response = await send('/openai/v1/chat/completions', stream());
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    await reader?.cancel();
    expect(await lastEntry()).toMatchObject({ aborted: true, finished: false, sentChunks: 1 });
  });

  it('are noticed by the signal of the request, even in a stall', async () => {
    const client = new AbortController();
    const response = await send('/openai/v1/chat/completions', stream(), { fault: 'stall-after=1', signal: client.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    void reader?.read();
    client.abort();
    expect(await lastEntry()).toMatchObject({ aborted: true, finished: false, sentChunks: 1 });
  });

  it('hold back a flood by not reading', async () => {
    const response = await send('/openai/v1/chat/completions', stream(), { fault: 'flood=1000000' });
    const reader = response.body?.getReader();
    for (let reads = 0; reads < 10; reads += 1) await reader?.read();
    expect((await lastEntry())?.sentChunks).toBeLessThanOrEqual(10);
    await reader?.cancel();
  });
});

describe('faults', () => {
  const path = '/openai/v1/chat/completions';
  const read = async (fault: string, body: object = stream()): Promise<string> => (await send(path, body, { fault })).text();
  const contents = (text: string): number => events(text).filter((event) => JSON.stringify(event).includes('"content":"')).length - 1;

  it('unknown: lists the names', async () => {
    for (const fault of ['nonsense', 'cut-after', 'no-done=3', 'status=x']) {
      const response = await send(path, chatBody, { fault });
      expect(response.status).toBe(400);
      const { error } = (await response.json()) as { error: { message: string } };
      for (const name of faultNames) expect(error.message).toContain(name);
    }
  });

  it('status', async () => {
    const response = await send(path, chatBody, { fault: 'status=429' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await response.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
  });

  it('html-502, empty-200, error-in-200, redirect', async () => {
    const [html, empty, error, redirect] = await Promise.all(
      ['html-502', 'empty-200', 'error-in-200', 'redirect'].map((fault) => send(path, chatBody, { fault })),
    );
    expect([html?.status, html?.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect([empty?.status, await empty?.text()]).toEqual([200, '']);
    expect([error?.status, await error?.json()]).toMatchObject([200, { error: {} }]);
    expect([redirect?.status, redirect?.headers.get('location')]).toEqual([307, `${origin}/health`]);
  });

  it('error-first, error-after', async () => {
    expect(events(await read('error-first'))).toMatchObject([{ error: { message: expect.any(String) } }]);
    const sent = await streamed('/openrouter/api/v1/chat/completions', chatBody, { fault: 'error-after=2' });
    expect(sent).toHaveLength(3);
    expect(sent[2]).toMatchObject({ id: expect.any(String), error: { code: 500 }, choices: [{ finish_reason: 'error' }] });
  });

  it.each([stream(), chatBody])('cut-after breaks off, end-after ends: %j', async (body) => {
    await expect(read('cut-after=2', body)).rejects.toThrow('broke');
    expect(await lastEntry()).toMatchObject({ aborted: false, finished: false, sentChunks: 2 });
    const ended = await read('end-after=2', body);
    expect(ended).not.toContain('[DONE]');
    expect(await lastEntry()).toMatchObject({ finished: true, sentChunks: 2 });
  });

  it('no-done, double-done, no-usage', async () => {
    expect(await read('no-done')).not.toContain('[DONE]');
    expect((await read('double-done')).match(/\[DONE\]/gu)).toHaveLength(2);
    expect(await read('no-usage')).not.toContain('usage');
    expect(await read('no-usage', chatBody)).not.toContain('usage');
  });

  it('malformed-after, crlf, comments', async () => {
    expect(await read('malformed-after=1')).toContain('data: {"choices":[{"index":0,\n\n');
    expect(await read('crlf')).toMatch(/\r\n\r\ndata: \[DONE\]\r\n\r\n$/u);
    const commented = await read('comments');
    expect(commented.match(/^: keep-alive$/gmu)).toHaveLength(events(commented).length);
  });

  it('json-for-stream, stream-for-json, wrong-content-type', async () => {
    expect(JSON.parse(await read('json-for-stream'))).toMatchObject({ object: 'chat.completion' });
    expect(events(await read('stream-for-json', chatBody)).at(-1)).toBe('[DONE]');
    expect((await send(path, stream(), { fault: 'wrong-content-type' })).headers.get('content-type')).toMatch(/^text\/plain/u);
  });

  it('split-bytes tears characters apart, and they still join', async () => {
    const body = { ...stream(), messages: [{ role: 'user', content: 'Größe 🌊' }] };
    const response = await send(path, body, { fault: 'split-bytes=3' });
    const sizes: number[] = [];
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of response.body ?? []) {
      sizes.push(piece.length);
      text += decoder.decode(piece, { stream: true });
    }
    expect(Math.max(...sizes)).toBe(3);
    expect(text).toBe(await (await send(path, body)).text());
  });

  it('flood', async () => {
    const text = await read('flood=20');
    expect(contents(text)).toBe(21);
    expect(text).toContain('~'.repeat(1024));
    expect(events(text).at(-1)).toBe('[DONE]');
  });

  it('silent-ms', async () => {
    vi.useFakeTimers();
    let status = 0;
    const answered = send(path, chatBody, { fault: 'silent-ms=5000' }).then((response) => (status = response.status));
    await vi.advanceTimersByTimeAsync(4999);
    expect(status).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    await answered;
    expect(status).toBe(200);
    vi.useRealTimers();
  });
});
