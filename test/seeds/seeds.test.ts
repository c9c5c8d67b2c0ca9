/** Random requests to the seed systems; `npm run test:seeds -- --count N --seed S` tries more. */
import { describe, expect, it } from 'vitest';
import { openInProcess } from './in-process.ts';
import { describeFailure, runMany } from './run-many.ts';
import type { SeedRequest } from './requests.ts';
import { novita, octoai, tokensmind } from '../simulator/oracle/documents.ts';
import { tryOne } from './try-one.ts';

const COUNT = 500;

describe('the seed systems', () => {
  const seed = String(Math.floor(Math.random() * 1e9));

  it(`answer ${COUNT} random requests as their documents say (seed ${seed})`, async () => {
    const failures = await runMany({ seed, first: 0, count: COUNT }, openInProcess());
    expect(failures.map((failure) => `seed ${seed}, ${describeFailure(failure).slice(0, 4000)}`)).toEqual([]);
  });
});

describe('tryOne', () => {
  const request: SeedRequest = {
    document: octoai,
    operation: 'completions',
    body: { model: '@octoai/m', prompt: 'Q7 a STOP b', stop: 'STOP', echo: true, logprobs: 1, top_k: 5, top_a: 0.5 },
    wrong: null,
  };
  const swapped = (from: string, to: string) => async (response: Response) =>
    new Response((await response.text()).replace(from, to), { status: response.status, headers: { 'content-type': 'application/json' } });
  const complaintsOf = async (one: SeedRequest, bend = swapped('', '')) => (await tryOne(one, openInProcess(bend))).complaints;

  it('reports nothing for a right answer', async () => {
    expect(await complaintsOf(request)).toEqual([]);
  });

  it.each([
    ['Q7 a STOP b', 'Q7 a STOP', 'text of choice 0'],
    ['"finish_reason":"stop"', '"finish_reason":"length"', 'finish of choice 0'],
    ['"text_offset":[0,', '"text_offset":[1,', 'log probabilities of choice 0'],
    ['"completion_tokens":', '"completion_tokens":9', 'completion tokens'],
  ])('reports that %s became %s', async (from, to, complaint) => {
    const complaints = await complaintsOf(request, swapped(from, to));
    expect(complaints.some((entry) => entry.startsWith(complaint))).toBe(true);
  });

  it('reports a different upstream body, a missing adjustment and a missing refusal', async () => {
    expect((await complaintsOf({ ...request, document: { ...octoai, echo: false } })).join()).toContain('upstream bodies');
    expect((await complaintsOf({ ...request, document: { ...octoai, numbers: { top_k: {} } } })).join()).toContain('report');
    expect(await complaintsOf({ ...request, wrong: 'stop' })).toContain('status: 200, not 400');
  });
});

describe('a request that an earlier router got wrong', () => {
  const chat = {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Q7 a STOP b' },
    ],
  };
  const completion = { prompt: 'Q7 a STOP b' };

  it.each<readonly [SeedRequest['document'], SeedRequest['operation'], Record<string, unknown>]>([
    [octoai, 'completions', { ...completion, stop: 'STOP', echo: true }],
    [octoai, 'completions', { ...completion, stop: 'STOP', echo: true, stream: true, logprobs: 2 }],
    [octoai, 'completions', { prompt: ['a STOP', 'b STOP'], n: 2, stop: 'STOP', echo: true, stream: true }],
    [octoai, 'completions', { ...completion, stop: 'STOP', echo: true, max_tokens: 0 }],
    [tokensmind, 'completions', { ...completion, stop: 'STOP', echo: true, logprobs: 5, stream: true }],
    [novita, 'completions', { ...completion, stop: ['a', 'b', 'c', 'd', ' water'], echo: true, logprobs: 0, stream: true }],
    [octoai, 'chat', { ...chat, best_of: 1 }],
    [octoai, 'chat', { ...chat, n: 2, best_of: 2, echo: true }],
    [tokensmind, 'chat', { ...chat, n: 2, best_of: 3, logprobs: true, top_logprobs: 0 }],
    [novita, 'chat', { ...chat, n: 3, seed: Number.MAX_SAFE_INTEGER, stop: ['1', '2', '3', '4', ' of'] }],
  ])('gets the expected answer: %o, %s, %j', async ({ slug }, operation, fields) => {
    const document = [octoai, tokensmind, novita].find((one) => one.slug === slug) ?? octoai;
    const { complaints } = await tryOne({ document, operation, body: { model: `@${slug}/m`, ...fields }, wrong: null }, openInProcess());
    expect(complaints).toEqual([]);
  });
});
