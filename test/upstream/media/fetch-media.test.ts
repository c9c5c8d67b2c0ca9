/** Files that clients name by URL. Where they may come from is in `fetch-media-hostile.test.ts`. */
import { describe, expect, it } from 'vitest';
import { turn } from '../../support/fake-ports.ts';
import { createMediaHosts, dataUri, file, PDF, PNG, redirect, site } from './media-host.ts';
import { createBody } from '../../support/scripted-upstream.ts';

const URL_A = 'https://files.example.com/a.png';
const A_AS_DATA = new Map([[URL_A, dataUri('image/png', PNG)]]);

describe('fetchMedia', () => {
  it('returns a data URI under the address of the client', async () => {
    const odd = 'HTTPS://Files.Example.com:443/x/../a.png#top';
    const { get, urls } = createMediaHosts(() => file(PNG));
    expect(await get(odd)).toEqual(new Map([[odd, dataUri('image/png', PNG)]]));
    expect(urls()).toEqual(['https://files.example.com/a.png#top']);
  });

  it('sends nothing of the client, and follows no redirect automatically', async () => {
    const { get, asked } = createMediaHosts(() => file(PNG));
    await get(URL_A);
    expect(asked[0]?.init).toEqual({
      method: 'GET',
      headers: { accept: expect.stringContaining('image/*'), 'user-agent': 'tributary' },
      redirect: 'manual',
      signal: expect.any(AbortSignal),
    });
  });

  it('fetches a file once that is named twice, and nothing without files', async () => {
    const { get, asked } = createMediaHosts((url) => file(url === URL_A ? PNG : PDF, url === URL_A ? 'image/png' : 'application/pdf'));
    expect(await get(URL_A, 'https://b.example/', URL_A)).toEqual(
      new Map([...A_AS_DATA, ['https://b.example/', dataUri('application/pdf', PDF)]]),
    );
    expect(asked).toHaveLength(2);
    expect(await get()).toEqual(new Map());
  });

  it('uses http when the address of the client does', async () => {
    expect((await createMediaHosts(() => file(PNG)).get('http://files.example.com/a.png')).size).toBe(1);
  });

  it('reads a file in pieces', async () => {
    const body = createBody();
    const { get } = createMediaHosts(() => new Response(body.stream, { headers: { 'content-type': 'text/plain' } }));
    const got = get(URL_A);
    for (const piece of ['a', '', 'bc', 'd']) body.write(piece);
    body.close();
    expect([...(await got).values()]).toEqual([dataUri('text/plain', new TextEncoder().encode('abcd'))]);
  });

  it('leaves no timer', async () => {
    const { get, clock } = createMediaHosts(() => file(PNG));
    await get(URL_A);
    expect(clock.pending()).toBe(0);
  });
});

describe('fetchMedia content type', () => {
  const text = (start: string) => Uint8Array.from(start, (character) => character.charCodeAt(0));
  const box = (brand: string) => text(`\0\0\0\x20ftyp${brand}\0\0\0\0`);

  it.each([
    ['image/png', PNG, 'image/png'],
    ['IMAGE/PNG ; charset=binary', PNG, 'image/png'],
    ['image/jpg', text('odd'), 'image/jpeg'],
    ['image/heic', text('odd'), 'image/heic'],
    ['application/pdf', text('odd'), 'application/pdf'],
    ['text/plain; charset=utf-8', text('hello'), 'text/plain'],
    ['audio/mpeg', text('ID3'), 'audio/mpeg'],
    ['audio/x-wav', text('RIFF'), 'audio/x-wav'],
    ['video/quicktime', text('odd'), 'video/quicktime'],
    // An image is what its bytes say.
    ['image/jpeg', PNG, 'image/png'],
    ['image/png', text('RIFF\x01\x02\x03\x04WEBPVP8 '), 'image/webp'],
    // Text is what its host says.
    ['text/plain', text('GIF89a is how a GIF begins'), 'text/plain'],
    // Hosts that do not know.
    [null, PNG, 'image/png'],
    ['', PNG, 'image/png'],
    ['application/octet-stream', text('\xff\xd8\xff\xe0'), 'image/jpeg'],
    ['binary/octet-stream', text('GIF89a'), 'image/gif'],
    ['application/octet-stream', text('GIF87a'), 'image/gif'],
    ['application/octet-stream', text('RIFF\n\r\0\x04WEBP'), 'image/webp'],
    ['application/octet-stream', box('avif'), 'image/avif'],
    ['application/octet-stream', box('avis'), 'image/avif'],
    ['application/octet-stream', box('heic'), 'image/heic'],
    ['application/octet-stream', box('mif1'), 'image/heif'],
    ['application/octet-stream', PDF, 'application/pdf'],
  ])('returns for %j (%j): %s', async (declared, bytes, type) => {
    const { get } = createMediaHosts(() => file(bytes, declared));
    expect((await get(URL_A)).get(URL_A)).toBe(dataUri(type, bytes));
  });

  it.each(['text/html', 'image/svg+xml', 'application/json', 'application/x-sh', 'audio/', 'audio/a"b', 'png', '*/*'])(
    'rejects %s without reading the body',
    async (declared) => {
      const body = createBody();
      const { errorOf } = createMediaHosts(() => new Response(body.stream, { headers: { 'content-type': declared } }));
      expect(await errorOf(URL_A)).toMatchObject({
        type: 'unsupported_image_format',
        status: 400,
        message: expect.stringMatching(/^messages\[0\]\.content\[0\]: .*not supported\. Send the file itself as a data: URI/),
      });
      expect(body.asked()).toBe(0);
      expect(body.cancelled()).toBe(true);
    },
  );

  it.each([null, 'application/octet-stream'])('rejects an unknown type (%j)', async (declared) => {
    for (const bytes of [text('MZ what'), box('mp42'), text('<svg/>'), text('RIFF\0\0\0\0WAVE')]) {
      expect(await createMediaHosts(() => file(bytes, declared)).errorOf(URL_A)).toMatchObject({ type: 'unsupported_image_format' });
    }
  });
});

