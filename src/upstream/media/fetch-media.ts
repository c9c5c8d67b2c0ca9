/**
 * Fetches files that a client names by URL, for upstreams that want bytes. The client chooses where from, so everything here is about
 * what must not be reached, and every redirect is judged like the first address:
 *
 * - `https`, or `http` where the client writes so (never by a redirect from `https`), on their own ports 443 and 80; no user in the URL.
 * - Hosts that the operator allows (`FETCH_MEDIA_FROM`), and of those only public ones (`public-host.ts`).
 * - Nothing of the client's goes along: no key, no cookie, no referrer, no address. What a host says beyond the file is told to nobody.
 *
 * A public name that resolves to a private address cannot be seen from here: a Worker resolves no names. That is the platform's part. At the
 * edge a Worker's fetch leaves through the public internet, where no private network can be reached, and `global_fetch_strictly_public`
 * (wrangler.toml) makes it do so for our own zone too. workerd on its own refuses private addresses when it connects, unless its network is
 * configured otherwise, as `wrangler dev` does: there, allow only hosts that you trust.
 */
import type { MediaLimits } from '../../ports.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { withTimeout } from '../../lib/timeout.ts';
import { toBase64 } from '../../lib/base64.ts';
import { RouterError } from '../../unified/error.ts';
import type { ErrorType } from '../../unified/error-type.ts';
import { joinBytes } from '../../lib/join-bytes.ts';
import type { FoundUrl } from '../../unified/request/media.ts';
import { declaredType, typeOf } from './media-type.ts';
import { nonPublicReason } from './public-host.ts';
import { clientDisconnected } from '../send.ts';
import { createSlots, WAITING_CALLS } from '../call-limiter.ts';

/** Most files of one request. */
const MAX_FILES = 20;

/** Most redirects of one file. */
const MAX_REDIRECTS = 3;

/** What the client can do whatever the reason is. */
const ADVICE = 'Send the file itself as a data: URI (data:<type>;base64,<data>).';

/** Fetches files. `limits.bytes` holds for every file and for all files of the request together: they are in memory at the same time. */
export type MediaAccess = { fetch: Fetch; clock: Clock; limits: MediaLimits };

/** What is known of one file while it is fetched. `budget` is shared: bytes that all files of the request may still have. */
type Job = FoundUrl & { fetch: Fetch; limits: MediaLimits; signal: AbortSignal; budget: { bytes: number } };

/**
 * Fetches each URL once, a few at a time. All addresses are judged before the first is asked. The first failure ends the others.
 *
 * @returns URL, as it was found, to data URI.
 * @throws RouterError naming the first place of the URL, the reason and what to do.
 */
export async function fetchMedia(
  found: readonly FoundUrl[],
  { fetch, clock, limits }: MediaAccess,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const files = new Map<string, FoundUrl>();
  for (const file of found) {
    if (files.has(file.url)) continue;
    if (files.size === MAX_FILES) throw failure('invalid_request', file, `more than ${MAX_FILES} files of a request are not fetched`);
    judge(file, limits.hosts, null);
    files.set(file.url, file);
  }
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const slots = createSlots(WAITING_CALLS);
  const budget = { bytes: limits.bytes };
  const jobs = [...files.values()].map((file) =>
    slots.use(either, async () => {
      try {
        return [file.url, await fetchFile({ ...file, fetch, limits, signal: either, budget }, clock)] as const;
      } catch (thrown) {
        stop.abort(thrown); // at once, before the slot goes to the next; only the first counts
        throw thrown;
      }
    }),
  );
  try {
    return new Map(await Promise.all(jobs));
  } catch {
    throw signal.aborted ? clientDisconnected() : stop.signal.reason;
  }
}

async function fetchFile(job: Job, clock: Clock): Promise<string> {
  const { timeoutMs } = job.limits;
  const file = await withTimeout(follow(job), timeoutMs, clock);
  if (file !== null) return file;
  throw failure('image_download_failed', job, `the file did not arrive within ${timeoutMs} ms (variable MEDIA_TIMEOUT_MS)`);
}

