/** `tributary explain` over a router: bodies of every format, several providers, errors. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXPLAIN_FORMATS } from '../../../src/cli/commands/explain.ts';
import { CLIENT_DIALECTS } from '../../../src/dialects/index.ts';
import { KEY } from '../../http/router.ts';
import { ROUTER_ENVIRONMENT, routerSend } from '../router-send.ts';
import { refuseConnection, runCli, type CliOptions } from '../run-cli.ts';

const CHAT = { model: 'openai/gpt-4o', temperature: 0, top_k: 500, messages: [{ role: 'user', content: 'hi' }] };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Explains a body, given through stdin. */
const explain = (body: unknown, words: readonly string[] = [], options: CliOptions = {}) =>
  runCli(['explain', '-', ...words], {
    input: typeof body === 'string' ? body : JSON.stringify(body),
    environment: ROUTER_ENVIRONMENT,
    send: routerSend(),
    ...options,
  });

describe('explain', () => {
  it('prints plan, request and changes', async () => {
    const { code, stdout, stderr } = await explain({ ...CHAT, model: '@novita/any-model' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Plan {2}chat, not streamed, fallback\n/);
    expect(stdout).toMatch(/^novita +any-model +needs NOVITA_API_KEY/m);
    expect(stdout).toMatch(/^POST https:\/\/api\.novita\.ai\/\S+/m);
    expect(stdout).toMatch(/^ {2}"temperature": 0\.01, {2}<- clamped from 0 to 0\.01: this provider accepts numbers above 0 and below 2$/m);
    expect(stdout).toMatch(/clamped from 500 to 127: /);
  });

  it('reads a file, whose path counts from the folder of the command', async () => {
    writeFileSync(join(folder, 'request.json'), JSON.stringify(CHAT));
    const given = { environment: ROUTER_ENVIRONMENT, send: routerSend(), folder };
    const { code, stdout } = await runCli(['explain', 'request.json', '--json'], given);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ operation: 'chat', plan: { strategy: 'fallback' } });
    const missing = await runCli(['explain', 'absent.json'], given);
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain(`${join(folder, 'absent.json')} cannot be read (ENOENT)`);
  });

  it.each([
    ['messages', { model: '@anthropic/x', max_tokens: 10, messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] }],
    ['responses', { model: '@openai/x', input: 'hi' }],
    ['completions', { model: '@completions-compatible/x', prompt: 'hi' }],
    ['embeddings', { model: '@openai/text-embedding-3-small', input: 'hi' }],
  ])('explains the format %s', async (format, body) => {
    const { code, stdout, stderr } = await explain(body, ['--format', format, '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toHaveProperty('requests[0].url');
  });

  it('has a name for every client format', () => {
    const paths = CLIENT_DIALECTS.flatMap(({ routes }) => routes.filter(({ asks }) => asks === 'answer').map(({ path }) => path));
    expect(new Set(Object.values(EXPLAIN_FORMATS))).toEqual(new Set(paths));
  });

  it('sends the body as it is, with the key in a header and nowhere else', async () => {
    const body = `{"model":"@novita/m",  "messages":[{"role":"user","content":"hi"}],"metadata":{"n":"1"}, "temperature":1.00000000000000001}`;
    const requests: { url: string; key: string | null; text: Promise<string> }[] = [];
    const send = routerSend({}, (request) =>
      requests.push({ url: request.url, key: request.headers.get('authorization'), text: request.clone().text() }),
    );
    expect((await explain(body, [], { send })).code).toBe(0);
    expect(requests.map(({ url, key }) => ({ url, key }))).toEqual([{ url: 'https://router.example/v1/explain', key: `Bearer ${KEY}` }]);
    expect(await requests[0]?.text).toBe(body);
    await explain(body, ['--model', '@groq/m'], { send });
    expect(await requests[1]?.text).toBe(body.replace('@novita/m', '@groq/m'));
  });
});

describe('explain --provider', () => {
  it('shows providers side by side, and each of them', async () => {
    const { code, stdout, stderr } = await explain({ ...CHAT, provider: { require_parameters: false } }, ['--provider', 'openai,poe']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [head = '', ...rows] = stdout.split('\n\n')[0]?.split('\n') ?? [];
    expect(head).toMatch(/^ +openai +poe *$/);
    const row = (name: string) => rows.find((line) => line.startsWith(`${name} `));
    expect(row('state')).toMatch(/needs OPENAI_API_KEY +needs POE_API_KEY/);
    expect(row('temperature')).toMatch(/temperature: 0 +not sent \(dropped\)/);
    expect(stdout).toMatch(/== openai\n[^]*POST https:\/\/api\.openai\.com[^]*== poe\n[^]*POST https:\/\/api\.poe\.com/);
    expect(stdout).not.toContain('provider.only');
  });

  it('has an explanation for each of them as JSON, and exits with 1 where one cannot be called', async () => {
    const { code, stdout } = await explain(CHAT, ['--provider', 'openai,groq', '--json']);
    expect(code).toBe(1);
    const { providers } = JSON.parse(stdout) as { providers: Record<string, unknown> };
    expect(providers).toEqual({
      openai: expect.objectContaining({ operation: 'chat' }),
      groq: { error: { message: expect.stringContaining('No endpoint can serve this request') } },
    });
    const forPeople = await explain(CHAT, ['--provider', 'openai,groq']);
    expect(forPeople.code).toBe(1);
    expect(forPeople.stdout).toMatch(/cannot be called[^]*== groq\nHTTP 404: No endpoint can serve/);
  });

  it('names a provider that does not exist, and one that does', async () => {
    const { code, stderr } = await explain(CHAT, ['--provider', 'openai,grok']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Error: --provider has "grok"; expected the slug of a provider\.\nDid you mean "groq"/);
  });
});

describe('errors of explain', () => {
  it('are those of the router, with its status', async () => {
    expect(await explain({ ...CHAT, temperature: 9 })).toMatchObject({ code: 1, stderr: expect.stringContaining('HTTP 400: temperature') });
    expect(await explain('{"model":', ['--provider', 'openai'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no JSON object'),
    });
  });

  it('say how to start a router, and where a key is set', async () => {
    const local = await explain(CHAT, ['--url', 'http://localhost:9'], { send: refuseConnection });
    expect(local).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'Error: No router answers at http://localhost:9 (ECONNREFUSED).\nStart it with npx tributary dev, or name another router with --url or TRIBUTARY_URL.\n',
    });
    const refused = await explain(CHAT, [], { environment: { TRIBUTARY_URL: 'https://router.example' } });
    expect(refused.code).toBe(4);
    expect(refused.stderr).toMatch(/HTTP 401: .*\nSet TRIBUTARY_KEY in the environment to a key of this router\.\n$/);
  });

  it('refuse a key in the command line without printing it', async () => {
    const { code, stderr } = await explain(CHAT, ['--key', 'sk-secret-in-history']);
    expect(code).toBe(2);
    expect(stderr).toContain('TRIBUTARY_KEY');
    expect(stderr).not.toContain('sk-secret');
  });
});
