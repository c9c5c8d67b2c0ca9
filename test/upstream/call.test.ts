import { describe, expect, it } from 'vitest';
import type { Access } from '../../src/ports.ts';
import type { OperationRules } from '../../src/registry/provider.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { CallBody } from '../../src/upstream/call-body.ts';
import { buildCall, maskCall, type Destination, type UpstreamCall } from '../../src/upstream/call.ts';
import { leaksIn } from '../support/spellings.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { reachable } from '../support/fake-ports.ts';

const BASE = 'https://api.acme.example/v1';
const access = (changes: Partial<Access> = {}) => reachable(BASE, 'sk-one-1234', changes);

function callTo(
  changes: Partial<Destination> & { path?: Partial<OperationRules> } = {},
  body: JsonObject = { model: 'm' },
  headers = {},
): UpstreamCall {
  const { path, ...rest } = changes;
  const to: Destination = { access: access(), rules: chatOperation(path), model: 'm', stream: false, framing: 'sse', ...rest };
  return buildCall(to, { body }, headers);
}

describe('buildCall', () => {
  it('returns address, headers and body without the key', () => {
    expect(callTo().body.toSend()).toBe('{"model":"m"}');
    expect(callTo()).toEqual({
      url: `${BASE}/chat/completions`,
      headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'tributary' },
      body: new CallBody({ model: 'm' }),
      access: access(),
    });
  });

  it.each([
    [true, `${BASE}/publishers/acme/chat/completions`],
    [undefined, `${BASE}/chat/completions`],
  ] as const)('has the base path of its operation only behind the address of the file (%s)', (isFileAddress, url) => {
    const to = access(isFileAddress === undefined ? {} : { isFileAddress });
    expect(callTo({ access: to, path: { basePath: '/publishers/acme' } }).url).toBe(url);
  });

  it.each([
    ['sse', 'text/event-stream'],
    ['ndjson', 'application/x-ndjson'],
    ['aws-event-stream', 'application/vnd.amazon.eventstream'],
  ] as const)('accepts a stream framed as %s when it asks for one', (framing, accepted) => {
    expect(callTo({ stream: true, framing }).headers['accept']).toBe(accepted);
    expect(callTo({ stream: false, framing }).headers['accept']).toBe('application/json');
  });

  it('adds the headers of the provider file', () => {
    expect(callTo({ path: { headers: { 'x-version': '7' } } }).headers).toMatchObject({ 'x-version': '7' });
  });

  it('uses the stream path of the format', () => {
    const path = { path: '/a', streamPath: '/b?alt=sse' };
    expect([callTo({ path }).url, callTo({ path, stream: true }).url]).toEqual([`${BASE}/a`, `${BASE}/b?alt=sse`]);
  });

  it.each([
    ['/models/{model}:go', 'gemini-2.5-pro', '/models/gemini-2.5-pro:go'],
    ['/model/{model}/converse', 'arn:aws:bedrock:x/y', '/model/arn%3Aaws%3Abedrock%3Ax%2Fy/converse'],
    ['/ai/run/{+model}', '@cf/meta/llama-3', '/ai/run/@cf/meta/llama-3'],
    ['/ai/run/{+model}', 'a..b/v1...2', '/ai/run/a..b/v1...2'],
    ['/models/{model}', '../x?y#z', '/models/..%2Fx%3Fy%23z'],
    ['/deployments/{model}?v={VERSION}', 'm', '/deployments/m?v=2024%2610'],
  ])('fills the path %s with %s', (path, model, expected) => {
    expect(callTo({ path: { path }, model, access: access({ variables: { VERSION: '2024&10' } }) }).url).toBe(BASE + expected);
  });

  it.each([
    ['/ai/run/{+model}', '../../secrets'],
    ['/ai/run/{+model}', 'x/./y'],
    ['/model/{model}/converse', '..'],
    ['/model/{model}/converse', '.'],
  ])('rejects the path %s filled with %s, because parsing changes it', (path, model) => {
    const refused = { type: 'invalid_request', details: { param: 'model' } };
    expect(() => callTo({ path: { path }, model })).toThrow(expect.objectContaining(refused));
    expect(() => callTo({ path: { path }, model, access: access({ baseUrl: null }) })).toThrow(expect.objectContaining(refused));
  });

  it('maskCall hides the key', () => {
    const shown = maskCall(callTo({}, {}, { 'x-copy': 'sk-one-1234' }));
    expect(JSON.stringify(shown)).not.toContain('sk-one-1234');
    expect(shown.headers).toMatchObject({ authorization: 'Bearer ***', 'x-copy': '***' });
  });

  it('maskCall hides the key in any spelling, and secrets in the base URL', () => {
    const baseUrl = 'https://me-and:pass-word@gateway.example/sk-one-1234/v1';
    const headers = { 'x-copy': btoa('Bearer sk-one-1234'), 'x-percent': '%73k-one%2D1234' };
    const shown = JSON.stringify(maskCall(callTo({ access: access({ baseUrl }) }, {}, headers)));
    expect(leaksIn(shown, 'sk-one-1234')).toEqual([]);
    expect(shown).toContain('https://***:***@gateway.example/***/v1/chat/completions');
  });

  it('maskCall shows no authorization without a key', () => {
    expect(maskCall(callTo({ access: access({ keys: [] }) })).headers).not.toHaveProperty('authorization');
  });
});
