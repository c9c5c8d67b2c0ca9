/** What the sources take from `cloudflare:workers`. The platform's own types quarrel with the DOM's, which the tests use. */
declare module 'cloudflare:workers' {
  export class DurableObject {
    protected ctx: unknown;
    protected env: unknown;
    constructor(ctx: unknown, env: unknown);
  }
  /** Keeps the request at hand alive until the work is done. */
  export function waitUntil(work: Promise<unknown>): void;
}
