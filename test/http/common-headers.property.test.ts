/** Common headers that are made with those of an answer, against those that are set on a response: the same response. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CommonHeaders } from '../../src/http/common-headers.ts';

const own = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'cache-control',
    'x-generation-id',
    'x-ratelimit-limit-tokens',
    'anthropic-ratelimit-tokens-reset',
    'age',
  ),
  fc.constantFrom('no-cache', 'gen-before', '7'),
);
const known = fc.record({
  generationId: fc.constant('gen-now'),
  trace: fc.constantFrom(undefined, { traceId: 'abc' } as never),
  exposed: fc.constant('x-generation-id,retry-after'),
});

it('CommonHeaders makes the same headers at once and one by one', () => {
  fc.assert(
    fc.property(own, known, (headers, facts) => {
      const response = new Response(null, { headers: { ...headers } });
      new CommonHeaders(facts).setOn(response.headers);
      const common = new CommonHeaders(facts);
      const made = new Headers(common.addTo({ ...headers }));
      expect(Object.fromEntries(made)).toEqual(Object.fromEntries(response.headers));
      common.setOn(made);
      expect(Object.fromEntries(made)).toEqual(Object.fromEntries(response.headers));
      expect(made.get('x-generation-id')).toBe(headers['x-generation-id'] ?? 'gen-now');
    }),
  );
});

it('CommonHeaders sets the headers of a response that took the place of the answer', () => {
  const common = new CommonHeaders({ generationId: 'gen-now', trace: undefined, exposed: 'age' });
  common.addTo({});
  const other = new Headers();
  common.setOn(other);
  expect(Object.fromEntries(other)).toEqual({
    'x-generation-id': 'gen-now',
    'x-request-id': 'gen-now',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'age',
    'cache-control': 'no-store',
  });
});
