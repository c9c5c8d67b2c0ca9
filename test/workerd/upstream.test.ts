/** What leans on the runtime (WebCrypto, aborting, reading bodies, base64) does in workerd what the unit tests see on Node. */
import { expect, it } from 'vitest';
import { authorize } from '../../src/upstream/auth/index.ts';
import { openBody } from '../../src/upstream/body-reader.ts';
import { fetchMedia } from '../../src/upstream/media/fetch-media.ts';
import { CALL } from '../upstream/auth/calls.ts';
import { createFakeClock } from '../support/fake-ports.ts';

const clock = createFakeClock(Date.parse('2015-08-30T12:36:00Z'));

const pem = (bytes: ArrayBuffer) =>
  `-----BEGIN PRIVATE KEY-----\n${btoa(String.fromCharCode(...new Uint8Array(bytes)))}\n-----END PRIVATE KEY-----\n`;

it('workerd signs a request for AWS', async () => {
  const { headers } = await authorize(
    {
      scheme: 'aws-sigv4',
      secret: 'KEY',
      optional: false,
      service: 'service',
      region: 'REGION',
      accessKeyId: 'ID',
      sessionToken: null,
    },
    { url: 'https://example.amazonaws.com/', headers: {}, body: { toSend: () => '' } },
    {
      key: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
      variables: { REGION: 'us-east-1', ID: 'AKIDEXAMPLE' },
      clock,
      fetch: () => Promise.reject(new Error('no call is expected')),
    },
  );
  expect(headers['authorization']).toContain('Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b');
});

it('workerd signs a claim for Google and sends its token', async () => {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const key = JSON.stringify({
    client_email: 'router@acme.iam.gserviceaccount.com',
    private_key: pem(await crypto.subtle.exportKey('pkcs8', privateKey)),
  });
  let assertion = '';
  const { headers } = await authorize({ scheme: 'google-service-account', secret: 'GOOGLE_KEY', optional: false }, CALL, {
    key,
    variables: {},
    clock,
    fetch: async (_, init) => {
      assertion = new URLSearchParams(String(init.body)).get('assertion') ?? '';
      return Response.json({ access_token: 'ya29.token', expires_in: 3599 });
    },
  });
  expect(headers['authorization']).toBe('Bearer ya29.token');
  const [head, claim, signature = ''] = assertion.split('.');
  const bytes = Uint8Array.from(atob(signature.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  expect(await crypto.subtle.verify(algorithm, publicKey, bytes, new TextEncoder().encode(`${head}.${claim}`))).toBe(true);
});

it('workerd fetches a file, checks a redirect and aborts a body above the limit', async () => {
  const limits = { bytes: 100_000, timeoutMs: 1000, hosts: ['*'] };
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(30_000)),
    cancel: () => void (cancelled = true),
  });
  const pages: Record<string, () => Response> = {
    'https://a.example/': () => new Response(new Uint8Array(50_000), { headers: { 'content-type': 'image/png' } }),
    'https://b.example/': () => new Response(null, { status: 302, headers: { location: 'https://[::ffff:127.0.0.1]/' } }),
    'https://c.example/': () => new Response(endless, { headers: { 'content-type': 'image/png' } }),
  };
  const get = (url: string) =>
    fetchMedia(
      [{ url, path: 'messages[0].content[0]' }],
      { clock, fetch: async (address) => pages[address]?.() ?? Response.error(), limits },
      new AbortController().signal,
    );
  expect((await get('https://a.example/')).get('https://a.example/')).toMatch(/^data:image\/png;base64,A{66666}A=$/);
  await expect(get('https://b.example/')).rejects.toThrow('address that names a host that is not a public address');
  await expect(get('https://c.example/')).rejects.toMatchObject({ type: 'image_too_large' });
  expect(cancelled).toBe(true);
});

it('workerd ends a read that is under way when its body is cancelled, as a deadline does', async () => {
  // A stream of the runtime itself, as the body of a fetched answer is.
  const { IdentityTransformStream } = globalThis as unknown as { IdentityTransformStream: typeof TransformStream };
  const body = openBody(new IdentityTransformStream<Uint8Array, Uint8Array>().readable);
  const outcome = body.wait().then(
    ({ done }) => (done ? 'no more' : 'bytes'),
    () => 'no more',
  );
  await body.cancel();
  expect(await outcome).toBe('no more');
});
