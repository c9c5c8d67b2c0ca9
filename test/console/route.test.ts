/** The route in the fragment of the address. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedQuery, PAGES, readRoute, routeHref } from '../../src/console/route.ts';

describe('readRoute', () => {
  it.each([
    ['', 'playground'],
    ['#', 'playground'],
    ['#/', 'playground'],
    ['#/activity', 'activity'],
    ['#/activity?model=a', 'activity'],
    ['#/nothing', 'playground'],
    ['#/constructor', 'playground'],
  ])('reads %s as %s', (fragment, page) => {
    expect(readRoute(fragment).page).toBe(page);
  });

  it('reads what routeHref wrote, for any texts', () => {
    const query = fc.array(fc.tuple(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 })));
    fc.assert(
      fc.property(fc.constantFrom(...PAGES), query, (page, pairs) => {
        const written = new URLSearchParams(pairs);
        // A browser keeps a fragment as it is written here: every character is one that it leaves alone.
        const { hash } = new URL(routeHref(page, written), 'http://localhost:8787/');
        const read = readRoute(hash);
        expect(read.page).toBe(page);
        expect([...read.query]).toEqual([...written]);
      }),
    );
  });
});

describe('changedQuery', () => {
  it('replaces, adds several, and removes by null or an empty text', () => {
    const query = new URLSearchParams('a=1&b=2&c=3');
    expect(changedQuery(query, { a: '9', b: null, c: '', d: ['x', '', 'y'] }).toString()).toBe('a=9&d=x&d=y');
    expect(query.toString()).toBe('a=1&b=2&c=3');
  });
});
