/** Hosts of files, played by a test: what is asked of them, and answers written by hand. */
import type { MediaLimits } from '../../../src/ports.ts';
import type { Fetch } from '../../../src/lib/fetch.ts';
import { RouterError } from '../../../src/unified/error.ts';
import { fetchMedia } from '../../../src/upstream/media/fetch-media.ts';
import { createFakeClock } from '../../support/fake-ports.ts';

/** The smallest things that look like a PNG and a PDF. */
export const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
export const PDF = new TextEncoder().encode('%PDF-1.7 ...');

/** What the bytes are as a data URI. */
export const dataUri = (type: string, bytes: Uint8Array) => `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

/** An answer with a file. */
export const file = (bytes: Uint8Array, type: string | null = 'image/png', headers: Record<string, string> = {}) =>
  new Response(new Uint8Array(bytes), { headers: { ...(type === null ? {} : { 'content-type': type }), ...headers } });

const LIMITS: MediaLimits = { bytes: 1000, timeoutMs: 5000, hosts: ['*'] };

type Answer = (url: string, init: RequestInit) => Response | Promise<Response>;

/** All hosts of the world in one function, and a client that names files there. */
export function createMediaHosts(answer: Answer, limits: Partial<MediaLimits> = {}) {
  const clock = createFakeClock();
  const asked: { url: string; init: RequestInit }[] = [];
  const client = new AbortController();
  const fetch: Fetch = async (url, init) => {
    asked.push({ url, init });
    return answer(url, init);
  };
  const get = (...urls: string[]) =>
    fetchMedia(
      urls.map((url, index) => ({ url, path: `messages[0].content[${index}]` })),
      { fetch, clock, limits: { ...LIMITS, ...limits } },
      client.signal,
    );
  /** The error that asking for these ends in. */
  const errorOf = async (...urls: string[]) => {
    const thrown: unknown = await get(...urls).catch((error: unknown) => error);
    if (!(thrown instanceof RouterError)) throw new Error(`no RouterError: ${String(thrown)}`);
    return thrown;
  };
  return { clock, asked, client, get, errorOf, urls: () => asked.map(({ url }) => url) };
}

/** Answers by address; anything else is not found. */
export const site =
  (pages: Readonly<Record<string, () => Response>>): Answer =>
  (url) =>
    pages[url]?.() ?? new Response('not here', { status: 404 });

/** An answer that points elsewhere. */
export const redirect = (location: string | null, status = 302) =>
  new Response('moved', { status, headers: location === null ? {} : { location } });
