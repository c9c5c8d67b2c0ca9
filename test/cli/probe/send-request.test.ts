/** One request of a probe: what the exchange keeps of the answer. */
import { describe, expect, it } from 'vitest';
import { sendRequest } from '../../../src/cli/probe/send-request.ts';
import { findTarget } from '../../../src/cli/probe/target.ts';
import { createAccess } from '../../../src/platform/provider-access.ts';
import { compileFile, instantClock } from './probe-harness.ts';

const KEY = 'bedrock-key-0123456789abcdef';

const provider = compileFile(
  JSON.stringify({
    name: 'Simulated',
    docs: 'https://example.org/docs',
    baseUrl: 'https://example.org',
    auth: { scheme: 'bearer' },
    operations: { chat: { dialect: 'bedrock', parameters: {} } },
  }),
);
const target = findTarget([provider], { slug: 'simulated', model: 'm', operation: 'chat' });
const access = createAccess({ SIMULATED_API_KEY: KEY } as never)(provider);

const exchangeOf = (body: string) =>
  sendRequest(
    { target, access, ask: { values: {}, stream: true }, id: 'x', try: 0 },
    { post: () => Promise.resolve(new Response(body)), clock: instantClock(), signal: new AbortController().signal },
  );

describe('sendRequest', () => {
  it('keeps a binary stream as base64', async () => {
    expect((await exchangeOf('binary')).response).toMatchObject({ body: btoa('binary'), isBase64: true });
  });

  it.each([KEY, btoa(KEY)])('leaves out a binary stream in which the provider repeats the key as %s', async (spelling) => {
    for (const before of ['', 'x', 'xy']) {
      const { response } = await exchangeOf(`${before}:${spelling}:`);
      expect(response).toMatchObject({ status: 200, body: '', isCut: true });
    }
  });
});
