/** `tributary keys` against a router with its objects: a key is made, shown, used, and revoked. Most calls run in this process: each own one takes half a second. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS } from '../../dev/serve.ts';
import { hello, post, startHarness, type Harness } from '../harness.ts';
import { ADMIN_KEY, bearer } from '../manage-keys.ts';
import { runCli } from '../../cli/run-cli.ts';
import { call } from './tributary.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ ADMIN_API_KEY: ADMIN_KEY, ROUTER_API_KEYS: 'static', ALLOW_ANONYMOUS: 'false' }, 0, { objects: OBJECTS });
});
afterAll(() => harness.stop());

/** As the operator: the key is in the environment. */
const operator = () => ({ ADMIN_API_KEY: ADMIN_KEY, TRIBUTARY_URL: harness.url });

const keys = (...words: string[]) => runCli(['keys', ...words], { environment: operator(), send: fetch });

async function statusWith(key: string, model = '@novita/any-model'): Promise<number> {
  const response = await post(`${harness.url}/v1/chat/completions`, hello({ model }), bearer(key));
  await response.text();
  return response.status;
}

/** Makes a key, and returns its text. */
async function makeKey(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await keys('new', ...words, '--quiet');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^sk-trb-v1-[0-9A-Za-z]{49}\n$/);
  return stdout.trim();
}

describe('keys list of a router without keys', () => {
  it('prints how the first key is made', async () => {
    const empty = await keys('list');
    expect(empty).toMatchObject({ code: 0, stdout: '' });
    expect(empty.stderr).toMatch(/^0 keys\nnpx tributary keys new "my app" makes one/);
  });
});

describe('keys new', () => {
  it('prints the key alone as a process of its own, and asks nothing where there is no terminal', async () => {
    const made = await call(['keys', 'new', 'of a process', '--quiet'], { environment: operator() });
    expect(made).toEqual({ code: 0, stdout: expect.stringMatching(/^sk-trb-v1-[0-9A-Za-z]{49}\n$/), stderr: '' });
    const revoked = await call(['keys', 'revoke', 'of a process'], { environment: operator() });
    expect(revoked).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no terminal to ask') });
  });

  it('prints the key alone with --quiet, and it works within its limits', async () => {
    const key = await makeKey(
      'only novita',
      '--limit',
      '5',
      '--reset',
      'daily',
      '--providers',
      'novita',
      '--expires',
      '30d',
      '--set',
      'soft_at=0.8',
    );
    expect(await statusWith(key)).toBe(200);
    expect(await statusWith(key, '@groq/any-model')).toBe(403);
    const { stdout } = await keys('show', 'only novita', '--json');
    expect(stdout).not.toContain(key);
    const { data } = JSON.parse(stdout) as { data: Record<string, unknown> };
    expect(data).toMatchObject({ name: 'only novita', limit: 5, limit_reset: 'daily', providers: ['novita'], soft_at: 0.8 });
    const days = (Date.parse(String(data['expires_at'])) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(days).toBeLessThanOrEqual(30);
  });

  it('prints the key once, and that it is the only time on stderr', async () => {
    const { code, stdout, stderr } = await keys('new', 'for people');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sk-trb-v1-\w{49}\n$/);
    expect(stderr).toContain('the only time the key is shown');
    expect((await keys('list')).stdout).not.toContain(stdout.trim());
  });

  it.each([
    [['x', '--limit', 'much'], 2, '--limit is "much"; expected USD'],
    [['x', '--reset', 'daily'], 2, '--reset needs --limit.'],
    [['x', '--set', 'soft_at'], 2, '--set is "soft_at"; expected field=value'],
    [['x', '--set', 'colour=red'], 1, 'HTTP 400: colour is no field of a key'],
    [['x', '--providers', 'opnai'], 1, 'Did you mean "openai"'],
    [[], 2, 'The key has no name.'],
  ])('refuses %j', async (words, code, message) => {
    const ended = await keys('new', ...words);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' });
    expect(ended.stderr).toContain(message);
  });
});

describe('keys list and show', () => {
  it('name the nearest key where none has the name', async () => {
    await makeKey('web shop');
    const { code, stderr } = await keys('show', 'web shpo');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no key "web shpo". Did you mean "web shop"?');
  });

  it('show names, states, spending and limits', async () => {
    const key = await makeKey('spender', '--limit', '2');
    expect(await statusWith(key, '@openai/gpt-4o')).toBe(200);
    const list = await keys('list');
    expect(list.stdout).toMatch(/^NAME +LABEL +HASH +STATE +SPENT USD +LIMIT USD +LEFT USD +RESET +CREATED$/m);
    expect(list.stdout).toMatch(/^spender +sk-trb-v1-\S+ +[0-9a-f]{12} +active +[\d.e-]+ +2 +[\d.]+ +\d{4}-\d\d-\d\d$/m);
    expect(list.stderr).toMatch(/^\d+ keys?\n$/);
    const show = await keys('show', 'spender');
    expect(show.stdout).toMatch(/^spender {2}active\nLabel: sk-trb-v1-/);
    expect(show.stdout).toMatch(/^Limit: usd in total \[\.{20}\] [\d.e-]+ of 2 used$/m);
  });
});

describe('keys revoke', () => {
  it('asks, and without a terminal takes --yes only', async () => {
    const key = await makeKey('to be kept');
    const { code, stderr } = await keys('revoke', 'to be kept');
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is no terminal to ask whether to delete the key "to be kept" .*\nGive --yes/);
    expect(await statusWith(key)).toBe(200);
  });

  it('deletes a key by its name, its hash or the beginning of it, and the key is refused at once', async () => {
    const key = await makeKey('to be deleted', '--limit', '1');
    const { data } = JSON.parse((await keys('show', 'to be deleted', '--json')).stdout) as { data: { hash: string } };
    const { code, stdout } = await keys('revoke', data.hash.slice(0, 12), '--yes', '--hard');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^The key "to be deleted" \(.*\) is deleted\.\n$/) });
    expect(await statusWith(key)).toBe(401);
    expect(await keys('show', 'to be deleted')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no key "to be deleted".'),
    });
  });

  it('disables a key with --disable; list --all shows it', async () => {
    await makeKey('to be disabled');
    expect((await keys('revoke', 'to be disabled', '--disable', '--yes')).stdout).toMatch(/ is disabled\.\n$/);
    expect((await keys('list')).stdout).not.toContain('to be disabled');
    expect((await keys('list', '--all')).stdout).toMatch(/^to be disabled .* disabled /m);
  });

  it('does nothing where a name fits several keys, and lists them', async () => {
    await makeKey('twice');
    await makeKey('twice');
    const { code, stderr } = await keys('revoke', 'twice', '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Error: 2 keys are called "twice"\.\nGive the hash of one:\n( {2}[0-9a-f]{12} {2}sk-trb-v1-\S+ {2}twice\n){2}$/,
    );
  });
});

describe('a wrong key', () => {
  it('exits with 4 and states where the right one is set', async () => {
    const { code, stderr } = await call(['keys', 'list', '--url', harness.url], { environment: { ADMIN_API_KEY: 'static' } });
    expect(code).toBe(4);
    expect(stderr).toMatch(/^Error: HTTP 403: .*\nSet ADMIN_API_KEY in the environment or in \.dev\.vars/);
  });
});
