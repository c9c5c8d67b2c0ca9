/** What is remembered is kept apart by tenant, and one tenant's failures set nothing aside for another. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createHealthTracker,
  FAILURES_IN_A_ROW,
  FIRST_PAUSE_MS,
  MAX_ENDPOINTS,
  type SharedHealthTracker,
} from '../../src/state/circuit-breaker.ts';
import { ANONYMOUS, healthFor, MAX_TENANTS, memoizePerTenant, splitTenant, tenantName } from '../../src/state/tenants.ts';
import { endpointName, unlistedName, type HealthTracker, type OutcomeKind } from '../../src/unified/endpoint-health.ts';
import { createFakeClock, type FakeClock } from '../support/fake-ports.ts';
import { outcome } from './outcomes.ts';

const ENDPOINT = endpointName('acme', 'm');
const [A, B, C] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'] as const;

let clock: FakeClock;
let book: SharedHealthTracker;
const viewOf = (tenant: string): HealthTracker => healthFor(tenant, book);
const stateFor = (tenant: string, endpoint = ENDPOINT) => viewOf(tenant).healthOf(endpoint).state;
function report(tenant: string, kind: OutcomeKind, times: number = FAILURES_IN_A_ROW, endpoint = ENDPOINT): void {
  for (let time = 0; time < times; time++) viewOf(tenant).report(endpoint, outcome(kind, clock.nowMs()));
}

beforeEach(() => {
  clock = createFakeClock();
  book = createHealthTracker(clock);
});

describe('healthFor', () => {
  it.each<OutcomeKind>(['failure', 'limited'])('reports an outcome (%s) of one tenant to no other tenant', (kind) => {
    const before = [B, ANONYMOUS].map((tenant) => viewOf(tenant).healthOf(ENDPOINT));
    report(A, kind, 20);
    expect(stateFor(A)).toBe('open');
    expect([B, ANONYMOUS].map((tenant) => viewOf(tenant).healthOf(ENDPOINT))).toEqual(before);
  });

  it('opens a circuit for all tenants while it is open for two others', () => {
    report(A, 'failure');
    report(B, 'failure', FAILURES_IN_A_ROW - 1);
    expect(stateFor(C)).toBe('closed');
    report(B, 'failure', 1);
    expect(viewOf(C).healthOf(ENDPOINT)).toMatchObject({ state: 'open', untilMs: clock.nowMs() + FIRST_PAUSE_MS, failures: 0 });
    clock.advance(FIRST_PAUSE_MS);
    expect(stateFor(C)).toBe('closed');
  });

  it('opens a circuit for all tenants only for listed endpoints', () => {
    const endpoint = unlistedName('acme', 'x');
    report(A, 'failure', FAILURES_IN_A_ROW, endpoint);
    report(B, 'failure', FAILURES_IN_A_ROW, endpoint);
    expect([A, B, C].map((tenant) => stateFor(tenant, endpoint))).toEqual(['open', 'open', 'closed']);
  });

  it('claims probes per tenant', () => {
    report(A, 'failure');
    report(B, 'failure');
    clock.advance(FIRST_PAUSE_MS);
    expect([viewOf(A).claimProbe(ENDPOINT), viewOf(A).claimProbe(ENDPOINT), viewOf(B).claimProbe(ENDPOINT)]).toEqual([true, false, true]);
  });

  it('keeps tenants apart in merged snapshots', () => {
    report(A, 'failure');
    const other = createHealthTracker(clock);
    other.merge(book.snapshot());
    expect([A, B, ANONYMOUS].map((tenant) => healthFor(tenant, other).healthOf(ENDPOINT).failures)).toEqual([FAILURES_IN_A_ROW, 0, 0]);
  });

  it.each([ANONYMOUS, A])('keeps listed and proven endpoints when clients invent model ids (tenant "%s")', (tenant) => {
    const deployment = unlistedName('acme', 'own-deployment');
    report(tenant, 'success', 1, deployment);
    report(tenant, 'failure', FAILURES_IN_A_ROW, deployment);
    report(tenant, 'failure');
    for (let index = 0; index < MAX_ENDPOINTS + 5; index++) report(tenant, 'failure', 1, unlistedName('acme', `x${index}`));
    expect([stateFor(tenant), stateFor(tenant, deployment)]).toEqual(['open', 'open']);
    expect(book.snapshot().endpoints.length).toBeLessThan(MAX_ENDPOINTS);
  });
});

describe('tenantName', () => {
  it.each([
    [ANONYMOUS, ENDPOINT],
    [ANONYMOUS, endpointName('abcdefabcdef', 'm|x')],
    [A, ENDPOINT],
    [A, unlistedName('acme', 'bbbbbbbbbbbb|acme m')],
  ])('is split again by splitTenant: "%s" and %s', (tenant, endpoint) => {
    expect(splitTenant(tenantName(tenant, endpoint))).toEqual({ tenant, endpoint });
  });
});

describe('memoizePerTenant', () => {
  it('keeps one value per tenant, and removes the tenant that called longest ago', () => {
    const made: string[] = [];
    const valueOf = memoizePerTenant((tenant) => (made.push(tenant), { tenant }));
    const first = valueOf('t0');
    for (let index = 1; index < MAX_TENANTS; index++) valueOf(`t${index}`);
    expect(valueOf('t0')).toBe(first);
    valueOf('one more');
    expect(valueOf('t0')).toBe(first);
    valueOf('t1');
    expect(made.filter((tenant) => tenant === 't1')).toHaveLength(2);
  });
});
