/** The edit that a probe offers: rules that make the file wrong are left out of it, and reported. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParameterDifference } from '../../../src/cli/probe/compare.ts';
import { offerEdit } from '../../../src/cli/probe/offer-edit.ts';
import type { Cli } from '../../../src/cli/cli.ts';
import { KNOWN_GOOD } from './known-good.ts';
import { compileFile, fileOf, targetOf } from './probe-harness.ts';

let folder: string;
let providerPath: string;
const before = fileOf('openai-chat', KNOWN_GOOD['openai-chat']);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-offer-'));
  mkdirSync(join(folder, 'providers'));
  providerPath = join(folder, 'providers/simulated.jsonc');
  writeFileSync(providerPath, before);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const difference = (param: string, rule: ParameterDifference['rule']): ParameterDifference => ({
  param,
  rule,
  differences: [{ param, aspect: 'accepted', file: 'not accepted', measured: 'accepted', evidence: [] }],
});

const GOOD = difference('top_p', { type: 'number', minimum: 0, maximum: 0.5 });
/** Two parameters under one name: one would overwrite the other. */
const WRONG = difference('top_a', { type: 'number', name: 'temperature' });

const offer = (differences: ParameterDifference[], answer = 'yes') => {
  const cli: Pick<Cli, 'canAsk' | 'ask'> = { canAsk: true, ask: () => Promise.resolve(answer) };
  return offerEdit(cli, {
    target: targetOf('openai-chat', KNOWN_GOOD['openai-chat']),
    observations: { trials: [], isStrict: null, acceptsNoLimit: null, noLimitEvidence: [], skipped: {} },
    differences,
    providerPath,
    allModels: true,
  });
};

describe('offerEdit', () => {
  it('writes the rules that fit, and reports the one that makes the file wrong', async () => {
    const result = await offer([WRONG, GOOD]);
    expect(result).toMatchObject({ isOffered: true, isWritten: true });
    expect(result.problems).toHaveLength(1);
    expect(result.problems[0]).toMatch(/top_a.*one would overwrite the other/);
    const parameters = compileFile(readFileSync(providerPath, 'utf8')).operations.chat?.[0]?.parameters;
    expect(parameters?.['top_p']).toEqual({ type: 'number', minimum: 0, maximum: 0.5 });
    expect(parameters?.['top_a']).not.toMatchObject({ name: 'temperature' });
  });

  it('offers nothing where no rule fits', async () => {
    expect(await offer([WRONG])).toMatchObject({ isOffered: false, isWritten: false, problems: [expect.stringContaining('top_a')] });
    expect(readFileSync(providerPath, 'utf8')).toBe(before);
  });

  it('writes nothing where the answer is no', async () => {
    expect(await offer([GOOD], 'n')).toMatchObject({ isOffered: true, isWritten: false, problems: [] });
    expect(readFileSync(providerPath, 'utf8')).toBe(before);
  });
});
