/** What upstreams refused is remembered for an hour. */
import { expect, it } from 'vitest';
import { createLearned, REMEMBERED_MS } from '../../src/routing/learned.ts';
import { createFakeClock } from '../stream/fake-clock.ts';

it('is known of that model of that provider, and of no other', () => {
  const learned = createLearned(createFakeClock());
  learned.remember('acme', 'm', 'top_k');
  learned.remember('acme', 'm', 'seed');
  expect([...learned.refusedBy('acme', 'm')]).toEqual(['top_k', 'seed']);
  expect([learned.refusedBy('acme', 'other').size, learned.refusedBy('other', 'm').size]).toEqual([0, 0]);
});

it('is forgotten after an hour, each refusal for itself', () => {
  let nowMs = 0;
  const learned = createLearned({ nowMs: () => nowMs });
  learned.remember('acme', 'm', 'top_k');
  nowMs = REMEMBERED_MS - 1;
  learned.remember('acme', 'm', 'seed');
  expect([...learned.refusedBy('acme', 'm')]).toEqual(['top_k', 'seed']);
  nowMs = REMEMBERED_MS;
  expect([...learned.refusedBy('acme', 'm')]).toEqual(['seed']);
});

it('is bounded: the endpoint that was longest ago is forgotten first', () => {
  const learned = createLearned(createFakeClock());
  learned.remember('acme', 'first', 'top_k');
  for (let index = 0; index < 1000; index++) learned.remember('acme', `m${index}`, 'top_k');
  expect(learned.refusedBy('acme', 'first').size).toBe(0);
  expect(learned.refusedBy('acme', 'm999').size).toBe(1);
});
