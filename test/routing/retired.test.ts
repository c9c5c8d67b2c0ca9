/** Names of models that are gone. */
import { describe, expect, it } from 'vitest';
import { createCatalog, readCatalog } from '../../src/registry/catalog.ts';
import type { RetiredModel } from '../../src/registry/provider.ts';
import { unknownModel } from '../../src/routing/resolve-model.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import { offering, provider } from './endpoints.ts';

const GONE: RetiredModel = {
  id: 'pen-3',
  slug: 'lab/pen-3',
  aliases: ['pen-3-old'],
  retired: { on: '2026-05-01', source: 'https://lab.example/gone', instead: 'lab/pen-4' },
};
const LAST: RetiredModel = { id: 'ink-1', slug: 'lab/ink-1', retired: { on: '2026-06-01', source: 'https://lab.example/gone' } };

const providers = [{ ...provider('lab', [{ ...offering('lab/pen-4'), id: 'pen-4-0626' }]), retired: [GONE, LAST] }];

describe.each([
  ['compiled', createCatalog(providers)],
  ['written', readCatalog(writeCatalog(providers))],
])('retired models: in a %s catalogue', (_, catalog) => {
  it.each(['lab/pen-3', 'pen-3', 'pen-3-old', 'lab/pen-3:nitro'])('%s says when it went and what takes its place', (name) => {
    expect(unknownModel(name, catalog)).toBe(
      'The lab retired it on 2026-05-01 (https://lab.example/gone); use "lab/pen-4" instead, which is pen-4-0626 there',
    );
  });

  it('a model without a successor says when it went', () => {
    expect(unknownModel('lab/ink-1', catalog)).toBe('The lab retired it on 2026-06-01 (https://lab.example/gone)');
  });

  it.each(['lab/pen', 'pen', 'pne-4'])('%s is answered with the nearest name', (name) => {
    expect(unknownModel(name, catalog)).toContain('Did you mean "lab/pen-4"?');
  });

  it('a name that never was says neither', () => {
    expect(unknownModel('lab/ink-2', catalog)).toContain('no provider file lists this model');
  });
});
