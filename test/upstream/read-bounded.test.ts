import { describe, expect, it } from 'vitest';
import { readBounded } from '../../src/upstream/read-bounded.ts';
import { bodyOf, createBody } from './own-host.ts';

describe('reading a body within bounds', () => {
  it('gives the text, however it was cut', async () => {
    expect(await readBounded({ body: bodyOf('Grü', 'ße') }, 7)).toBe('Grüße');
    expect(await readBounded({ body: null }, 0)).toBe('');
  });

  it('takes exactly the limit, and refuses one byte more without reading on', async () => {
    await expect(readBounded({ body: bodyOf('12345') }, 5)).resolves.toBe('12345');
    const body = createBody();
    const text = readBounded({ body: body.stream }, 5);
    body.write('123456');
    await expect(text).rejects.toMatchObject({ type: 'payload_too_large' });
    expect(body.cancelled()).toBe(true);
  });
});
