/** The report file: which one is continued, and what is kept in it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReport } from '../../../src/cli/probe/report-file.ts';
import { writeLine } from '../../../src/cli/probe/report-lines.ts';
import { KNOWN_GOOD } from './known-good.ts';
import { targetOf } from './probe-harness.ts';

const nowMs = 1_764_600_000_000;
const target = targetOf('openai-chat', KNOWN_GOOD['openai-chat']);
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tributary-report-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const open = (model: string) => openReport({ root, target: { ...target, model }, nowMs, isFresh: false });

describe('openReport', () => {
  it('continues an unfinished report of the same model', () => {
    const first = open('a/b');
    first.append(writeLine({ sent: { id: 'x', try: 0, at: nowMs, worst_usd: 1 } }));
    expect(open('a/b').known).toMatchObject({ requests: 1, openUsd: 1 });
  });

  it('puts the report of another model aside whose name becomes the same', () => {
    const first = open('a/b');
    first.append(writeLine({ sent: { id: 'x', try: 0, at: nowMs, worst_usd: 1 } }));
    const second = open('a_b');
    expect(second.path).toBe(first.path);
    expect(second.known).toMatchObject({ requests: 0, openUsd: 0 });
    expect(readFileSync(second.path, 'utf8')).not.toContain('a/b');
    expect(readdirSync(dirname(first.path))).toHaveLength(2);
  });

  it('stays in its folder whatever the name of the model is, and is for its owner only', () => {
    const { path } = open('../../../x');
    expect(dirname(path)).toBe(join(root, '.tributary/probes/simulated'));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  });
});
