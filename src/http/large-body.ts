/**
 * Reads request bodies within the memory of the isolate. A large body leases its memory before it is read and before it is parsed, and keeps the
 * lease until its answer ends. Small bodies need no lease.
 */
import type { HoldMemory, Limits } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { joinBytes } from '../lib/join-bytes.ts';
import { statedBytes } from '../upstream/read-bounded.ts';
import { HeldMemory, SMALL_BYTES, type RequestMemory } from './held-memory.ts';
import { createBudget, type Lease } from './request-memory.ts';
import { parseBody, parseBytes, payloadTooLarge, unreadable } from './read-json.ts';
import { unpacked } from './unpack.ts';

/** Once for an isolate. */
export function createRequestMemory({ requestBytes, requestMemoryBytes }: Limits, clock: Clock): RequestMemory {
  return {
    uploads: createBudget(2 * requestBytes, clock),
    heap: createBudget(requestMemoryBytes, clock),
    kept: createBudget(requestMemoryBytes / 2, clock),
  };
}

/**
 * Reads a body as JSON and answers it.
 *
 * @throws RouterError as {@link readJson}, and 503 where no memory becomes free for as long as a client may be made to wait.
 */
export async function answerJson(
  request: Request,
  { ports, memory, exactFields = [] }: { ports: { limits: Limits }; memory: RequestMemory; exactFields?: readonly string[] },
  answer: (body: unknown, hold: HoldMemory) => Promise<Response>,
): Promise<Response> {
  const { requestBytes } = ports.limits;
  const held = new HeldMemory(memory, request);
  try {
    // The runtime reads no more than is stated: a small body needs no other bound.
    const isSmall = statedBytes(request.headers) <= Math.min(SMALL_BYTES, requestBytes);
    const body = isSmall
      ? parseBody(await request.text().catch(unreadable), exactFields).value
      : await readLarge(request, held, { requestBytes, exactFields });
    return held.releaseAfter(await answer(body, held.hold));
  } catch (thrown) {
    held.release();
    throw thrown;
  }
}

async function readLarge(
  request: Request,
  held: HeldMemory,
  { requestBytes, exactFields }: { requestBytes: number; exactFields: readonly string[] },
): Promise<unknown> {
  const uploads: Lease[] = [];
  const bytes = await readBytes(request, requestBytes, async (size) => uploads.push(await held.takeUpload(size)));
  const settle = await held.holdBody(bytes.length);
  const { value, counts, keptBytes } = parseBytes(bytes, exactFields);
  settle([counts], keptBytes);
  for (const lease of uploads) lease.release();
  return value;
}

/** The bytes of a body, unpacked. @param take takes memory for so many bytes, before they are read. */
async function readBytes(request: Request, maxBytes: number, take: (bytes: number) => Promise<unknown>): Promise<Uint8Array> {
  const stated = statedBytes(request.headers);
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw payloadTooLarge(maxBytes);
  if (stated !== Infinity) {
    await take(stated);
    return new Uint8Array(await request.arrayBuffer().catch(unreadable));
  }
  const pieces: Uint8Array[] = [];
  const reader = unpacked(request)?.getReader();
  let bytes = 0;
  let hasTaken = false;
  for (;;) {
    const { done = true, value } = (await reader?.read().catch(unreadable)) ?? {};
    if (done || value === undefined) break;
    pieces.push(value);
    bytes += value.length;
    if (bytes > maxBytes) {
      reader?.releaseLock();
      throw payloadTooLarge(maxBytes);
    }
    // How much is to come is not known: it may be all that is allowed.
    if (bytes > SMALL_BYTES && !hasTaken) await take(maxBytes);
    hasTaken ||= bytes > SMALL_BYTES;
  }
  return joinBytes(pieces, bytes);
}
