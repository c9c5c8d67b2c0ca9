/** What refusals taught is remembered for an hour. */
import { expect, it } from 'vitest';
import { createRefusedParameters, MAX_ENDPOINTS, REMEMBERED_MS } from '../../src/state/refused-parameters.ts';
import { endpointName, unlistedName } from '../../src/unified/endpoint-health.ts';
import { createFakeClock } from '../support/fake-ports.ts';

const ENDPOINT = endpointName('acme', 'm');

it('createRefusedParameters remembers a rejection for that endpoint only', () => {
  const learned = createRefusedParameters(createFakeClock());
  learned.remember(ENDPOINT, 'top_k', null);
  learned.remember(ENDPOINT, 'max_tokens', 'max_completion_tokens');
  expect([...learned.refusalsOf(ENDPOINT)]).toEqual([
    ['top_k', null],
    ['max_tokens', 'max_completion_tokens'],
  ]);
  expect([endpointName('acme', 'other'), endpointName('other', 'm')].map((name) => learned.refusalsOf(name).size)).toEqual([0, 0]);
});

it('createRefusedParameters forgets each rejection after an hour', () => {
  let nowMs = 0;
  const learned = createRefusedParameters({ nowMs: () => nowMs });
  const known = () => [...learned.refusalsOf(ENDPOINT).keys()];
  learned.remember(ENDPOINT, 'top_k', null);
  nowMs = REMEMBERED_MS - 1;
  learned.remember(ENDPOINT, 'seed', null);
  expect(known()).toEqual(['top_k', 'seed']);
  nowMs = REMEMBERED_MS;
  expect(known()).toEqual(['seed']);
});

it('createRefusedParameters removes the oldest endpoint beyond its bound', () => {
  const learned = createRefusedParameters(createFakeClock());
  learned.remember(ENDPOINT, 'top_k', null);
  for (let index = 0; index < MAX_ENDPOINTS; index++) learned.remember(endpointName('acme', `m${index}`), 'top_k', null);
  expect(learned.refusalsOf(ENDPOINT).size).toBe(0);
  expect(learned.refusalsOf(endpointName('acme', 'm1')).size).toBe(1);
});

it('createRefusedParameters keeps listed endpoints when clients invent model ids and parameter names', () => {
  const learned = createRefusedParameters(createFakeClock());
  learned.remember(ENDPOINT, 'top_k', null);
  for (let index = 0; index < 2000; index++) learned.remember(unlistedName('acme', `x${index}`), `p${index}`, null);
  expect([...learned.refusalsOf(ENDPOINT)]).toEqual([['top_k', null]]);
  for (let index = 0; index < 2000; index++) learned.remember(unlistedName('acme', 'x'), `p${index}`, null);
  expect(learned.refusalsOf(unlistedName('acme', 'x')).size).toBeLessThan(100);
});
