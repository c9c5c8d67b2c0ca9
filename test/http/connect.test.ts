/** `GET /connect`: the address in the settings is that of the router, whatever a client sends as its host; versions are those of the tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectAnswer, connectPage, shownOrigin, type ConnectAnswer } from '../../src/http/connect.ts';
import { AGENT_VERSIONS } from '../agents/agents.ts';
import { createRouter } from './router.ts';

const { devDependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};

describe('GET /connect', () => {
  it('is plain text for callers without a key, with the origin of the request', async () => {
    for (const path of ['/connect', '/v1/connect', '/api/v1/connect']) {
      const response = await createRouter().call('GET', path, undefined, {});
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain; charset=UTF-8']);
      const page = await response.text();
      expect(page).toContain('ANTHROPIC_BASE_URL=http://router.example\n');
      expect(page).toContain('base_url = "http://router.example/v1"\n');
    }
  });

  it('names the versions that the tests use', () => {
    const stated = [...connectPage('https://a.example').matchAll(/(@?[a-z][\w./-]*) \((\d+\.\d+\.\d+)\)/g)].map(([, name, version]) => [
      name,
      version,
    ]);
    const packages = stated.filter(([name]) => name !== undefined && name in devDependencies);
    expect(packages.length).toBeGreaterThan(11);
    expect(Object.fromEntries(packages)).toEqual(Object.fromEntries(packages.map(([name]) => [name, devDependencies[String(name)]])));
    expect(connectPage('')).toContain(`Claude Code (${AGENT_VERSIONS['@anthropic-ai/claude-code']})`);
    expect(connectPage('')).toContain(`Codex (${AGENT_VERSIONS['@openai/codex']})`);
  });

  it('has the same settings as JSON, for the console', async () => {
    const response = await createRouter().call('GET', '/v1/connect?format=json', undefined, {});
    expect(response.headers.get('content-type')).toBe('application/json');
    const { data } = (await response.json()) as ConnectAnswer;
    expect(data).toEqual(connectAnswer('http://router.example').data);
    const page = connectPage('http://router.example');
    const texts = data.clients.flatMap(({ name, version, settings }) => [
      name,
      ...(version === null || version === 'any' ? [] : [`${name} (${version})`]),
      ...settings.flatMap(({ code, tested_with: testedWith, note }) => [...code.split('\n'), testedWith ?? '', note ?? '']),
    ]);
    expect(texts.length).toBeGreaterThan(60);
    expect(texts.filter((text) => !page.includes(text))).toEqual([]);
    for (const { url } of data.bases) expect(page).toContain(`to ${url}`);
  });

  it('refuses another format', async () => {
    const response = await createRouter().call('GET', '/connect?format=xml', undefined, {});
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { message: 'format: expected text or json, got "xml".' } },
    ]);
  });
});

describe('shownOrigin', () => {
  it.each([
    ['http://localhost:8787/connect', 'http://localhost:8787'],
    ['https://ROUTER.Example.com/connect?x', 'https://router.example.com'],
    ['https://tributary.team.workers.dev/', 'https://tributary.team.workers.dev'],
    ['http://127.0.0.1:1/', 'http://127.0.0.1:1'],
    ['http://[::1]:8787/', 'http://[::1]:8787'],
    ['http://a$(reboot).example/', 'https://ROUTER'],
    ["http://a';reboot;'.example/", 'https://ROUTER'],
    ['http://`reboot`/', 'https://ROUTER'],
    ['http://user:pass@b.example/', 'http://b.example'],
  ])('of %s is %s', (url, origin) => {
    expect(shownOrigin(url)).toBe(origin);
  });

  it('has no character that a shell reads, for any host that a URL accepts', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (host) => {
        fc.pre(URL.canParse(`http://${host}/`));
        expect(shownOrigin(`http://${host}/`)).toMatch(/^https?:\/\/[A-Za-z0-9.:[\]-]+$/);
      }),
      { numRuns: 300 },
    );
  });
});
