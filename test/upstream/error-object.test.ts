import { describe, expect, it } from 'vitest';
import { copyErrorObject } from '../../src/upstream/error-object.ts';

const same = (text: string) => text;

describe('copyErrorObject', () => {
  it('copies the whole object', () => {
    const body = {
      code: 'content_filter',
      innererror: { content_filter_result: { hate: { filtered: true, severity: 'high' } } },
      list: [1, null, 'x'],
    };
    expect(copyErrorObject(body, same)).toEqual(body);
  });

  it('cleans every name and every text', () => {
    const clean = (text: string) => text.replaceAll('secret', '***');
    expect(copyErrorObject({ 'a secret': ['secret', { b: 'the secret' }] }, clean)).toEqual({ 'a ***': ['***', { b: 'the ***' }] });
  });

  it.each<[string, unknown]>([
    ['a long text', { message: 'x'.repeat(1e6) }],
    ['many texts', { list: Array.from({ length: 1e5 }, () => 'text') }],
    ['many fields', Object.fromEntries(Array.from({ length: 1e5 }, (_, index) => [`field${index}`, index]))],
    ['many numbers', { list: Array.from({ length: 1e6 }, () => 1) }],
  ])('bounds %s and marks the cut', (_, body) => {
    const copied = JSON.stringify(copyErrorObject(body, same));
    expect(copied.length).toBeLessThan(20_000);
    expect(copied).toContain('...');
  });

  it('bounds the depth', () => {
    let deep: unknown = 'end';
    for (let depth = 0; depth < 1000; depth++) deep = { deep };
    expect(JSON.stringify(copyErrorObject(deep, same)).length).toBeLessThan(200);
  });

  it.each([null, undefined, 'text', 7, []])('gives an empty object for %j', (body) => {
    expect(copyErrorObject(body, same)).toEqual({});
  });
});
