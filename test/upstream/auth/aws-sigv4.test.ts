/** Signatures, against one published by AWS and against a second computation with node:crypto that shares nothing with the first. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Auth } from '../../../src/registry/provider.ts';
import { authorize, show, type Authorized, type Unsigned } from '../../../src/upstream/auth/index.ts';
import { createFakeClock } from '../../support/fake-ports.ts';
import { CALL, errorOf, OFFLINE } from './calls.ts';

const KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const ID = 'AKIDEXAMPLE';
const TOKEN =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi==';
const AUTH: Auth = {
  scheme: 'aws-sigv4',
  secret: 'AWS_SECRET_ACCESS_KEY',
  optional: false,
  service: 'bedrock',
  region: 'AWS_REGION',
  accessKeyId: 'AWS_ACCESS_KEY_ID',
  sessionToken: 'AWS_SESSION_TOKEN',
};
const VARIABLES = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: ID, AWS_SESSION_TOKEN: '' };
const NOW = '2026-11-20T12:00:00.123Z';

async function signed(call: Unsigned, variables: Record<string, string> = VARIABLES, auth: Auth = AUTH, now = NOW): Promise<Authorized> {
  return authorize(auth, call, { key: KEY, variables, ...OFFLINE, clock: createFakeClock(Date.parse(now)) });
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The `authorization` header as AWS documents it, from the request as it is sent. `path` is the path as it must be signed. */
function expected(sent: Unsigned, path: string, query: string, service = 'bedrock'): string {
  const url = new URL(sent.url);
  const unsigned = new Set(['authorization', 'content-type', 'user-agent']);
  const headers = Object.entries({ host: url.host, ...sent.headers })
    .filter(([name]) => !unsigned.has(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const names = headers.map(([name]) => name).join(';');
  const canonical = [
    'POST',
    path,
    query,
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    hash(String(sent.body.toSend())),
  ].join('\n');
  const at = sent.headers['x-amz-date'] ?? '';
  const scope = `${at.slice(0, 8)}/us-east-1/${service}/aws4_request`;
  const key = [at.slice(0, 8), 'us-east-1', service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${KEY}`);
  const signature = hmac(Buffer.from(key), ['AWS4-HMAC-SHA256', at, scope, hash(canonical)].join('\n')).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${ID}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

const HOST = 'https://bedrock-runtime.us-east-1.amazonaws.com';
const to = (path: string): Unsigned => ({ ...CALL, url: `${HOST}${path}`, headers: { ...CALL.headers, 'user-agent': 'tributary' } });

describe('awsSigV4', () => {
  it('signs the AWS example post-vanilla as published', async () => {
    // Case post-vanilla of the aws-sig-v4-test-suite.
    const call = { url: 'https://example.amazonaws.com/', headers: {}, body: { toSend: () => '' } };
    const { headers } = await signed(call, VARIABLES, { ...AUTH, service: 'service' }, '2015-08-30T12:36:00Z');
    expect(headers['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
        'Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    );
  });

  it.each([
    ['/model/amazon.nova-lite-v1%3A0/converse', '/model/amazon.nova-lite-v1%253A0/converse', ''],
    ['/model/us.anthropic.claude-x-v1%3A0/converse-stream', '/model/us.anthropic.claude-x-v1%253A0/converse-stream', ''],
    [
      '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1234%3Ainference-profile%2Fa.b/converse',
      '/model/arn%253Aaws%253Abedrock%253Aus-east-1%253A1234%253Ainference-profile%252Fa.b/converse',
      '',
    ],
    ["/model/odd(1)*!'~%20b/converse", '/model/odd%281%29%2A%21%27~%2520b/converse', ''],
    ['/model/m/converse?b=2&a=x%20y&a=%2B', '/model/m/converse', 'a=%2B&a=x%20y&b=2'],
  ])('signs %s as %s', async (path, canonicalPath, query) => {
    const sent = await signed(to(path));
    expect(sent.url).toBe(`${HOST}${path}`);
    expect(sent.headers['authorization']).toBe(expected(sent, canonicalPath, query));
  });

  it('signs the address that is sent', async () => {
    const sent = await signed({ ...CALL, url: `${HOST.toUpperCase()}/model/a b/../c d` });
    expect(sent.url).toBe(`${HOST}/model/c%20d`);
    expect(sent.headers['authorization']).toBe(expected(sent, '/model/c%2520d', ''));
  });

  it('includes the session token', async () => {
    const sent = await signed(to('/model/m%3A0/converse'), { ...VARIABLES, AWS_SESSION_TOKEN: TOKEN });
    expect(sent.headers['x-amz-security-token']).toBe(TOKEN);
    expect(sent.headers['authorization']).toContain('SignedHeaders=accept;host;x-amz-date;x-amz-security-token,');
    expect(sent.headers['authorization']).toBe(expected(sent, '/model/m%253A0/converse', ''));
  });

  it.each([
    ['empty', VARIABLES, AUTH],
    ['not among the variables', { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: ID }, AUTH],
    ['not named', { ...VARIABLES, AWS_SESSION_TOKEN: TOKEN }, { ...AUTH, sessionToken: null }],
  ])('includes no session token that is %s', async (_, variables, auth) => {
    expect((await signed(to('/m'), variables, auth as Auth)).headers).not.toHaveProperty('x-amz-security-token');
  });

  it('covers the body, the headers and the minute', async () => {
    const signatures = await Promise.all([
      signed(to('/m')),
      signed({ ...to('/m'), body: { toSend: () => '{}' } }),
      signed({ ...to('/m'), headers: { 'x-amzn-bedrock-trace': 'ENABLED' } }),
      signed(to('/m'), VARIABLES, AUTH, '2026-11-20T12:01:00Z'),
    ]);
    expect(new Set(signatures.map(({ headers }) => headers['authorization'])).size).toBe(4);
    expect(signatures.map(({ headers }) => headers['x-amz-date'])).toEqual([
      '20261120T120000Z',
      '20261120T120000Z',
      '20261120T120000Z',
      '20261120T120100Z',
    ]);
  });

  it('changes nothing else, and lists the secrets', async () => {
    const call = to('/model/m/converse');
    const sent = await signed(call, { ...VARIABLES, AWS_SESSION_TOKEN: TOKEN });
    expect(sent.body).toBe(call.body);
    expect(sent.headers).toMatchObject(call.headers);
    const signature = /Signature=(\w{64})$/.exec(sent.headers['authorization'] ?? '')?.[1];
    expect(sent.secrets).toEqual([KEY, ID, TOKEN, signature]);
    expect(JSON.stringify(sent.headers)).not.toContain(KEY);
  });

  it('shows no part of the signature', () => {
    const shown = show(AUTH, CALL);
    expect(shown).toMatchObject({ url: CALL.url, body: CALL.body, headers: CALL.headers });
    expect(shown.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=\*\*\*, /);
    expect(Object.keys(shown.headers)).toEqual(expect.arrayContaining(['x-amz-date', 'x-amz-security-token']));
    expect(show({ ...AUTH, sessionToken: null }, CALL).headers).not.toHaveProperty('x-amz-security-token');
  });
});

describe('awsSigV4 with invalid credentials', () => {
  it.each([
    ['AWS_ACCESS_KEY_ID is not set', { AWS_REGION: 'us-east-1' }],
    ['AWS_REGION is not set', { AWS_ACCESS_KEY_ID: ID }],
    ['AWS_REGION is not a region', { ...VARIABLES, AWS_REGION: 'evil.example/' }],
    ['AWS_REGION contains a line break', { ...VARIABLES, AWS_REGION: 'us-east-1\nx' }],
    ['AWS_ACCESS_KEY_ID contains a line break', { ...VARIABLES, AWS_ACCESS_KEY_ID: `${ID}\n` }],
    ['AWS_SESSION_TOKEN contains a line break', { ...VARIABLES, AWS_SESSION_TOKEN: `${TOKEN}\r\nx: y` }],
  ])('rejects: %s', async (message, variables) => {
    const error = await errorOf(() => signed(CALL, variables));
    expect(error).toMatchObject({ type: 'provider_unavailable', retryable: false, message: expect.stringContaining(message) });
    for (const value of [KEY, ID, TOKEN, 'evil']) expect(error.message).not.toContain(value);
  });

  it('rejects a secret with a line break by its name', async () => {
    const error = await errorOf(() => authorize(AUTH, CALL, { key: `${KEY}\n`, variables: VARIABLES, ...OFFLINE }));
    expect(error.message).toContain('AWS_SECRET_ACCESS_KEY contains a line break');
    expect(error.message).not.toContain(KEY);
  });
});
