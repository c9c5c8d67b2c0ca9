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

  const VALUES = { reasoning_effort: 'high', response_format: { type: 'json_object' }, seed: 1 };
  it.each(Object.entries(VALUES))('keeps %s out of every request, and reports it', (name, value) => {
    for (const [id, provider] of ignoring) {
      if (operationFor(provider, 'chat', id)?.rules.ignores?.includes(name) !== true) continue;
      const { body, adjustments } = sent('chat', `@${provider.slug}/${id}`, { [name]: value });
      expect(Object.keys(body)).not.toContain(name);
      expect(adjustments.map(({ param }) => param)).toContain(name);
    }
  });
});
