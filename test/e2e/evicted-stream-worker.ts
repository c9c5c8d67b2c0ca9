/** The router, with a path that resets the object of a stream as a deployment does: `POST /evict/<generation id>`. */
import router, { StreamObject as RealStreamObject } from '../../src/worker.ts';

export * from '../../src/worker.ts';

/** The object, which can lose its memory. What is stored stays. */
export class StreamObject extends RealStreamObject {
  evict(): void {
    (this.ctx as unknown as { abort(reason: string): void }).abort('evicted'); // the router itself never does
  }
}

type Streams = { idFromName(name: string): unknown; get(id: unknown): { evict(): Promise<void> } };

export default {
  async fetch(request: Request, env: { STREAMS: Streams }): Promise<Response> {
    const id = /\/evict\/gen-(\w{14})/.exec(request.url)?.[1];
    if (id === undefined) return router.fetch(request, env as never);
    await env.STREAMS.get(env.STREAMS.idFromName(id)).evict().catch(() => undefined); // prettier-ignore
    return new Response();
  },
};
