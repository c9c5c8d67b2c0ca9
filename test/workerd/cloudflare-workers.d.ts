/** What the sources take from `cloudflare:workers`. The platform's own types quarrel with the DOM's, which the tests use. */
declare module 'cloudflare:workers' {
  type SqlCursor = { toArray(): Record<string, unknown>[] };

  export class DurableObject {
    protected ctx: {
      readonly id: { readonly name?: string | undefined };
      readonly storage: {
        readonly sql: { exec(query: string, ...values: unknown[]): SqlCursor };
        transactionSync<Result>(run: () => Result): Result;
        getAlarm(): Promise<number | null>;
        setAlarm(atMs: number): Promise<void>;
        deleteAlarm(): Promise<void>;
        deleteAll(): Promise<void>;
      };
      waitUntil(work: Promise<unknown>): void;
      blockConcurrencyWhile<Result>(run: () => Promise<Result>): Promise<Result>;
    };
    protected env: unknown;
    constructor(ctx: unknown, env: unknown);
    alarm?(): void | Promise<void>;
  }
  /** Keeps the request at hand alive until the work is done. */
  export function waitUntil(work: Promise<unknown>): void;
}