async function follow(job: Job): Promise<string> {
  let address = judge(job, job.limits.hosts, null);
  for (let redirects = 0; ; redirects++) {
    const response = await ask(address, job);
    try {
      if (response.status < 300 || response.status > 399) return await read(response, job);
      const location = response.headers.get('location');
      if (location === null || redirects === MAX_REDIRECTS) {
        const reason = location === null ? 'its host redirects to nowhere' : `its host redirects more than ${MAX_REDIRECTS} times`;
        throw failure('image_download_failed', job, reason);
      }
      address = judge({ ...job, url: location }, job.limits.hosts, address);
    } finally {
      // What has not been read by now is not wanted; a body that has been read, or is being given up, objects to no purpose.
      response.body?.cancel().catch(() => undefined);
    }
  }
}

async function ask(address: URL, job: Job): Promise<Response> {
  const headers = { accept: 'image/*, application/pdf, audio/*, video/*, text/plain, */*;q=0.1', 'user-agent': 'tributary' };
  return job.fetch(address.href, { method: 'GET', headers, redirect: 'manual', signal: job.signal }).catch(() => {
    throw failure('image_download_failed', job, 'its host could not be reached');
  });
}

/** The address, if it may be asked. @param from the address that redirected here; null for the client's own. */
function judge({ url, path }: FoundUrl, hosts: readonly string[], from: URL | null): URL {
  const address = URL.canParse(url, from?.href) ? new URL(url, from?.href) : null;
  const reason = address === null ? 'is no valid URL' : objectionToAddress(address, hosts, from);
  if (address !== null && reason === null) return address;
  if (from !== null) throw failure('image_download_failed', { path }, `its host redirects to an address that ${reason}`);
  throw failure('invalid_request', { path }, `the file cannot be fetched: its address ${reason}`);
}

function objectionToAddress(
  { protocol, username, password, port, hostname }: URL,
  hosts: readonly string[],
  from: URL | null,
): string | null {
  if (hosts.length === 0) return 'would have to be fetched by this router, which fetches none unless its operator sets FETCH_MEDIA_FROM';
  if (protocol !== 'https:' && protocol !== 'http:') return 'is neither https (better) nor http';
  if (from?.protocol === 'https:' && protocol === 'http:') return 'is http, after https';
  if (username !== '' || password !== '') return 'names a user or a password';
  if (port !== '') return 'names a port of its own; only 443 for https and 80 for http are asked';
  const objection = nonPublicReason(hostname);
  if (objection !== null) return `names a host that ${objection}`;
  return isAllowed(hostname, hosts) ? null : "is at a host that is not among those that the router's operator allows (FETCH_MEDIA_FROM)";
}

function isAllowed(hostname: string, hosts: readonly string[]): boolean {
  const name = hostname.replace(/\.$/, '');
  return hosts
    .map((pattern) => pattern.toLowerCase())
    .some((pattern) => pattern === '*' || pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1))));
}

async function read(response: Response, job: Job): Promise<string> {
  if (!response.ok) throw failure('image_download_failed', job, `its host answered with HTTP ${response.status}`);
  const declared = declaredType(response.headers.get('content-type'));
  if (declared === null) throw failure('unsupported_image_format', job, 'its host sends a kind of file that is not fetched');
  if (Number(response.headers.get('content-length')) > job.budget.bytes) throw tooLarge(job);
  const bytes = await readBytes(response, job);
  if (bytes.length === 0) throw failure('image_download_failed', job, 'the file is empty');
  const type = typeOf(declared, bytes);
  if (type === null)
    throw failure('unsupported_image_format', job, 'its host does not say what kind of file it is, and it looks like none that is known');
  return `data:${type};base64,${toBase64(bytes)}`;
}

/** All bytes, in one piece; stops reading at the limit. A compressed answer counts as what comes out of it. */
async function readBytes({ body }: Response, job: Job): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of body ?? []) {
      pieces.push(piece);
      length += piece.byteLength;
      job.budget.bytes -= piece.byteLength;
      if (job.budget.bytes < 0) throw tooLarge(job); // and the rest is given up
    }
  } catch (thrown) {
    throw thrown instanceof RouterError ? thrown : failure('image_download_failed', job, 'its host broke off');
  }
  return joinBytes(pieces, length);
}

const tooLarge = (job: Job): RouterError =>
  failure(
    'image_too_large',
    job,
    `the files of a request may have ${job.limits.bytes} bytes together when they are fetched (variable MAX_MEDIA_BYTES), and it goes beyond that`,
  );

function failure(type: ErrorType, { path }: { path: string }, reason: string): RouterError {
  return new RouterError(type, `${path}: ${reason}. ${ADVICE}`, { param: path });
}
