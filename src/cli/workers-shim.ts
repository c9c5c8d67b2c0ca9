/** `cloudflare:workers` for a router in this process (`local-router.ts`): what the Worker imports of it, without objects. */

/** Base class of Durable Objects. None is bound here, so none is made. */
export const DurableObject = Object;

/** Leaves the work to run: the process ends when nothing is open. */
export function waitUntil(work: Promise<unknown>): void {
  void work.catch(() => undefined); // the platform ignores it, too
}
