/** The catalogue in a KV namespace: when it is read, when it takes effect, and what keeps the one in use. The namespace is a map here. */
import { sha256Hex } from '../../src/lib/hash.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  catalogKey,
  catalogStore,
  CHECK_MS,
  createStoredCatalog,
  pointBack,
  POINTER_KEY,
  pointTo,
  readPointer,
} from '../../src/platform/stored-catalog.ts';
import { CATALOG_LAYOUT, type WrittenCatalog } from '../../src/registry/catalog.ts';
import { createFakeClock } from '../support/fake-ports.ts';

const catalog = (version: string, layout = CATALOG_LAYOUT): WrittenCatalog => ({
  layout,
  version,
  checked: '2026-11-30',
  providers: {},
  fields: '',
  rows: {},
  shared: { slugs: '', profiles: '', retired: '', sources: '' },
});

const PUSHED_AT = '2026-11-30T12:00:00.000Z';

let clock: ReturnType<typeof createFakeClock>;
let stored: Map<string, string>;
let reads: string[];
let lines: string[];
let work: Promise<unknown>[];
let use: () => string;

beforeEach(() => {
  clock = createFakeClock();
  [stored, reads, lines, work] = [new Map(), [], [], []];
  const store = {
    get: async (key: string) => {
      reads.push(key);
      return stored.get(key) ?? null;
    },
  };
  const ports = { store, clock, background: (one: Promise<unknown>) => void work.push(one), log: (line: string) => void lines.push(line) };
  use = createStoredCatalog(
    ports,
    ({ version }, pushed) => (pushed === null ? version : `${version} of ${pushed.pushedAt}`),
    catalog('bundled'),
  );
});

async function push(written: unknown, isIntact = true): Promise<string> {
  const text = JSON.stringify(written);
  const hash = await sha256Hex(text);
  stored.set(catalogKey(hash), isIntact ? text : `${text} `);
  stored.set(POINTER_KEY, JSON.stringify({ current: { hash, pushedAt: PUSHED_AT }, earlier: [] }));
  return hash;
}

/** A request a minute later, and what the one after it uses. */
async function afterCheck(): Promise<string> {
  clock.advance(CHECK_MS);
  use();
  await Promise.all(work);
  return use();
}

describe('createStoredCatalog', () => {
  it('uses the bundled catalogue for the request that starts the first check, and the pushed one for the next', async () => {
    await push(catalog('one'));
    expect(use()).toBe('bundled');
    await Promise.all(work);
    expect(use()).toBe(`one of ${PUSHED_AT}`);
    expect(lines).toEqual([expect.stringMatching(/^The catalogue [0-9a-f]{64} is in use\.$/)]);
  });

  it('reads the pointer once a minute at most, and a catalogue only when the pointer changes', async () => {
    const hash = await push(catalog('one'));
    await afterCheck();
    for (let requests = 0; requests < 100; requests++) use();
    await afterCheck();
    expect(reads).toEqual([POINTER_KEY, catalogKey(hash), POINTER_KEY]);
  });

  it('goes back to the bundled catalogue when the pointer names none', async () => {
    await push(catalog('one'));
    await afterCheck();
    stored.set(POINTER_KEY, JSON.stringify({ current: null, earlier: [] }));
    expect(await afterCheck()).toBe('bundled');
    expect(lines.at(-1)).toBe('The catalogue of the deployed Worker is in use again.');
  });

  it.each<readonly [string, () => Promise<unknown>, RegExp]>([
    ['another layout', () => push(catalog('two', CATALOG_LAYOUT + 1)), /has layout \d+, and this Worker reads layout/],
    ['a damaged text', () => push(catalog('two'), false), /does not have the hash of its name/],
    ['a text that is no catalogue', () => push(['two']), /has layout none/],
    ['a pointer to nothing', async () => stored.delete(catalogKey(await push(catalog('two')))), /is not in the namespace/],
    ['a pointer that is none', async () => stored.set(POINTER_KEY, '{"current": 3}'), /is not a pointer/],
    ['a pointer that is no JSON', async () => stored.set(POINTER_KEY, '{'), /is not a pointer/],
  ])('keeps the catalogue in use for %s, and logs the reason once', async (_, spoil, reason) => {
    await push(catalog('one'));
    await afterCheck();
    await spoil();
    expect(await afterCheck()).toBe(`one of ${PUSHED_AT}`);
    expect(await afterCheck()).toBe(`one of ${PUSHED_AT}`);
    expect(lines.slice(1)).toEqual([expect.stringMatching(reason)]);
  });

  it('uses a catalogue that was not there at first as soon as it is', async () => {
    const hash = await push(catalog('one'));
    const text = stored.get(catalogKey(hash)) ?? '';
    stored.delete(catalogKey(hash));
    expect(await afterCheck()).toBe('bundled');
    stored.set(catalogKey(hash), text);
    expect(await afterCheck()).toBe(`one of ${PUSHED_AT}`);
  });
});

describe('readPointer', () => {
  it('reads a namespace without a pointer as one without a catalogue', () => {
    expect(readPointer(null)).toEqual({ current: null, earlier: [] });
  });
});

describe('pointTo and pointBack', () => {
  const one = { hash: '1'.repeat(64), pushedAt: PUSHED_AT };
  const two = { hash: '2'.repeat(64), pushedAt: PUSHED_AT };

  it('go back through what was pushed, to the bundled catalogue', () => {
    const pushed = pointTo(pointTo(readPointer(null), one), two);
    expect(readPointer(JSON.stringify(pushed))).toEqual({ current: two, earlier: [one] });
    expect(pointBack(pushed)).toEqual({ current: one, earlier: [] });
    expect(pointBack(pointBack(pushed))).toEqual({ current: null, earlier: [] });
  });

  it('keep each catalogue once, and ten earlier ones', () => {
    expect(pointTo({ current: two, earlier: [one] }, one)).toEqual({ current: one, earlier: [two] });
    const earlier = Array.from({ length: 10 }, (_, index) => ({ hash: String(index).repeat(64), pushedAt: PUSHED_AT }));
    expect(pointTo({ current: { ...one, hash: 'a'.repeat(64) }, earlier }, { ...one, hash: 'b'.repeat(64) }).earlier).toHaveLength(10);
  });
});

describe('catalogStore', () => {
  it('returns null where nothing that can be read is bound', () => {
    expect(catalogStore({})).toBeNull();
    expect(catalogStore({ CATALOG: 'text' })).toBeNull();
  });
});
