// Every fault, seen through the Worker's fetch.

import { describe, expect, it, vi } from 'vitest';

import { chatBody, events, lastEntry, origin, send, stream, streamed } from './client.ts';
import { faultNames } from './faults.ts';

describe('x-simulator-fault', () => {
  const path = '/openai/v1/chat/completions';
  const read = async (fault: string, body: object = stream()): Promise<string> => (await send(path, body, { fault })).text();
  const contents = (text: string): number => events(text).filter((event) => JSON.stringify(event).includes('"content":"')).length - 1;

  it('with an unknown name returns 400 with the known names', async () => {
    for (const fault of [
      'nonsense',
      'cut-after',
      'no-done=3',
      'status=x',
      'crlf, nonsense',
      'crlf,',
      'crlf; seed=x',
      'crlf; n=3',
      'crlf; seed=1; seed=2',
    ]) {
      const response = await send(path, chatBody, { fault });
      expect(response.status).toBe(400);
      const { error } = (await response.json()) as { error: { message: string } };
      for (const name of faultNames) expect(error.message).toContain(name);
    }
  });

  it('status=N returns that status', async () => {
    const response = await send(path, chatBody, { fault: 'status=429' });
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
    expect(await response.json()).toMatchObject({ error: { type: 'rate_limit_error' } });
  });

  it('with a seed applies to requests with that seed only', async () => {
    const status = async (fault: string, extra: object) => (await send(path, { ...chatBody, ...extra }, { fault })).status;
    expect(await status('status=503; seed=6', { seed: 6 })).toBe(503);
    expect(await status('status=503;seed=-6', { seed: -6 })).toBe(503);
    for (const extra of [{}, { seed: 5 }, { seed: 60 }]) expect(await status('status=503; seed=6', extra)).toBe(200);
  });

  it('with several faults applies the first one that matches the request', async () => {
    const fault = 'status=503; seed=6, status=500; seed=7, status=429';
    const statuses = await Promise.all([6, 7, 8].map(async (seed) => (await send(path, { ...chatBody, seed }, { fault })).status));
    expect(statuses).toEqual([503, 500, 429]);
    expect((await send(path, { ...chatBody, seed: 8 }, { fault: 'status=503; seed=6, status=500; seed=7' })).status).toBe(200);
  });

  it('html-502, empty-200, error-in-200 and redirect replace the response', async () => {
    const [html, empty, error, redirect] = await Promise.all(
      ['html-502', 'empty-200', 'error-in-200', 'redirect'].map((fault) => send(path, chatBody, { fault })),
    );
    expect([html?.status, html?.headers.get('content-type')]).toEqual([502, 'text/html']);
    expect([empty?.status, await empty?.text()]).toEqual([200, '']);
    expect([error?.status, await error?.json()]).toMatchObject([200, { error: {} }]);
    expect([redirect?.status, redirect?.headers.get('location')]).toEqual([307, `${origin}/health`]);
  });

  it('error-first and error-after send an error event', async () => {
    expect(events(await read('error-first'))).toMatchObject([{ error: { message: expect.any(String) } }]);
    const sent = await streamed('/openrouter/api/v1/chat/completions', chatBody, { fault: 'error-after=2' });
    expect(sent).toHaveLength(3);
    expect(sent[2]).toMatchObject({ id: expect.any(String), error: { code: 500 }, choices: [{ finish_reason: 'error' }] });
  });

  it.each([stream(), chatBody])('cut-after resets the connection, end-after closes it: %j', async (body) => {
    await expect(read('cut-after=2', body)).rejects.toThrow('broke');
    expect(await lastEntry()).toMatchObject({ aborted: false, finished: false, sentChunks: 2 });
    const ended = await read('end-after=2', body);
    expect(ended).not.toContain('[DONE]');
    expect(await lastEntry()).toMatchObject({ finished: true, sentChunks: 2 });
  });

  it('no-done, double-done and no-usage change the end of a stream', async () => {
    expect(await read('no-done')).not.toContain('[DONE]');
    expect((await read('double-done')).match(/\[DONE\]/gu)).toHaveLength(2);
    expect(await read('no-usage')).not.toContain('usage');
    expect(await read('no-usage', chatBody)).not.toContain('usage');
  });

  it('malformed-after, crlf and comments change the framing', async () => {
    expect(await read('malformed-after=1')).toContain('data: {"choices":[{"index":0,\n\n');
    expect(await read('crlf')).toMatch(/\r\n\r\ndata: \[DONE\]\r\n\r\n$/u);
    const commented = await read('comments');
    expect(commented.match(/^: keep-alive$/gmu)).toHaveLength(events(commented).length);
  });

  it('json-for-stream, stream-for-json and wrong-content-type change the content type', async () => {
    expect(JSON.parse(await read('json-for-stream'))).toMatchObject({ object: 'chat.completion' });
    expect(events(await read('stream-for-json', chatBody)).at(-1)).toBe('[DONE]');
    expect((await send(path, stream(), { fault: 'wrong-content-type' })).headers.get('content-type')).toMatch(/^text\/plain/u);
  });

  it('split-bytes splits characters over chunks', async () => {
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

  it('flood sends pieces without end', async () => {
    const text = await read('flood=20');
    expect(contents(text)).toBe(21);
    expect(text).toContain('~'.repeat(1024));
    expect(events(text).at(-1)).toBe('[DONE]');
  });

  it('silent-ms delays the first byte', async () => {
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
