/** The probe against simulated upstreams: what differs is found, and nothing else. */
import { describe, expect, it } from 'vitest';
import { compileProviders } from '../../../src/build.ts';
import { KNOWN_GOOD } from './known-good.ts';
import { runAgainst, targetOf } from './probe-harness.ts';
import { DIFFERENCES, FILE, UPSTREAM } from './thirty-ways.ts';

describe('a probe of an upstream that is as the file states', () => {
  it.each(['openai-chat', 'anthropic', 'gemini'] as const)('finds nothing: %s', async (wire) => {
    const specification = KNOWN_GOOD[wire];
    const run = await runAgainst(targetOf(wire, specification), { specification, wire });
    expect(run.found).toEqual([]);
  });
});

describe('a probe of an upstream that differs in thirty ways', () => {
  it('finds each of them and nothing else', async () => {
    const target = targetOf('openai-chat', FILE, compileProviders().providers);
    const run = await runAgainst(target, { specification: UPSTREAM, wire: 'openai-chat' });
    expect(run.found).toEqual(DIFFERENCES.toSorted());
  });
});
