import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commitsToCheck, subjectFault } from './check-commits.ts';

describe('subjectFault', () => {
  it.each(['fix: read an empty tool list', 'feat(anthropic)!: send betas', 'docs(src/lib): name rooms', `test: ${'x'.repeat(66)}`])(
    'accepts "%s"',
    (subject) => {
      expect(subjectFault(subject)).toBeNull();
    },
  );

  it.each([
    'A bug while an answer is read',
    'fixes: read',
    'fix:read',
    'fix(): read',
    'fix(A): read',
    'Fix: read',
    'fixup! fix: read',
    'wip',
    '',
  ])('refuses "%s" for its form', (subject) => {
    expect(subjectFault(subject)).toContain('expected "type(scope): imperative"');
  });

  it('refuses 73 characters and counts a surrogate pair as one', () => {
    expect(subjectFault(`test: ${'🌊'.repeat(66)}`)).toBeNull();
    expect(subjectFault(`test: ${'🌊'.repeat(67)}`)).toContain('has 73 characters, at most 72');
  });
});

describe('commitsToCheck', () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-commits-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
  const commit = (cwd: string, subject: string) => git(cwd, 'commit', '--quiet', '--allow-empty', '-m', subject);
  const subjects = (cwd: string, base: string) => commitsToCheck(cwd, base).map(({ subject }) => subject);

  const origin = join(folder, 'origin');
  git(folder, 'init', '--quiet', '--initial-branch=main', origin);
  commit(origin, 'Old words');
  const base = git(origin, 'rev-parse', 'HEAD');
  git(origin, 'switch', '--quiet', '-c', 'side');
  commit(origin, 'feat: side');
  git(origin, 'switch', '--quiet', 'main');
  commit(origin, 'fix: two lines\nwithout a blank one');
  git(origin, 'merge', '--quiet', '--no-ff', '-m', "Merge branch 'side'", 'side');
  commit(origin, 'docs: last');

  it('lists the commits after the base, without it and without merges', () => {
    expect(subjects(origin, base).toSorted()).toEqual(['docs: last', 'feat: side', 'fix: two lines without a blank one']);
  });

  it('lists what is there in a shallow clone that ends before the base', () => {
    const shallow = join(folder, 'shallow');
    git(folder, 'clone', '--quiet', '--depth', '1', `file://${origin}`, shallow);
    expect(subjects(shallow, base)).toEqual(['docs: last']);
  });

  it('fails where a complete history lacks the base', () => {
    expect(() => commitsToCheck(origin, '0'.repeat(40))).toThrow('no commit 0000');
  });

  it('fails outside a repository', () => {
    expect(() => commitsToCheck(folder, base)).toThrow('not a git repository');
  });
});
