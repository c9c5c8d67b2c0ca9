import { UNLIMITED } from '../../src/unified/response/answer-budget.ts';
/** A run that is given up from inside, as a stage or a race does: what has been sent is aborted, what waits is never sent. */
import { expect, it } from 'vitest';
import { createCallBudget } from '../../src/calls/call-budget.ts';
import { createTally } from '../../src/calls/call-tally.ts';
import { startRun } from '../../src/attempts/fan-out.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { prepared, openAccess, requestFor } from '../fitting/sent.ts';
import { createBody } from '../support/scripted-upstream.ts';
import { createFakeClock, LIMITS, QUIET, turn } from '../support/fake-ports.ts';

it.each([
  ['one call', 1, 1],
  ['calls that have been answered, and calls that wait', 3, 3],
  ['more calls than may wait at a time', 12, 5],
])('giving a run up aborts %s', async (_, n, sent) => {
  const request = requestFor('chat', '@openrouter/x', { n, stream: true });
  const first = createBody();
  const signals: AbortSignal[] = [];
  const fetch = (_url: string, { signal }: RequestInit): Promise<Response> => {
    if (signal) signals.push(signal);
    if (signals.length === 1) return Promise.resolve(new Response(first.stream));
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
  };
  const ports = {
    clock: createFakeClock(),
    random: { id: () => 'x', fraction: () => 0 },
    access: openAccess,
    fetch,
    limits: LIMITS,
    ...QUIET,
  };
  const endpoint = prepared(request);
  const plans = [{ calls: [endpoint.planned], others: [], rejected: [], hedgeAfterMs: null, draw: [], stickyTo: null }];
  const parts = { plans, endpoints: [endpoint], prepare: () => Promise.resolve(endpoint), planPrefill: () => [] };
  const run = startRun(parts, {
    request,
    generationId: 'gen-1',
    ports,
    signal: new AbortController().signal,
    isClientConnected: () => true,
    answerBudget: UNLIMITED,
    conversation: null,
    requestedMs: 0,
    budget: createCallBudget(LIMITS.upstreamCalls),
    tally: createTally(),
  });
  await turn();
  first.write(event(CHAT_WIRE.chunk([{ text: 'Hel' }])));
  const source = await run.opening;
  expect(await source.read()).toMatchObject([{ type: 'text-delta', text: 'Hel' }]);
  const made = signals.length;
  source.cancel();
  await turn();
  expect(signals).toHaveLength(made);
  expect(made).toBeGreaterThanOrEqual(sent);
  expect(signals.filter(({ aborted }) => !aborted)).toEqual([]);
});
