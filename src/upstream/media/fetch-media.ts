/**
 * Fetches files that a client gives as URLs, for upstreams that accept only bytes. The client chooses the address, so every address and
 * every redirect is checked:
 *
 * - `https`, or `http` if the client's URL uses it (never by a redirect from `https`), on ports 443 and 80; no user in the URL.
 * - Only hosts that the operator allows (`FETCH_MEDIA_FROM`), and only public ones (`public-host.ts`).
 * - The request contains nothing of the client: no key, cookie, referrer or address. Response text is not reported, only the file is used.
 *
 * A public name that resolves to a private address cannot be detected here, because a Worker cannot resolve names. The platform covers it.
 * At the edge a fetch leaves through the public internet, which reaches no private network. `global_fetch_strictly_public` (wrangler.toml)
 * extends this to our own zone. workerd alone rejects private addresses on connect, unless configured otherwise, as `wrangler dev` does:
 * there, allow only trusted hosts.
 */
import type { MediaLimits } from '../../ports.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { withTimeout } from '../../lib/timeout.ts';
import { toBase64 } from '../../lib/base64.ts';
import { RouterError } from '../../unified/error.ts';
import type { ErrorType } from '../../unified/error-type.ts';
import { joinBytes } from '../../lib/join-bytes.ts';
import type { MediaReference } from '../../unified/request/media.ts';
import { declaredType, typeOf } from './media-type.ts';
import { nonPublicReason } from './public-host.ts';
import { clientDisconnected } from '../send.ts';
import { Slots, WAITING_CALLS } from '../call-limiter.ts';

/** Most files of one request. */
const MAX_FILES = 20;

/** Most redirects of one file. */
const MAX_REDIRECTS = 3;

/** Next step for the client, the same for every reason. */
const ADVICE = 'Send the file itself as a data: URI (data:<type>;base64,<data>).';

/** Ports and limits. `limits.bytes` applies to all files of the request together: they are in memory at the same time. */
export type MediaAccess = { fetch: Fetch; clock: Clock; limits: MediaLimits };

/** One file in progress. `budget` is shared: the bytes left for all files of the request. */
type Job = MediaReference & { fetch: Fetch; limits: MediaLimits; signal: AbortSignal; budget: { bytes: number } };

/**
 * Fetches each URL once, a few in parallel. All addresses are checked before the first fetch. The first failure cancels the others.
 *
 * @returns URL, as given by the client, to data URI.
 * @throws RouterError with the path of the URL, the reason and the next step.
 */
