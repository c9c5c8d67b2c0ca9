/** Caller keys with the runtime's own cryptography. */
import { describe, expect, it, vi } from 'vitest';
import { createAuthenticate } from '../../src/http/authenticate.ts';

const KEYS = ['alpha-key', 'ключ-два', 'x'.repeat(500)];
const authenticate = createAuthenticate({ keys: KEYS });
const bearer = (key: string) => new Headers({ authorization: `Bearer ${key}` });

describe('authenticate in workerd', () => {
  it('accepts each of the keys, in either header, of any length', async () => {
    await expect(authenticate(bearer('alpha-key'))).resolves.toMatchObject({ tenant: expect.stringMatching(/^[0-9a-f]{12}$/) });
    await expect(authenticate(bearer('x'.repeat(500)))).resolves.toMatchObject({ tenant: expect.stringMatching(/^[0-9a-f]{12}$/) });
    await expect(authenticate(new Headers({ 'x-api-key': 'alpha-key' }))).resolves.toMatchObject({
      tenant: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  it.each(['alpha-kez', 'alpha-ke', 'alpha-key2', 'x', 'x'.repeat(499)])('refuses %s', async (key) => {
    await expect(authenticate(bearer(key))).rejects.toMatchObject({ type: 'authentication', status: 401 });
  });

  it('does the same work for a known and an unknown key', async () => {
    const compare = vi.spyOn(crypto.subtle, 'digest');
    await authenticate(bearer('alpha-key'));
    const whenFirst = compare.mock.calls.length;
    compare.mockClear();
    await authenticate(bearer('nobody')).catch(() => undefined);
    expect(compare.mock.calls.length).toBe(whenFirst);
    expect(whenFirst).toBe(1);
    compare.mockRestore();
  });
});
