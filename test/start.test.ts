/** What the Worker does when it is loaded, before its first request: every start pays for it. */
import { expect, it, vi } from 'vitest';
import { bundle } from './dev/bundle.ts';

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

/** Asks a Worker that was just loaded, and returns what its first chat made: the providers that it parsed and the calls of zod. */
async function firstChat(model: string): Promise<{ parsed: string[]; schemas: string[]; status: number }> {
  vi.resetModules();
  const { default: worker } = await import('../src/worker.ts');
  const answer = { choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }] };
  vi.stubGlobal('fetch', async () => Response.json(answer));
  const parse = vi.spyOn(JSON, 'parse');
  schemas.length = 0;
  const body = JSON.stringify({ model, stream: false, max_tokens: 5, temperature: 1, messages: [{ role: 'user', content: 'Hello' }] });
  const request = new Request('http://localhost/v1/chat/completions', { method: 'POST', body });
  const response = await worker.fetch(request, { ALLOW_ANONYMOUS: 'true', OPENAI_API_KEY: 'key-of-openai', LOG: 'off' } as never);
  await response.text();
  const parsed = parse.mock.calls.flatMap(([text]) => /^\{"slug":"([^"]+)","name"/.exec(text)?.[1] ?? []);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  return { parsed, schemas: [...schemas], status: response.status };
}

it('the first chat with a model of one provider parses this provider only, and makes no check of zod', async () => {
  expect(await firstChat('@openai/gpt-4o')).toEqual({ parsed: ['openai'], schemas: [], status: 200 });
  expect(await firstChat('@openai/not-listed')).toEqual({ parsed: ['openai'], schemas: [], status: 200 });
});

it('is ASCII: V8 reads and keeps a source with other letters as two bytes for each', async () => {
  // esbuild escapes them in texts, but not in patterns nor in String.raw. 5 ms of each start (measured 2026-12-01).
  const code = await bundle('src/worker.ts');
  const at = code.search(/[^\0-\x7f]/);
  expect(at < 0 ? '' : code.slice(Math.max(0, at - 80), at + 80)).toBe('');
});
