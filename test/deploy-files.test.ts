/** Files that others run: the container's image, and what the Deploy to Cloudflare button reads. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readStartOptions } from './dev/start/options.ts';
import { packagesOf } from './dev/start/copy-packages.ts';
import { namesRead } from '../src/platform/names-read.ts';
import { PROVIDERS } from './registry/all-providers.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

describe('Dockerfile', () => {
  const instructions = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
  const of = (name: string) =>
    instructions.filter((line) => line.trim().startsWith(`${name} `)).map((line) => line.trim().slice(name.length + 1));
  const [command = []] = of('CMD').map((text) => JSON.parse(text) as string[]);

  it('copies what exists and what .dockerignore lets through', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored[0]).toBe('*'); // a secret of this folder does not get into an image
    const sources = of('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(sources.filter((path) => !ignored.includes(`!${path}`))).toEqual([]);
  });

  it('runs files that exist, with options that npm start has, as a user without rights', () => {
    const scripts = [...of('RUN'), command.join(' ')].flatMap((text) => [...text.matchAll(/node (\S+\.ts)/g)].map(([, path = '']) => path));
    expect(scripts.length).toBeGreaterThan(2);
    expect(scripts.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(readStartOptions(command.slice(2))).toMatchObject({ host: '0.0.0.0', port: Number(of('EXPOSE')), data: of('VOLUME')[0] });
    expect(of('HEALTHCHECK')[0]).toContain(`:${of('EXPOSE')[0]}/health`);
    expect(of('USER')).toEqual(['node']);
  });

  it('has the packages that npm start needs, and not those of the tests', () => {
    const packages = packagesOf('miniflare');
    for (const name of ['miniflare', 'workerd', 'undici', 'ws']) expect(packages).toContain(name);
    for (const name of ['vitest', 'openai', 'wrangler', 'esbuild']) expect(packages).not.toContain(name);
    expect(read('test/dev/start/start-group.ts').match(/from '[^.n][^']*'/g)).toEqual(["from 'miniflare'"]);
  });
});

describe('Deploy to Cloudflare', () => {
  const example = read('.dev.vars.example');
  const asked = parseEnv(example);

  it('asks for the admin key and the key of one provider, and ships no value', () => {
    expect(Object.keys(asked)).toHaveLength(2);
    expect(asked).toEqual({ ADMIN_API_KEY: '', OPENROUTER_API_KEY: '' });
  });

  it('names only variables that the router reads', () => {
    const names = [...example.matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !namesRead(PROVIDERS).includes(name))).toEqual([]);
  });

  it('describes every variable that is asked for, and every binding of wrangler.toml', () => {
    const { cloudflare, scripts } = JSON.parse(read('package.json')) as {
      cloudflare: { bindings: Record<string, { description: string }> };
      scripts: Record<string, string>;
    };
    const bindings = [...read('wrangler.toml').matchAll(/^(?:# )?(?:binding|name) = "([A-Z_]+)"$/gm)].map(([, name = '']) => name);
    expect(bindings.length).toBeGreaterThan(5);
    expect(new Set(Object.keys(cloudflare.bindings))).toEqual(new Set([...Object.keys(asked), ...bindings]));
    expect(scripts).toMatchObject({ build: expect.any(String), deploy: expect.any(String) });
  });
});
