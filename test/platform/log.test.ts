import { describe, expect, it } from 'vitest';
import { createToLogLine } from '../../src/platform/log.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { acme } from '../support/fake-providers.ts';

const ENV = {
  ROUTER_API_KEYS: 'caller-one-11, caller-two-22',
  ACME_API_KEY: 'sk-acme-1234, sk-acme-5678',
  AWS_SECRET_ACCESS_KEY: 'aws/secret+1234',
  AWS_ACCESS_KEY_ID: 'AKIA123456',
  AWS_SESSION_TOKEN: 'session-token-1',
  VERTEX_ACCOUNT: JSON.stringify({
    private_key: `-----BEGIN PRIVATE KEY-----\n${'MIIEvAIB'.repeat(8)}\nrest\n-----END PRIVATE KEY-----\n`,
    private_key_id: 'id-of-key-99',
  }),
  ACME_BASE_URL: 'https://user:pass-word@host.example/v1?api_key=query-key-1',
  AI: { run: () => undefined },
};
const SECRETS = [
  'caller-one-11',
  'caller-two-22',
  'sk-acme-1234',
  'sk-acme-5678',
  'aws/secret+1234',
  'AKIA123456',
  'session-token-1',
  'MIIEvAIB'.repeat(8),
  'id-of-key-99',
  'pass-word',
  'query-key-1',
];
const toLogLine = createToLogLine(
  ENV,
  createCatalog([
    acme({
      auth: [
        { scheme: 'bearer', secret: 'ACME_API_KEY', optional: false },
        {
          scheme: 'aws-sigv4',
          secret: 'AWS_SECRET_ACCESS_KEY',
          optional: false,
          service: 'bedrock',
          region: 'AWS_REGION',
          accessKeyId: 'AWS_ACCESS_KEY_ID',
          sessionToken: 'AWS_SESSION_TOKEN',
        },
        { scheme: 'google-service-account', secret: 'VERTEX_ACCOUNT', optional: false },
      ],
    }),
  ]),
);

describe('createToLogLine', () => {
  it.each(SECRETS)('masks the value of a variable: %s', (secret) => {
    expect(toLogLine(`refused ${secret} (${btoa(`Bearer ${secret}`)})`)).not.toContain(secret);
    expect(toLogLine(`refused ${secret} .`)).toBe('refused *** .');
  });

  it('returns one bounded line without control characters for a stack', () => {
    const line = toLogLine(`Error: model "a\u001b[2J\r\n2026-11-30 forged line\u2028" at x ${'y'.repeat(10_000)}`);
    expect(line).toMatch(/^Error: model "a\\u001b\[2J\\r\\n2026-11-30 forged line\\u2028" at x y+\.\.\.$/);
    expect(line.length).toBeLessThan(4100);
  });
});
