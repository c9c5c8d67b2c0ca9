/** The catalogue of a router whose provider files are being edited. */
import { describe, expect, it } from 'vitest';
import { createLive, type NumberedCatalog } from '../../src/platform/live-catalog.ts';
import type { WrittenCatalog } from '../../src/registry/catalog.ts';

const catalog = (slug: string): WrittenCatalog => ({
  layout: 1,
  checked: '2026-11-30',
  version: slug,
  providers: { [slug]: '{}' },
  fields: '',
  rows: {},
  shared: { slugs: '', profiles: '', retired: '', sources: '' },
});
const BUILT = catalog('built');

/** What each call makes, and what was asked for, given what is served: null = the server is away. */
function served(answers: (NumberedCatalog | null | undefined)[]) {
  const asked: string[] = [];
  let made = 0;
  const ask = async (url: string) => {
    asked.push(url);
    const answer = answers.shift();
    if (answer === null) throw new TypeError('refused');
    return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer);
  };
  const make = ({ providers }: WrittenCatalog) => `${Object.keys(providers).join()} ${++made}`;
  return { asked, live: createLive({ url: 'http://127.0.0.1:9', ask }, make, BUILT) };
}

describe('createLive', () => {
  it('checks at each request, and creates the application only for a newer catalogue', async () => {
    const { asked, live } = served([undefined, { version: 1, catalog: catalog('a') }, undefined, { version: 4, catalog: catalog('b') }]);
    expect([await live(), await live(), await live(), await live()]).toEqual(['built 1', 'a 2', 'a 2', 'b 3']);
    expect(asked.map((url) => new URL(url).searchParams.get('after'))).toEqual(['0', '0', '1', '1']);
  });

  it('keeps the application while no catalogue is served', async () => {
    const { live } = served([null, { version: 1, catalog: catalog('a') }, null]);
    expect([await live(), await live(), await live()]).toEqual(['built 1', 'a 2', 'a 2']);
  });

  it('keeps the newest version when responses arrive out of order', async () => {
    const { live } = served([
      { version: 2, catalog: catalog('new') },
      { version: 1, catalog: catalog('old') },
    ]);
    expect(await Promise.all([live(), live()])).toEqual(['new 1', 'new 1']);
  });
});
