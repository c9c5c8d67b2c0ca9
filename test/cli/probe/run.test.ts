/** The executor: continues, waits, keeps the ceiling, and shows no key. */
import { describe, expect, it } from 'vitest';
import { readReport } from '../../../src/cli/probe/report-lines.ts';
import { StoppedError } from '../../../src/cli/probe/run.ts';
import { KNOWN_GOOD } from './known-good.ts';
import { instantClock, runAgainst, targetOf, type HarnessOptions } from './probe-harness.ts';
import type { SimulatedAnswer, UpstreamBehaviour } from './strict-upstream.ts';

const specification = KNOWN_GOOD['openai-chat'];
const target = targetOf('openai-chat', specification);
const upstream: UpstreamBehaviour = { specification, wire: 'openai-chat' };
const run = (options: HarnessOptions) => runAgainst(target, upstream, options);

const refusal = (status: number, message: string, headers: Record<string, string> = {}): SimulatedAnswer => ({
  status,
  headers,
  body: JSON.stringify({ error: { message } }),
});

/** An answer that fails the requests with these numbers. */
const failing =
  (numbers: readonly number[], answer: SimulatedAnswer | Error): NonNullable<HarnessOptions['answer']> =>
  (_, count) =>
    numbers.includes(count) ? answer : null;

/** Runs until a request, then is ended as by Ctrl-C. Returns the lines of its report, and what was sent. */
async function runUntil(request: number, report = '') {
  const controller = new AbortController();
  const sent: string[] = [];
  const lines: string[] = [];
  const stopped = await run({
    report,
    lines,
    signal: controller.signal,
    answer: (body, count) => {
      sent.push(JSON.stringify(body));
      if (count === request) controller.abort();
      return count === request ? new DOMException('aborted', 'AbortError') : null;
    },
  }).catch((thrown: unknown) => thrown);
  return { stopped, sent, lines };
}

describe('a probe that is continued', () => {
  it('sends nothing again that was answered, and finds the same', async () => {
    const whole = await run({});
    const first = await runUntil(30);
    expect(first.stopped).toBeInstanceOf(StoppedError);
    expect(first.stopped).toMatchObject({ kind: 'interrupted' });
    const second = await run({ report: first.lines.join('') });
    const idsIn = (lines: readonly string[], what: 'sent' | 'exchange') =>
      lines.flatMap((line) => (JSON.parse(line) as Record<string, { id: string } | undefined>)[what]?.id ?? []);
    const answered = idsIn(first.lines, 'exchange');
    expect(answered).toHaveLength(29);
    expect(idsIn(second.lines, 'sent').filter((id) => answered.includes(id))).toEqual([]);
    expect(first.sent.length - 1 + second.sent.length).toBe(whole.sent.length);
    expect(second.found).toEqual(whole.found);
  });

  it('counts what the first run has spent, and the worst case of what was in flight', async () => {
    const first = await runUntil(30);
    const known = readReport(first.lines.join(''));
    expect(known.requests).toBe(30);
    expect(known.exchanges).toHaveLength(29);
    expect(known.openUsd).toBeGreaterThan(0);
    const spent = known.exchanges.reduce((sum, { usd }) => sum + usd, known.openUsd);
    const second = await run({ report: first.lines.join(''), ceiling: { maxUsd: spent } });
    expect(second.sent).toEqual([]);
    expect(second.found).toEqual([]);
  });

  it('reads a report whose last line was cut by a kill', async () => {
    const first = await runUntil(10);
    const text = first.lines.join('');
    const second = await run({ report: text.slice(0, -20) });
    expect(second.sent.length).toBeGreaterThan(50);
    expect(second.found).toEqual([]);
  });

  it('asks again what is older than a day', async () => {
    const first = await run({});
    const clock = instantClock();
    const later = { ...clock, nowMs: () => clock.nowMs() + 25 * 3600_000 };
    const second = await run({ report: first.lines.join(''), clock: later });
    expect(second.sent).toHaveLength(first.sent.length);
  });
});

