import { describe, expect, it } from 'vitest';
import type { Access } from '../../src/ports.ts';
import { buildCall, maskCall } from '../../src/upstream/call.ts';
import { acme } from './own-host.ts';

const access = (changes: Partial<Access> = {}): Access => ({
  baseUrl: 'https://api.acme.example/v1',
  keys: ['sk-one-1234'],
  simulated: false,
  missing: [],
  ...changes,
});

describe('an upstream call', () => {
  it('is addressed, authorized and written out', () => {
    expect(buildCall(acme(), access(), '/chat/completions', { model: 'm' }, {})).toEqual({
      url: 'https://api.acme.example/v1/chat/completions',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'tributary',
        authorization: 'Bearer sk-one-1234',
      },
      body: '{"model":"m"}',
      secret: 'sk-one-1234',
    });
  });

  it('accepts a stream when it asks for one', () => {
    expect(buildCall(acme(), access(), '/x', { stream: true }, {}).headers.accept).toBe('text/event-stream');
    expect(buildCall(acme(), access(), '/x', { stream: false }, {}).headers.accept).toBe('application/json');
  });

  it('uses several keys in turn, each provider its own', () => {
    const [one, other] = [acme({ slug: 'rotates' }), acme({ slug: 'rotates-too' })];
    const many = access({ keys: ['key-1', 'key-2', 'key-3'] });
    const secrets = (provider: typeof one, count: number) =>
      Array.from({ length: count }, () => buildCall(provider, many, '/x', {}, {}).secret);
    expect(secrets(one, 4)).toEqual(['key-1', 'key-2', 'key-3', 'key-1']);
    expect(secrets(other, 2)).toEqual(['key-1', 'key-2']);
  });

  it('has no authorization where there is no key, or none is wanted', () => {
    const open = acme({ auth: { scheme: 'none', secret: 'ACME_API_KEY', optional: true } });
    for (const call of [buildCall(acme(), access({ keys: [] }), '/x', {}, {}), buildCall(open, access(), '/x', {}, {})]) {
      expect(call.headers).not.toHaveProperty('authorization');
      expect(call.secret).toBeNull();
    }
  });

  it('gives a simulated provider no real key', () => {
    const call = buildCall(acme(), access({ simulated: true }), '/x', {}, { 'x-simulator-fault': 'reset' });
    expect(JSON.stringify(call)).not.toContain('sk-one');
    expect(call.headers).toMatchObject({ 'x-simulator-fault': 'reset' });
  });

  it('is shown without its key', () => {
    const shown = maskCall(buildCall(acme(), access(), '/x', {}, { 'x-copy': 'sk-one-1234' }));
    expect(JSON.stringify(shown)).not.toContain('sk-one-1234');
    expect(shown.headers).toMatchObject({ authorization: 'Bearer ***', 'x-copy': '***' });
  });
});