describe('fetchMedia size', () => {
  const bytes = (length: number) => new Uint8Array(length).fill(65);
  const tooLarge = { type: 'image_too_large', status: 400, details: { param: 'messages[0].content[0]' } };

  it('accepts exactly the limit, and not one byte more', async () => {
    expect((await createMediaHosts(() => file(bytes(1000), 'text/plain')).get(URL_A)).size).toBe(1);
    const error = await createMediaHosts(() => file(bytes(1001), 'text/plain')).errorOf(URL_A);
    expect(error).toMatchObject(tooLarge);
    expect(error.message).toContain('1000 bytes');
  });

  it('does not read a body that is declared too large', async () => {
    const body = createBody();
    const headers = { 'content-type': 'image/png', 'content-length': '1001' };
    expect(await createMediaHosts(() => new Response(body.stream, { headers })).errorOf(URL_A)).toMatchObject(tooLarge);
    expect(body.asked()).toBe(0);
    expect(body.cancelled()).toBe(true);
  });

  it.each(['5', '-1', 'many', ''])('counts the bytes read, whatever the host declares (%j)', async (declared) => {
    let pulls = 0;
    let cancelled = false;
    const endless = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls++;
          controller.enqueue(bytes(100));
        },
        cancel: () => void (cancelled = true),
      },
      { highWaterMark: 0 },
    );
    const { errorOf } = createMediaHosts(
      () => new Response(endless, { headers: { 'content-type': 'image/png', 'content-length': declared } }),
    );
    expect(await errorOf(URL_A)).toMatchObject(tooLarge);
    expect(pulls).toBe(11);
    expect(cancelled).toBe(true);
  });

  it('applies to all files together', async () => {
    const sizes: Record<string, number> = { 'https://a.example/': 600, 'https://b.example/': 400, 'https://c.example/': 1 };
    const hosts = () => createMediaHosts((url) => file(bytes(sizes[url] ?? 0), 'text/plain'));
    expect((await hosts().get('https://a.example/', 'https://b.example/')).size).toBe(2);
    expect(await hosts().errorOf(...Object.keys(sizes))).toMatchObject({ type: 'image_too_large' });
  });

  it('rejects an empty file', async () => {
    for (const answer of [
      () => file(new Uint8Array()),
      () => new Response(null, { status: 204, headers: { 'content-type': 'image/png' } }),
    ]) {
      expect(await createMediaHosts(answer).errorOf(URL_A)).toMatchObject({
        type: 'image_download_failed',
        message: expect.stringContaining('the file is empty'),
      });
    }
  });
});

describe('fetchMedia errors', () => {
  it.each([400, 401, 403, 404, 410, 429, 500, 503])('report HTTP %i without the text of the host', async (status) => {
    const body = createBody();
    const error = await createMediaHosts(() => new Response(body.stream, { status, headers: { 'content-type': 'image/png' } })).errorOf(
      URL_A,
    );
    expect(error).toMatchObject({
      type: 'image_download_failed',
      status: 400,
      retryable: false,
      details: { param: 'messages[0].content[0]' },
    });
    expect(error.message).toBe(
      `messages[0].content[0]: its host answered with HTTP ${status}. Send the file itself as a data: URI (data:<type>;base64,<data>).`,
    );
    expect(body.cancelled()).toBe(true);
  });

  it('report a connection error without details', async () => {
    const error = await createMediaHosts(() => Promise.reject(new TypeError('connect ECONNREFUSED 10.0.0.7'))).errorOf(URL_A);
    expect(error).toMatchObject({ type: 'image_download_failed', message: expect.stringContaining('could not be reached') });
    expect(error.message).not.toContain('10.0.0.7');
  });

  it('report a broken connection', async () => {
    const body = createBody();
    const { errorOf, asked } = createMediaHosts(() => new Response(body.stream, { headers: { 'content-type': 'image/png' } }));
    const error = errorOf(URL_A);
    while (asked.length === 0) await turn();
    body.write('half');
    body.reset();
    expect((await error).message).toContain('its host closed the connection');
  });

  it.each(['before its headers', 'before its end'])('report a timeout %s', async (when) => {
    const body = createBody();
    const { errorOf, clock, asked } = createMediaHosts(() =>
      when === 'before its end'
        ? new Response(body.stream, { headers: { 'content-type': 'image/png' } })
        : new Promise<Response>(() => undefined),
    );
    const error = errorOf(URL_A);
    await turn();
    body.write('half');
    clock.advance(4999);
    await turn();
    expect(asked[0]?.init.signal?.aborted).toBe(false);
    clock.advance(1);
    expect(await error).toMatchObject({ type: 'image_download_failed', message: expect.stringContaining('did not arrive within 5000 ms') });
    expect(asked[0]?.init.signal?.aborted).toBe(true);
  });
});