describe('the pace of a probe', () => {
  it('waits as long as Retry-After states, and sends the request again', async () => {
    const clock = instantClock();
    const { sent, found } = await run({ clock, answer: failing([5], refusal(429, 'Rate limit reached', { 'retry-after': '37' })) });
    expect(clock.waited).toEqual([37_000]);
    expect(sent[4]).toEqual(sent[5]);
    expect(found).toEqual([]);
  });

  it('waits longer from fault to fault where no time is stated', async () => {
    const clock = instantClock();
    await run({ clock, answer: failing([5, 6, 7], refusal(503, 'overloaded')) });
    expect(clock.waited).toEqual([1500, 3000, 6000]);
  });

  it('waits until a used-up limit is whole again', async () => {
    const clock = instantClock();
    const headers = { 'content-type': 'application/json', 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '12s' };
    const ok = await run({});
    const body =
      ok.sent.length === 0
        ? ''
        : JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'red' }, finish_reason: 'stop' }] });
    await run({ clock, answer: failing([1], { status: 200, headers, body }) });
    expect(clock.waited).toContain(12_000);
  });

  it('stops where the provider asks to wait for an hour', async () => {
    const answer = failing([5], refusal(429, 'Rate limit reached', { 'retry-after': '3600' }));
    await expect(run({ answer })).rejects.toMatchObject({ kind: 'unreachable', message: 'the provider asks to wait 60 minutes' });
  });

  it.each(['3600s', '31536000', '99999999999999999999'])('stops where a used-up limit is whole again in %s', async (reset) => {
    const headers = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': reset };
    await expect(run({ answer: failing([5], { ...refusal(400, 'Unknown parameter'), headers }) })).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^the provider asks to wait \d+ minutes$/),
    });
  });

  it('leaves no timer where it is ended in a wait', async () => {
    const controller = new AbortController();
    const open = new Set<() => void>();
    const clock = {
      nowMs: () => 1_764_600_000_000,
      setTimer(delayMs: number, ended: () => void) {
        open.add(ended);
        if (delayMs === 37_000) controller.abort();
        return () => void open.delete(ended);
      },
    };
    const answer = failing([1], refusal(429, 'Rate limit reached', { 'retry-after': '37' }));
    await expect(run({ clock, answer, signal: controller.signal })).rejects.toMatchObject({ kind: 'interrupted' });
    expect(open.size).toBe(0);
  });

  it('stops at a key that is refused', async () => {
    const answer = failing([1], refusal(401, 'Incorrect API key provided'));
    await expect(run({ answer })).rejects.toMatchObject({ kind: 'refused' });
  });

  it('stops where nothing is answered any more', async () => {
    const answer = (_: unknown, count: number) => (count >= 5 ? new TypeError('fetch failed') : null);
    await expect(run({ answer })).rejects.toMatchObject({ kind: 'unreachable' });
  });
});

describe('what is no evidence', () => {
  it('a refusal that does not come again', async () => {
    // Every request is refused once, without a name, before it is accepted.
    const seen = new Set<string>();
    const { found } = await run({
      answer: (body, count) => {
        const text = JSON.stringify(body);
        if (count < 3 || count % 7 !== 0 || seen.has(text)) return null;
        seen.add(text);
        return refusal(400, 'Bad request');
      },
    });
    expect(found).toEqual([]);
  });

  it('a refusal of every request from some time on', async () => {
    const { found } = await run({ answer: (_, count) => (count > 20 ? refusal(400, 'This account is being migrated') : null) });
    expect(found).toEqual([]);
  });

  it('an error about content, length or the model', async () => {
    const { found, observations } = await run({
      answer: (body) =>
        'seed' in body ? { status: 400, headers: {}, body: '{"error":{"code":"content_policy_violation","message":"refused"}}' } : null,
    });
    expect(found).toEqual([]);
    expect(observations.trials.find(({ param }) => param === 'seed')?.verdict).toBe('unknown');
  });
});

describe('an upstream that accepts unknown fields', () => {
  const lenient = (changes: typeof specification) =>
    runAgainst(target, { specification: { ...specification, ...changes }, wire: 'openai-chat', isStrict: false });

  it('gives no difference for what may be ignored', async () => {
    const { found, observations } = await lenient({ top_a: null, user: null, seed: null });
    expect(observations.isStrict).toBe(false);
    expect(found).toEqual([]);
  });

  it('gives a difference where the effect is missing', async () => {
    const { found } = await lenient({ n: null, logprobs: null });
    expect(found).toEqual(['logprobs ignored', 'n ignored', 'top_logprobs ignored']);
  });

  it('gives a difference for what it reads: a wrong type of it is refused', async () => {
    const { found } = await lenient({ top_a: { kind: 'number', wire: 'top_a', min: 0, max: 1 } });
    expect(found).toEqual(['top_a accepted']);
  });
});

describe('the report', () => {
  const KEY = 'sk-simulated-0123456789abcdef';

  it('has every exchange, and the key in none of them, also where the provider repeats it', async () => {
    const echo = refusal(400, `Unknown parameter: 'seed'. Your key is ${KEY} and ${Buffer.from(KEY).toString('base64')}`, {
      'x-echo': `Bearer ${KEY}`,
    });
    const { lines, sent } = await run({ answer: (body) => ('seed' in body ? echo : null) });
    const text = lines.join('');
    expect(readReport(text).exchanges).toHaveLength(sent.length);
    expect(text).toContain('"authorization":"Bearer ***"');
    expect(text).not.toContain(KEY);
    expect(text).not.toContain(Buffer.from(KEY).toString('base64'));
  });

  it('has a request before it is sent, with its worst cost', async () => {
    const { lines } = await run({});
    const order = lines.map((line) => Object.keys(JSON.parse(line) as object)[0]);
    expect(order.slice(0, 4)).toEqual(['sent', 'exchange', 'sent', 'exchange']);
  });
});
