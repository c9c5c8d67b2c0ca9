/**
 * The sixteen faults of FailoverBench without a stream (https://github.com/failoverbench/failoverbench, scenarios/catalogue.yaml and
 * wall.py at commit 2b80bfc, read 2026-11-30), with the waits cut short. As there, the second endpoint is of another model.
 */
import { AT_DEADLINE, fails, lost, once, script, whole, UNAVAILABLE, type Expected, type Row } from './expectation.ts';

/** For the router of these rows: after so long another endpoint is asked beside a silent call. */
export const BENCH_VARIABLES = { MAX_SILENCE_MS: '1200' };

const row = (name: string, scripts: Row['scripts'], other: Expected | undefined, more: Partial<Row> = {}): Row => ({
  name,
  scripts,
  modes: ['body'],
  setups: other === undefined ? {} : { other },
  ...more,
});

/** The faults, by their numbers there. */
export const BENCH: readonly Row[] = [
  row('S01 429 with Retry-After', script('429 with seconds', 'ok'), once().other, { againMs: [980, 3000] }),
  row('S02 429 without Retry-After, persistent', script('429 without'), whole('A A B')),
  row('S03 500 once, then healthy', script('500', 'ok'), once().other),
  row('S04 503 persistent', script('503'), whole('A A B')),
  row('S05 TCP reset before headers', script('reset before headers', 'ok'), once().other),
  row('S06 no response at all', script('silence before headers'), whole('A B'), { gaveUpMs: AT_DEADLINE }),
  row('S07 slow first token', script('slow first content'), whole('A B'), { gaveUpMs: AT_DEADLINE }),
  row('S08 body cut', script('cut after content'), whole('A A B')),
  row('S09 headers, then silence', script('silence after headers'), whole('A B'), { gaveUpMs: AT_DEADLINE }),
  row('S09 half a body, then silence', script('stall after content'), whole('A B'), { gaveUpMs: AT_DEADLINE }),
  row('S09 a body that drips', script('drip'), whole('A B'), { gaveUpMs: AT_DEADLINE }),
  row('S10 malformed body', script('malformed body'), lost(UNAVAILABLE).other),
  row('S11 no [DONE]', script('ok'), whole('A')),
  row('S12 context length exceeded', script('400 context length'), whole('A B')),
  row('S13 content-filter rejection', script('400 content policy'), fails('content_policy_violation 400', 'A')),
  row('S14 fallback rejects prefill', { A: { answers: ['cut after content'] }, B: { answers: ['refuses prefill'] } }, whole('A A B')),
  row('S15 primary flaps', { A: { answers: ['503', '503', '503', 'ok'] } }, { gets: ['whole'], attempts: null }, { repeats: 12 }),
  row('S16 fail-over accounting', script('503'), whole('A A B')),
];
