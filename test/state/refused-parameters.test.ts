/** What refusals taught is remembered for an hour. */
import { expect, it } from 'vitest';
import { createRefusedParameters, MAX_ENDPOINTS, REMEMBERED_MS } from '../../src/state/refused-parameters.ts';
import { endpointName, unlistedName } from '../../src/unified/endpoint-health.ts';
import { createFakeClock } from '../stream/fake-clock.ts';

const ENDPOINT = endpointName('acme', 'm');

it('a lesson holds for that model of that provider, and for no other', () => {
  const learned = createRefusedParameters(createFakeClock());
  learned.remember(ENDPOINT, 'top_k', null);
  learned.remember(ENDPOINT, 'max_tokens', 'max_completion_tokens');
  expect([...learned.refusalsOf(ENDPOINT)]).toEqual([
    ['top_k', null],
    ['max_tokens', 'max_completion_tokens'],
  ]);
  expect([endpointName('acme', 'other'), endpointName('other', 'm')].map((name) => learned.refusalsOf(name).size)).toEqual([0, 0]);
});

it('a lesson is forgotten after an hour, each for itself', () => {
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

it('lessons are bounded: the endpoint that was longest ago is forgotten first', () => {
  const learned = createRefusedParameters(createFakeClock());
  learned.remember(ENDPOINT, 'top_k', null);
  for (let index = 0; index < MAX_ENDPOINTS; index++) learned.remember(endpointName('acme', `m${index}`), 'top_k', null);
  expect(learned.refusalsOf(ENDPOINT).size).toBe(0);
  expect(learned.refusalsOf(endpointName('acme', 'm1')).size).toBe(1);
});

it('invented model ids and parameter names push out no listed endpoint', () => {
  const learned = createRefusedParameters(createFakeClock());
  learned.remember(ENDPOINT, 'top_k', null);
  for (let index = 0; index < 2000; index++) learned.remember(unlistedName('acme', `x${index}`), `p${index}`, null);
  expect([...learned.refusalsOf(ENDPOINT)]).toEqual([['top_k', null]]);
  for (let index = 0; index < 2000; index++) learned.remember(unlistedName('acme', 'x'), `p${index}`, null);
  expect(learned.refusalsOf(unlistedName('acme', 'x')).size).toBeLessThan(100);
});
