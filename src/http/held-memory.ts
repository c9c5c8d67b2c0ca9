/** Memory that one request holds: for its body, and for what is read for it. */
import type { HoldMemory } from '../ports.ts';
import type { JsonCounts } from '../unified/request/json-bounds.ts';
import type { Budget, Lease } from './request-memory.ts';

/** The memory that large requests share. */
export type RequestMemory = {
  /** Bytes while they arrive; they are outside the heap. */
  uploads: Budget;
  /** Texts and objects. */
  heap: Budget;
  /** The same of what is read for a request that may hold a part of `heap`. With one budget, two requests could wait for each other. */
  kept: Budget;
};

/** A text up to this size takes no part. */
export const SMALL_BYTES = 128 * 1024;

/** From this size on a request keeps its part until the end of its stream; below, until the stream begins. */
const LARGE_BYTES = 2 ** 20;

/** Most bytes of heap for each byte of a body: in `{"a":0},{"b":0}` each object has a hidden class of its own (measured on V8 14). */
const MAX_HEAP_PER_BYTE = 12;

/** Bytes of heap that a parsed body takes besides its text, with what the formats make of it (measured on V8 14). */
const HEAP_BYTES = { values: 12, fields: 50, structures: 100 };

/** Memory of one request, until its answer ends or its client disconnects. */
export class HeldMemory {
  readonly #memory: RequestMemory;
  readonly #request: Pick<Request, 'signal'> | null;
  readonly #leases: Lease[] = [];
  /** Of the texts. */
  #bytes = 0;

  /** @param request its signal is read only where memory is taken: the runtime makes one for each read. Null = it has no client. */
  constructor(memory: RequestMemory, request: Pick<Request, 'signal'> | null) {
    this.#memory = memory;
    this.#request = request;
  }

  /** Takes memory for bytes that arrive. */
  async takeUpload(bytes: number): Promise<Lease> {
    return this.#add(await this.#memory.uploads.take(bytes));
  }

  /** Takes memory for a body that will be parsed. */
  readonly holdBody: HoldMemory = (bytes) => this.#hold(this.#memory.heap, bytes);

  /** Takes memory for kept texts that will be parsed. */
  readonly hold: HoldMemory = (bytes) => this.#hold(this.#memory.kept, bytes);

  /** Gives all of it back. */
  readonly release = (): void => this.#leases.forEach((lease) => lease.release());

  /** Gives it back with the end of a stream whose texts have {@link LARGE_BYTES}; of any other response at once. */
  releaseAfter(response: Response): Response {
    const { body } = response;
    if (this.#bytes >= LARGE_BYTES && body !== null && isStream(response)) return new Response(watched(body, this.release), response);
    this.release();
    return response;
  }

  async #hold(budget: Budget, bytes: number): ReturnType<HoldMemory> {
    const lease = this.#add(await budget.take(bytes <= SMALL_BYTES ? 0 : MAX_HEAP_PER_BYTE * bytes));
    this.#bytes += bytes;
    return (counts, keptBytes = 0) => lease.resize(heapBytes(bytes, counts) + keptBytes);
  }

  #add(lease: Lease): Lease {
    if (this.#leases.length === 0) this.#request?.signal.addEventListener('abort', this.release);
    this.#leases.push(lease);
    return lease;
  }
}

const isStream = ({ headers }: Response) => headers.get('content-type')?.startsWith('application/json') !== true;

/** Texts, their parsed copies, and the text of the upstream call; beyond ASCII each character may take two bytes. */
function heapBytes(bytes: number, counts: readonly JsonCounts[]): number {
  const sum = (name: 'characters' | keyof typeof HEAP_BYTES) => counts.reduce((total, one) => total + one[name], 0);
  const characters = sum('characters');
  const width = characters === bytes ? 1 : 2;
  const objects = (['values', 'fields', 'structures'] as const).reduce((total, name) => total + HEAP_BYTES[name] * sum(name), 0);
  return 2 * width * characters + objects;
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
