/** An answer to one plan, over a network that the test answers for. */
import { AnswerStream } from '../../src/attempts/answer-stream.ts';
import type { Attempt } from '../../src/attempts/attempt.ts';
import { createRequestContext } from '../../src/calls/context.ts';
import { NO_FILES } from '../../src/calls/files.ts';
import type { PreparedEndpoint } from '../../src/calls/prepare.ts';
import { Preparer } from '../../src/calls/preparer.ts';
import { textDialectOf } from '../../src/calls/prepare.ts';
import type { Fetch } from '../../src/lib/fetch.ts';
import { LazyList } from '../../src/lib/lazy-list.ts';
import { CATALOG, openAccess, prepared, requestFor } from '../fitting/sent.ts';
import { createFakeClock, LIMITS, QUIET, FACTS } from '../support/fake-ports.ts';

/** Silence before the second endpoint of a hedge starts, in milliseconds. */
export const HEDGE_MS = 101;

type Options = { isHedged?: boolean; change?: (endpoint: PreparedEndpoint) => PreparedEndpoint };

/** A streamed chat answer at one endpoint, or at two that race. @param change what the test puts in place of a prepared endpoint. */
export function createAnswer(fetch: Fetch, { isHedged = false, change = (endpoint) => endpoint }: Options = {}) {
  const clock = createFakeClock();
  const request = requestFor('chat', '@openrouter/x', { stream: true });
  const [first, second] = [change(prepared(request)), change(prepared(requestFor('chat', '@groq/x', { stream: true })))];
  const context = createRequestContext({
    catalog: CATALOG,
    ports: { ...QUIET, clock, random: { id: () => 'x', fraction: () => 0 }, access: openAccess, fetch, limits: { ...LIMITS, attempts: 4 } },
    ...FACTS,
    signal: new AbortController().signal,
  });
  const preparer = new Preparer(textDialectOf, NO_FILES, context);
  preparer.prepare = (planned) => Promise.resolve(planned === first.planned ? first : second);
  const attempts: Attempt[] = [];
  const stream = new AnswerStream(
    {
      calls: LazyList.of(isHedged ? [first.planned, second.planned] : [first.planned]),
      origin: { context, request, plan: null },
      attempts,
      preparer,
      id: '0',
      first,
      hedge: isHedged ? { endpoint: second, afterMs: HEDGE_MS } : null,
    },
    context.client.signal,
  );
  return { clock, stream, context };
}