export async function fetchMedia(
  found: readonly MediaReference[],
  { fetch, clock, limits }: MediaAccess,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const files = new Map<string, MediaReference>();
  for (const file of found) {
    if (files.has(file.url)) continue;
    if (files.size === MAX_FILES) throw createError('invalid_request', file, `more than ${MAX_FILES} files of a request are not fetched`);
    checkAddress(file, limits.hosts, null);
    files.set(file.url, file);
  }
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const slots = new Slots(WAITING_CALLS);
  const budget = { bytes: limits.bytes };
  const jobs = [...files.values()].map((file) =>
    slots.use(either, async () => {
      try {
        return [file.url, await fetchFile({ ...file, fetch, limits, signal: either, budget }, clock)] as const;
      } catch (thrown) {
        stop.abort(thrown); // before the slot is freed for the next file
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
  const file = await withTimeout(fetchFollowingRedirects(job), timeoutMs, clock);
  if (file !== null) return file;
  throw createError('image_download_failed', job, `the file did not arrive within ${timeoutMs} ms (variable MEDIA_TIMEOUT_MS)`);
}

async function fetchFollowingRedirects(job: Job): Promise<string> {
  let address = checkAddress(job, job.limits.hosts, null);
  for (let redirects = 0; ; redirects++) {
    const response = await fetchOnce(address, job);
    try {
      if (response.status < 300 || response.status > 399) return await readFile(response, job);
      const location = response.headers.get('location');
      if (location === null || redirects === MAX_REDIRECTS) {
        const reason = location === null ? 'its host redirects to nowhere' : `its host redirects more than ${MAX_REDIRECTS} times`;
        throw createError('image_download_failed', job, reason);
      }
      address = checkAddress({ ...job, url: location }, job.limits.hosts, address);
    } finally {
      // Cancels what was not read. Cancelling a body that was read rejects, which is ignored.
      response.body?.cancel().catch(() => undefined);
    }
  }
}

async function fetchOnce(address: URL, job: Job): Promise<Response> {
  const headers = { accept: 'image/*, application/pdf, audio/*, video/*, text/plain, */*;q=0.1', 'user-agent': 'tributary' };
  return job.fetch(address.href, { method: 'GET', headers, redirect: 'manual', signal: job.signal }).catch(() => {
    throw createError('image_download_failed', job, 'its host could not be reached');
  });
}

/** Returns the address if it may be fetched. @param from the address that redirected here; null for the client's URL. */
function checkAddress({ url, path }: MediaReference, hosts: readonly string[], from: URL | null): URL {
  const address = URL.canParse(url, from?.href) ? new URL(url, from?.href) : null;
  const reason = address === null ? 'is not a valid URL' : addressRejectionReason(address, hosts, from);
  if (address !== null && reason === null) return address;
  if (from !== null) throw createError('image_download_failed', { path }, `its host redirects to an address that ${reason}`);
  throw createError('invalid_request', { path }, `the file cannot be fetched: its address ${reason}`);
}

function addressRejectionReason(
  { protocol, username, password, port, hostname }: URL,
  hosts: readonly string[],
  from: URL | null,
): string | null {
  if (hosts.length === 0)
    return 'would have to be fetched by this router, which fetches files only when its operator sets FETCH_MEDIA_FROM';
  if (protocol !== 'https:' && protocol !== 'http:') return 'is neither https nor http';
  if (from?.protocol === 'https:' && protocol === 'http:') return 'is http, after https';
  if (username !== '' || password !== '') return 'contains a user or a password';
  if (port !== '') return 'contains a port; only 443 (https) and 80 (http) are used';
  const objection = nonPublicReason(hostname);
  if (objection !== null) return `names a host that ${objection}`;
  return isAllowed(hostname, hosts) ? null : "is at a host that the router's operator does not allow (FETCH_MEDIA_FROM)";
}

function isAllowed(hostname: string, hosts: readonly string[]): boolean {
  const name = hostname.replace(/\.$/, '');
  return hosts
    .map((pattern) => pattern.toLowerCase())
    .some((pattern) => pattern === '*' || pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1))));
}

async function readFile(response: Response, job: Job): Promise<string> {
  if (!response.ok) throw createError('image_download_failed', job, `its host answered with HTTP ${response.status}`);
  const declared = declaredType(response.headers.get('content-type'));
  if (declared === null) throw createError('unsupported_image_format', job, 'its host declares a content type that is not supported');
  if (Number(response.headers.get('content-length')) > job.budget.bytes) throw createTooLargeError(job);
  const bytes = await readBytes(response, job);
  if (bytes.length === 0) throw createError('image_download_failed', job, 'the file is empty');
  const type = typeOf(declared, bytes);
  if (type === null)
    throw createError('unsupported_image_format', job, 'its host does not declare its content type, and the content is not recognized');
  return `data:${type};base64,${toBase64(bytes)}`;
}

/** Reads all bytes; stops at the limit. A compressed body counts with its uncompressed size. */
async function readBytes({ body }: Response, job: Job): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const piece of body ?? []) {
      pieces.push(piece);
      length += piece.byteLength;
      job.budget.bytes -= piece.byteLength;
      if (job.budget.bytes < 0) throw createTooLargeError(job); // cancels the rest
    }
  } catch (thrown) {
    throw thrown instanceof RouterError ? thrown : createError('image_download_failed', job, 'its host closed the connection');
  }
  return joinBytes(pieces, length);
}

const createTooLargeError = (job: Job): RouterError =>
  createError(
    'image_too_large',
    job,
    `the files of a request may have ${job.limits.bytes} bytes together when they are fetched (variable MAX_MEDIA_BYTES), and this file exceeds that`,
  );

function createError(type: ErrorType, { path }: { path: string }, reason: string): RouterError {
  return new RouterError(type, `${path}: ${reason}. ${ADVICE}`, { param: path });
}
