/** The Worker inside its own runtime: what only workerd can show. */
import { SELF } from 'cloudflare:test';
import { expect, it } from 'vitest';

it('answers in workerd', async () => {
  const response = await SELF.fetch('http://router/v1/health');
  expect(await response.json()).toEqual({ status: 'ok' });
});
