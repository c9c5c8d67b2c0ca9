/** `cloudflare:workers` for the Worker in this process, with objects. */

/** Base class of Durable Objects. */
export class DurableObject {
  protected readonly ctx: object;
  protected readonly env: object;

  constructor(context: object, env: object) {
    this.ctx = context;
    this.env = env;
  }
}

/** Lets the work run. */
export function waitUntil(work: Promise<unknown>): void {
  void work.catch(() => undefined); // the platform ignores it, too
}
