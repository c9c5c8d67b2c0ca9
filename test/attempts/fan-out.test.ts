/** A run that is given up from inside, as a stage or a race does: what has been sent is aborted, what waits is never sent. */
import { expect, it } from 'vitest';
import { createRequestContext } from '../../src/calls/context.ts';
import { NO_FILES } from '../../src/calls/files.ts';
import { Preparer } from '../../src/calls/preparer.ts';
import { createRun } from '../../src/attempts/fan-out.ts';
import { textDialectOf } from '../../src/calls/prepare.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { CATALOG, openAccess, prepared, requestFor } from '../fitting/sent.ts';
import { planWith } from '../routing/whole-plan.ts';
import { createBody } from '../support/scripted-upstream.ts';
import { createFakeClock, LIMITS, QUIET, turn, FACTS } from '../support/fake-ports.ts';

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
  const plans = [planWith([endpoint.planned])];
  const context = createRequestContext({
    catalog: CATALOG,
    ports,
    ...FACTS,
    signal: new AbortController().signal,
  });
  const preparer = new Preparer(textDialectOf, NO_FILES, context);
  const run = createRun({ request, context, plans, endpoints: [endpoint], hedge: null, preparer }, context.client.signal);
  const opening = run.open();
  await turn();
  first.write(event(CHAT_WIRE.chunk([{ text: 'Hel' }])));
  const source = await opening;
  expect(await source.read()).toMatchObject([{ type: 'text-delta', text: 'Hel' }]);
  const made = signals.length;
  source.cancel();
  await turn();
  expect(signals).toHaveLength(made);
  expect(made).toBeGreaterThanOrEqual(sent);
  expect(signals.filter(({ aborted }) => !aborted)).toEqual([]);
});
