/** What the Worker does when it is loaded, before its first request: every start pays for it. */
import { expect, it, vi } from 'vitest';

const schemas: string[] = [];

vi.mock('cloudflare:workers', () => ({ DurableObject: Object }));
vi.mock('zod/mini', async (original) => {
  const actual = await original<Readonly<Record<string, unknown>>>();
  const counted = (name: string, make: unknown) =>
    typeof make === 'function' && /^[a-z]/.test(name)
      ? (...given: unknown[]): unknown => {
          schemas.push(name);
          return Reflect.apply(make, undefined, given);
        }
      : make;
  return Object.fromEntries(Object.entries(actual).map(([name, make]) => [name, counted(name, make)]));
});

it('makes no check of zod and no error while the Worker is loaded', async () => {
  // An error that is made in the code of a module lets V8 parse the whole Worker again for its stack: 30 ms (measured 2026-12-01).
  const errors: string[] = [];
  const Original = globalThis.Error;
  globalThis.Error = class extends Original {
    constructor(message?: string) {
      super(message);
      errors.push(`${message} ${this.stack}`);
    }
  } as unknown as ErrorConstructor;
  try {
    await import('../src/worker.ts');
  } finally {
    globalThis.Error = Original;
  }
  expect({ schemas, errors }).toEqual({ schemas: [], errors: [] });
});
