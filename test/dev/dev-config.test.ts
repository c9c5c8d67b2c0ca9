import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindsLedger, devConfig } from './dev-config.ts';
import { ROOT } from './root.ts';

const TOML = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');

describe('devConfig', () => {
  it('binds each optional storage of wrangler.toml once', () => {
    expect(bindsLedger(TOML)).toBe(false);
    const config = devConfig(TOML);
    expect(bindsLedger(config)).toBe(true);
    for (const binding of ['HEALTH', 'CACHE', 'LEDGER', 'KEYS'])
      expect(config.match(new RegExp(`^(?:name|binding) = "${binding}"$`, 'gm'))).toHaveLength(1);
    expect(devConfig(config)).toBe(config);
  });

  it('lets wrangler watch the sources only', () => {
    expect(TOML).toMatch(/^watch_dir = "providers"$/m);
    expect(devConfig(TOML)).not.toMatch(/^watch_dir = "providers"$/m);
  });
});

describe('bindsLedger', () => {
  it('reads TOML and JSON, without comments', () => {
    expect(bindsLedger('# binding = "LEDGER"')).toBe(false);
    expect(bindsLedger('// "binding": "LEDGER"')).toBe(false);
    expect(bindsLedger('binding = "LEDGER"')).toBe(true);
    expect(bindsLedger('{ "d1_databases": [\n { "binding": "LEDGER" }] }')).toBe(true);
  });
});
