/** Plays schedules of calls to the object of an account, which loses its memory where a schedule says so. */
import { KeyObject as RealKeyObject } from '../../src/platform/key-object.ts';

/** The object, with a method that resets it as an eviction does: what is stored stays. */
export class KeyObject extends RealKeyObject {
  evict(): void {
    (this.ctx as unknown as { abort(reason: string): void }).abort('evicted'); // the router itself never does
  }
}

type Method = (argument: unknown) => Promise<unknown>;
type Objects = { idFromName(name: string): unknown; get(id: unknown): Readonly<Record<string, Method>> };

export default {
  async fetch(request: Request, { KEYS }: { KEYS: Objects }): Promise<Response> {
    const { name, steps } = (await request.json()) as { name: string; steps: readonly [method: string, argument: unknown][] };
    const results: unknown[] = [];
    for (const [method, argument] of steps) {
      const result = KEYS.get(KEYS.idFromName(name))[method]?.(argument); // a stub is of no use after a reset
      if (method === 'evict') await result?.catch(() => undefined);
      else results.push(await result);
    }
    return Response.json(results);
  },
};
