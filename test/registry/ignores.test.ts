/** Parameters that a provider ignores without an error: no fact of a list may switch them on. */
import { describe, expect, it } from 'vitest';
import { operationFor } from '../../src/registry/operation.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { PROVIDERS } from './all-providers.ts';
import { sent } from '../fitting/sent.ts';

const ignoring = PROVIDERS.flatMap((provider) =>
  provider.models.flatMap(({ id }): [string, CompiledProvider][] =>
    (operationFor(provider, 'chat', id)?.rules.ignores ?? []).length > 0 ? [[id, provider]] : [],
  ),
);

describe('ignores', () => {
  it('is used by a provider with models that a list gives efforts', () => {
    expect(ignoring.length).toBeGreaterThan(10);
    expect(ignoring.some(([id, { models }]) => typeof models.find((model) => model.id === id)?.reasoning === 'object')).toBe(true);
  });

  it('keeps the parameters out of every request, and reports them', () => {
    const format = { type: 'json_object' };
    for (const [id, provider] of ignoring) {
      const { body, adjustments } = sent('chat', `@${provider.slug}/${id}`, { reasoning_effort: 'high', response_format: format, seed: 1 });
      expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['reasoning_effort']));
      expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['seed']));
      expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['response_format']));
      expect(adjustments.map(({ param }) => param)).toEqual(expect.arrayContaining(['reasoning_effort', 'seed', 'response_format']));
    }
  });
});
