/** `npm run models:sync`: asks a provider for its models with the user's key, and shows what that changes. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../dev/serve.ts';
import { runScript } from './command.ts';

const FILE = join(ROOT, 'providers/novita.jsonc');

/** Runs the command against a provider of our own. */
async function syncWith(
  status: number,
  list: unknown,
): Promise<{ code: number | null; output: string; asked: { url: string; headers: IncomingHttpHeaders }[] }> {
  const asked: { url: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(list));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const command = runScript(ROOT, 'test/dev/models-sync.ts', ['novita', '--add', 'made-up/model-1'], {
    NOVITA_BASE_URL: `http://127.0.0.1:${port}/v1`,
    NOVITA_API_KEY: 'sk-sync-0123456789',
  });
  try {
    return { code: await command.exit, output: command.output(), asked };
  } finally {
    await command.stop();
    server.close();
  }
}

it('shows the difference, sends the key to the provider alone, and writes nothing', async () => {
  const before = readFileSync(FILE, 'utf8');
  const { code, output, asked } = await syncWith(200, {
    data: [{ id: 'made-up/model-1', context_length: 12_345 }, { id: 'made-up/model-2' }],
  });
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(asked).toMatchObject([{ url: '/v1/models', headers: { authorization: 'Bearer sk-sync-0123456789' } }]);
  expect(output).toMatch(/^\+\s+"id": "made-up\/model-1",$/m);
  expect(output).toMatch(/^\+\s+"contextTokens": 12345,$/m);
  expect(output).toContain('--add ID adds one: made-up/model-2');
  expect(output).toContain('Nothing was written');
  expect(output).not.toContain('sk-sync');
  expect(readFileSync(FILE, 'utf8')).toBe(before);
});

it('says what a provider that refuses answered', async () => {
  const { code, output } = await syncWith(401, { error: 'who are you' });
  expect(code).toBe(1);
  expect(output).toContain('answered with HTTP 401');
});

it('sends no key to the address of the file where the base URL that is set cannot be used', async () => {
  const command = runScript(ROOT, 'test/dev/models-sync.ts', ['novita'], {
    NOVITA_BASE_URL: 'http://name:pa55word@127.0.0.1:1/v1',
    NOVITA_API_KEY: 'sk-sync-0123456789',
  });
  expect(await command.exit).toBe(1);
  await command.stop();
  expect(command.output()).toContain('set NOVITA_BASE_URL to an address without a user or a password');
  expect(command.output()).not.toMatch(/pa55word|Asking/);
});
