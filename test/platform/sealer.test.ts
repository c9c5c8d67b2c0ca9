import { describe, expect, it } from 'vitest';
import { createSealers } from '../../src/platform/sealer.ts';
import { sealingSecrets } from '../../src/platform/env.ts';

describe('createSealers', () => {
  const text = 'A summary, \u{1f600}, of some length. '.repeat(100);

  it('opens what it sealed, and shows nothing of the text', async () => {
    const sealer = createSealers(['secret'])('tenant');
    const sealed = await sealer.seal(text);
    expect(sealed).toMatch(/^trbc1\.[\w-]+$/);
    expect(await sealer.seal(text)).not.toBe(sealed);
    expect(await createSealers(['secret'])('tenant').open(sealed)).toBe(text);
  });

  it('opens nothing of another tenant, of another secret, or that was changed', async () => {
    const sealed = await createSealers(['secret'])('tenant').seal(text);
    const open = (secret: string, tenant: string, given = sealed) => createSealers([secret])(tenant).open(given);
    expect(await open('secret', 'other')).toBeNull();
    expect(await open('other', 'tenant')).toBeNull();
    expect(await open('secret', 'tenant', `${sealed.slice(0, -2)}${sealed.endsWith('AA') ? 'BB' : 'AA'}`)).toBeNull();
    for (const given of ['trbc1.', 'trbc1.%', 'trbc1.AAAA', text, '']) expect(await open('secret', 'tenant', given)).toBeNull();
  });

  it('opens with a secret that is not the first one', async () => {
    const sealed = await createSealers(['old'])('tenant').seal(text);
    expect(await createSealers(['new', 'old'])('tenant').open(sealed)).toBe(text);
  });
});

describe('sealingSecrets', () => {
  it.each([
    [{ COMPACTION_KEY: 'a, b', ROUTER_API_KEYS: 'k' }, ['a', 'b']],
    [{ ROUTER_API_KEYS: 'k,l' }, ['k', 'l']],
    [{}, ['no secret']],
  ])('of %j are %j', (env, secrets) => {
    expect(sealingSecrets(env)).toEqual(secrets);
  });
});
