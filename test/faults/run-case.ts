/** Runs cases: asks as the client of each, waits until its upstreams have come to rest, and has it judged. Several side by side. */
import { ask, type Got } from './client.ts';
import { judge, visitsOf, type Verdict } from './judge.ts';
import type { ReadyCase } from './harness.ts';

/** A case and what became of it. */
export type Outcome = Verdict & { one: ReadyCase; tookMs: number };

/** Cases at a time. More would make a small machine too slow for the deadlines. */
const SIDE_BY_SIDE = 16;

/** How long an upstream may stay open after the client has its answer, in milliseconds. */
const REST_MS = 1500;

/** Runs all, so many at a time. Never rejects: what goes wrong is in the outcome. @param slack see `judge.ts`. */
export async function runCases(cases: readonly ReadyCase[], slack = 1): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = cases.entries();
  const worker = async () => {
    for (const [index, one] of waiting) outcomes[index] = await runCase(one, slack);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return outcomes;
}

async function runCase(one: ReadyCase, slack: number): Promise<Outcome> {
  const startMs = performance.now();
  const answers: Got[] = [];
  for (let turn = 0; turn < (one.row.repeats ?? 1); turn++) answers.push(await ask(one.routerUrl, bodyOf(one), one.row.leaving ?? null));
  await sleep(one.row.quietMs ?? 0);
  await rest(one, slack * (one.row.lastOne?.withinMs ?? REST_MS));
  return { ...judge(one, answers, slack), one, tookMs: Math.round(performance.now() - startMs) };
}

/** The request of the client: one model, or several with fallbacks, and the order in which they are to be tried. */
export function bodyOf({ row, mode, endpoints }: ReadyCase): object {
  const models = [...new Set(endpoints.map(({ model }) => model))];
  return {
    ...(models.length === 1 ? { model: models[0] } : { models }),
    messages: [{ role: 'user', content: 'Tell me about the river 川.' }],
    stream: mode === 'stream',
    provider: { order: endpoints.map(({ slug }) => slug), ...row.provider },
    ...row.request,
  };
}

/** Waits until every upstream of a case is done or left. */
async function rest(one: ReadyCase, withinMs: number): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (visitsOf(one).some(({ over }) => over === null) && performance.now() < endMs) await sleep(20);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