describe('fetchMedia with many files', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `https://files.example.com/${index}.png`);

  it('fetches five at a time, each with its own timeout, and keeps their order', async () => {
    const answers: (() => void)[] = [];
    const { get, asked, clock } = createMediaHosts(() => new Promise((resolve) => void answers.push(() => resolve(file(PNG)))));
    const got = get(...many(12));
    for (let round = 0; round < 12; round++) {
      await turn();
      expect(asked).toHaveLength(Math.min(5 + round, 12));
      clock.advance(900);
      answers[round]?.();
    }
    expect([...(await got).keys()]).toEqual(many(12));
  });

  it('rejects more than twenty before fetching any', async () => {
    const { get, errorOf, asked } = createMediaHosts(() => file(PNG));
    expect((await get(...many(20), ...many(20))).size).toBe(20);
    asked.length = 0;
    expect(await errorOf(...many(21))).toMatchObject({
      type: 'invalid_request',
      details: { param: 'messages[0].content[20]' },
      message: expect.stringContaining('more than 20 files'),
    });
    expect(asked).toEqual([]);
  });

  it('cancels all when one fails, and starts no waiting one', async () => {
    const { errorOf, asked } = createMediaHosts((url, { signal }) =>
      url.endsWith('/2.png')
        ? new Response(null, { status: 404 })
        : new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    expect(await errorOf(...many(9))).toMatchObject({ message: expect.stringContaining('content[2]: its host answered with HTTP 404') });
    await turn();
    expect(asked.filter(({ url }) => !url.endsWith('/2.png')).every(({ init }) => init.signal?.aborted)).toBe(true);
    expect(asked).toHaveLength(5);
  });
});

describe('fetchMedia after a disconnect', () => {
  it('reports the disconnect, and cancels all fetches', async () => {
    const { errorOf, client, asked, clock } = createMediaHosts(
      (_, { signal }) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const error = errorOf(URL_A);
    await turn();
    client.abort();
    expect((await error).message).toContain('client disconnected');
    expect(asked[0]?.init.signal?.aborted).toBe(true);
    expect(clock.pending()).toBe(0);
  });

  it('fetches nothing when it came first', async () => {
    const { errorOf, client, asked } = createMediaHosts(() => file(PNG));
    client.abort();
    expect((await errorOf(URL_A)).message).toContain('client disconnected');
    expect(asked).toEqual([]);
  });
});

describe('fetchMedia redirects', () => {
  it.each([301, 302, 303, 307, 308])('(%i) are followed, relative or not, and their bodies cancelled', async (status) => {
    const body = createBody();
    const { get, urls } = createMediaHosts(
      site({
        [URL_A]: () => new Response(body.stream, { status, headers: { location: '../b.png?x=1' } }),
        'https://files.example.com/b.png?x=1': () => redirect('//other.example/c'),
        'https://other.example/c': () => file(PNG),
      }),
    );
    expect(await get(URL_A)).toEqual(A_AS_DATA);
    expect(urls()).toEqual([URL_A, 'https://files.example.com/b.png?x=1', 'https://other.example/c']);
    expect(body.cancelled()).toBe(true);
  });

  it('are limited to three', async () => {
    const hops = (count: number) =>
      createMediaHosts((url) => {
        const hop = Number(new URL(url).pathname.slice(1));
        return hop === count ? file(PNG) : redirect(`/${hop + 1}`);
      });
    const start = 'https://files.example.com/0';
    expect((await hops(3).get(start)).size).toBe(1);
    const loop = hops(4);
    expect((await loop.errorOf(start)).message).toContain('redirects more than 3 times');
    expect(loop.asked).toHaveLength(4);
  });

  it('without a location are an error', async () => {
    for (const answer of [redirect(null), new Response(null, { status: 304 })]) {
      expect(await createMediaHosts(() => answer).errorOf(URL_A)).toMatchObject({
        type: 'image_download_failed',
        message: expect.stringContaining('redirects to nowhere'),
      });
    }
  });

  it('are followed from http to https, and not back', async () => {
    const pages = { 'http://a.example/': () => redirect('https://a.example/b'), 'https://a.example/b': () => file(PNG) };
    expect((await createMediaHosts(site(pages)).get('http://a.example/')).size).toBe(1);
    const hosts = createMediaHosts(() => redirect('http://a.example/'));
    expect((await hosts.errorOf('https://a.example/')).message).toContain('redirects to an address that is http, after https');
    expect(hosts.asked).toHaveLength(1);
  });
});
