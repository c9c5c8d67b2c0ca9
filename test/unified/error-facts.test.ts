import { describe, expect, it } from 'vitest';
import { collectErrorFacts } from '../../src/unified/error-facts.ts';

const textOf = (body: unknown) => collectErrorFacts(body, null).text;
const codesOf = (body: unknown) => [...collectErrorFacts(body, null).codes];

describe('collectErrorFacts text', () => {
  it.each<[string, unknown, string]>([
    ['a message', { error: { message: 'No  Money' } }, 'no money'],
    ['a text', 'Bad\n gateway', 'bad gateway'],
    ['lists', { errors: [{ message: 'a' }, 'b'], detail: [{ msg: 'c' }] }, 'a b c'],
    ['JSON in a string', { error: { metadata: { raw: '{"error":{"message":"too long"}}' } } }, 'too long'],
    ['JSON behind words', { message: 'status 413, body: {"error":{"message":"too long"}}' }, 'status 413, body: too long'],
    ['JSON in JSON', { message: JSON.stringify({ message: JSON.stringify({ message: 'deep' }) }) }, 'deep'],
    ['the words of a dictionary of Python', { message: "400 - {'error': {'message': 'no money'}}" }, "400 - {'': {'': 'no money'}}"],
  ])('is read from %s', (_, body, text) => {
    expect(textOf(body)).toBe(text);
  });

  it.each([
    [`Invalid value: 'insufficient balance'. Supported values are: 'low'.`, "invalid value: ''. supported values are: ''."],
    ['The model `insufficient balance` does not exist', "the model '' does not exist"],
    ['model "insufficient balance" not found', "model '' not found"],
    [`Unknown name "no money": Cannot find field.`, "unknown name '': cannot find field."],
    ["You don't have money, and you can't pay", "you don't have money, and you can't pay"],
    ['on-demand throughput isn’t supported', "on-demand throughput isn't supported"],
  ])('excludes quoted text: %s', (message, text) => {
    expect(textOf({ message })).toBe(text);
  });

  it('excludes text of the client and the model', () => {
    const echo = {
      input: 'no money',
      ctx: { message: 'no money' },
      failed_generation: 'no money',
      flagged_input: 'no money',
      prompt: 'no money',
    };
    expect(textOf({ detail: [{ msg: 'odd', ...echo }], error: { message: 'bad', ...echo }, choices: [{ message: 'no money' }] })).toBe(
      'odd bad',
    );
  });

  it('is bounded in length, depth and number', () => {
    expect(textOf({ message: 'x'.repeat(1e6) }).length).toBeLessThan(10_000);
    let deep: unknown = { message: 'deep' };
    for (let depth = 0; depth < 50; depth++) deep = { error: deep };
    expect(textOf(deep)).toBe('');
    expect(textOf({ errors: Array.from({ length: 1e5 }, () => ({ message: 'x' })) }).length).toBeLessThan(10_000);
  });
});

describe('collectErrorFacts codes', () => {
  it('are read from many keys, at any depth, as texts or numbers', () => {
    const body = {
      error: {
        code: 'Arrearage',
        type: 'x',
        innererror: { code: 'ResponsibleAIPolicyViolation' },
        details: [{ reason: 'API_KEY_INVALID' }],
      },
      base_resp: { status_code: 1008 },
      error_type: 'Overloaded',
      __type: 'ThrottlingException',
    };
    expect(codesOf(body)).toEqual([
      'arrearage',
      'x',
      'responsibleaipolicyviolation',
      'api_key_invalid',
      '1008',
      'overloaded',
      'throttlingexception',
    ]);
  });

  it('are read from outside the body', () => {
    expect([...collectErrorFacts({}, 400, ['Validation']).codes]).toEqual(['validation']);
  });
});

it('collectErrorFacts returns waits unchanged', () => {
  const body = {
    error: { retry_after: 12, details: [{ retryDelay: '34.4s' }], metadata: { headers: { 'X-RateLimit-Reset': '1741305600000' } } },
    retry_after_ms: 250,
  };
  expect(collectErrorFacts(body, 429).waits).toEqual([12, '34.4s', '1741305600000', '250ms']);
});
