import { describe, expect, it } from 'vitest';
import { readBounded, statedBytes } from '../../src/upstream/read-bounded.ts';
import { bodyOf, createBody } from '../support/scripted-upstream.ts';

describe('readBounded', () => {
  it('returns the text, however it is cut', async () => {
    expect(await readBounded({ body: bodyOf('Grü', 'ße') }, 7)).toBe('Grüße');
    expect(await readBounded({ body: null }, 0)).toBe('');
  });

  it('accepts exactly the limit, and rejects one byte more without reading on', async () => {
    await expect(readBounded({ body: bodyOf('12345') }, 5)).resolves.toBe('12345');
    const body = createBody();
    const text = readBounded({ body: body.stream }, 5);
    body.write('123456');
    await expect(text).rejects.toMatchObject({ type: 'payload_too_large' });
    expect(body.cancelled()).toBe(true);
  });
});

describe('readBounded with a known length', () => {
  const known = (text: string, headers: Record<string, string> = {}) =>
    new Response(text, { headers: { 'content-length': String(text.length), ...headers } });

  it('reads at once within the limit, and nothing beyond it', async () => {
    expect(await readBounded(known('12345'), 5)).toBe('12345');
    await expect(readBounded(known('123456'), 5)).rejects.toMatchObject({ type: 'payload_too_large' });
  });

  it.each([{ 'content-encoding': 'gzip' }, { 'content-length': 'x' }, { 'content-length': '-1' }])('does not trust %j', (headers) => {
    expect(statedBytes(known('12345', headers).headers)).toBe(Infinity);
  });
});
