/**
 * Reads request bodies within the memory of the isolate. A large body leases its memory before it is read and before it is parsed, and keeps the
 * lease until its answer ends. Small bodies need no lease.
 */
import type { Limits } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { joinBytes } from '../lib/join-bytes.ts';
import type { JsonCounts } from '../unified/request/json-bounds.ts';
import { statedBytes } from '../upstream/read-bounded.ts';
import { createBudget, type Budget, type Lease } from './request-memory.ts';
import { parseBody, payloadTooLarge, readJson, unreadable } from './read-json.ts';
import { unpacked } from './unpack.ts';

/** The memory that large requests share. */
export type RequestMemory = {
  /** Bytes while they arrive; they are outside the heap. */
  uploads: Budget;
  /** Texts and objects. */
  heap: Budget;
};

/** Once for an isolate. */
export function createRequestMemory({ requestBytes, requestMemoryBytes }: Limits, clock: Clock): RequestMemory {
  return { uploads: createBudget(2 * requestBytes, clock), heap: createBudget(requestMemoryBytes, clock) };
}

/** A body up to this size takes no part. */
const SMALL_BYTES = 128 * 1024;

/** From this size on a request keeps its part until the end of its stream; below, until the stream begins. */
const LARGE_BYTES = 2 ** 20;

/** Most bytes of heap for each byte of a body: in `{"a":0},{"b":0}` each object has a hidden class of its own (measured on V8 14). */
const MAX_HEAP_PER_BYTE = 12;

/** Bytes of heap that a parsed body takes besides its text, with what the formats make of it (measured on V8 14). */
const HEAP_BYTES = { values: 12, fields: 50, structures: 100 };

/**
 * Reads a body as JSON and answers it.
 *
 * @throws RouterError as {@link readJson}, and 503 where no memory becomes free for as long as a client may be made to wait.
 */
export async function answerJson(
  request: Request,
  { ports, memory, exactFields = [] }: { ports: { limits: Limits }; memory: RequestMemory; exactFields?: readonly string[] },
  answer: (body: unknown) => Promise<Response>,
): Promise<Response> {
  const { requestBytes } = ports.limits;
  if (statedBytes(request.headers) <= SMALL_BYTES) return answer(await readJson(request, requestBytes, exactFields));
  const leases: Lease[] = [];
  const release = () => leases.forEach((lease) => lease.release());
  request.signal.addEventListener('abort', release);
  try {
    const bytes = await readBytes(request, requestBytes, async (size) => leases.push(await memory.uploads.take(size)));
    const heap = await memory.heap.take(bytes.length <= SMALL_BYTES ? 0 : MAX_HEAP_PER_BYTE * bytes.length);
    leases.push(heap);
    const { value, counts } = parseBody(new TextDecoder().decode(bytes), exactFields);
    heap.resize(heapBytes(bytes.length, counts));
    for (const lease of leases) if (lease !== heap) lease.release();
    const response = await answer(value);
    const { body } = response;
    if (bytes.length < LARGE_BYTES || body === null || !isStream(response)) release();
    else return new Response(watched(body, release), response);
    return response;
  } catch (thrown) {
    release();
    throw thrown;
  }
}

const isStream = ({ headers }: Response) => headers.get('content-type')?.startsWith('application/json') !== true;

/** Text, its parsed copy, and the text of the upstream call; beyond ASCII each character may take two bytes. */
function heapBytes(bytes: number, { characters, values, fields, structures }: JsonCounts): number {
  const width = characters === bytes ? 1 : 2;
  return 2 * width * characters + HEAP_BYTES.values * values + HEAP_BYTES.fields * fields + HEAP_BYTES.structures * structures;
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

/** The same stream; `onEnd` is called when it ends, completely or not. */
function watched(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
        } catch (thrown) {
          onEnd();
          throw thrown;
        }
        onEnd();
        controller.close();
      },
      cancel(reason) {
        onEnd();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
