import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { devVariables } from './dev-variables.ts';
import { ROOT } from './root.ts';

const folder = mkdtempSync(join(tmpdir(), 'dev-variables-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('devVariables', () => {
  it('makes an admin key, and the same one again, where .dev.vars is a copy of the example', () => {
    copyFileSync(join(ROOT, '.dev.vars.example'), join(folder, '.dev.vars'));
    const { adminKey, values } = devVariables([], folder);
    expect(adminKey).toMatch(/^dev-admin-[0-9a-f]{24}$/);
    expect(values).toMatchObject({ ADMIN_API_KEY: adminKey, ALLOW_ANONYMOUS: 'true', LEDGER_FOR: 'all' });
    expect(devVariables([], folder).adminKey).toBe(adminKey);
  });

  it('sets nothing that .dev.vars or a flag sets', () => {
    writeFileSync(join(folder, '.dev.vars'), 'ADMIN_API_KEY=mine\n');
    expect(devVariables(['--var', 'LOG:errors'], folder)).toEqual({
      adminKey: null,
      values: { ALLOW_ANONYMOUS: 'true', LEDGER_FOR: 'all' },
    });
  });
});
