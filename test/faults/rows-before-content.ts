/** Rows of the fault table: what happens before any content has come. The rules are at the top of `table.ts`. */
import { AT_DEADLINE, breaks, everywhere, lost, once, passed, script, SHORT, UNAVAILABLE, whole, type Row } from './expectation.ts';

/** Never reached, or lost before an answer. */
export const UNREACHED: readonly Row[] = [
  { name: 'ok', scripts: script('ok'), setups: everywhere(whole('A')) },
  {
    name: 'refused connection',
    reason: 'the runtime tells it from a reset in no way, so it is treated as one',
    scripts: { A: { answers: ['ok'], absent: 'refused' } },
    setups: lost(UNAVAILABLE),
  },
  {
    name: 'DNS failure',
    reason: 'the runtime tells it from a lost connection only by its text, so it is treated as one',
    scripts: { A: { answers: ['ok'], absent: 'dns failure' } },
    setups: lost(UNAVAILABLE),
  },
  { name: 'reset before headers', scripts: script('reset before headers'), setups: lost(UNAVAILABLE) },
  { name: 'reset before headers, once', scripts: script('reset before headers', 'ok'), setups: once() },
  { name: 'reset after headers', scripts: script('reset after headers'), setups: lost(UNAVAILABLE) },
];

/** Too slow. */
export const SLOW: readonly Row[] = [
  {
    name: 'silence before headers',
    scripts: script('silence before headers'),
    provider: SHORT,
    gaveUpMs: AT_DEADLINE,
    setups: passed('timeout 504'),
  },
  {
    name: 'silence after headers',
    scripts: script('silence after headers'),
    provider: SHORT,
    gaveUpMs: AT_DEADLINE,
    setups: passed('timeout 504'),
  },
  {
    name: 'slow first content',
    reason: 'a second candidate takes over at the deadline',
    scripts: script('slow first content'),
    provider: SHORT,
    gaveUpMs: AT_DEADLINE,
    setups: { same: whole('A B'), other: whole('A B') },
  },
  {
    name: 'slow first content, default deadlines',
    reason: 'four seconds are no failure: no deadline may pass',
    scripts: script('slow first content'),
    setups: everywhere(whole('A')),
  },
  {
    name: 'role only, then silence',
    reason: 'a role is no content, so it does not commit and does not reset the deadline',
    scripts: script('role only, then silence'),
    modes: ['stream'],
    provider: SHORT,
    gaveUpMs: AT_DEADLINE,
    setups: passed('timeout 504'),
  },
  {
    name: 'keep-alives, then silence',
    reason: 'comments come every 100 ms and do not reset the deadline',
    scripts: script('keep-alives, then silence'),
    modes: ['stream'],
    provider: SHORT,
    gaveUpMs: AT_DEADLINE,
    setups: passed('timeout 504'),
  },
  {
    name: 'total deadline',
    reason: 'the total is of the request, not of an attempt: no other endpoint is called after it',
    scripts: script('slow words'),
    modes: ['stream'],
    provider: { timeouts: { total_ms: 500 } },
    gaveUpMs: [350, 1300],
    setups: { alone: breaks('timeout', 'A'), same: breaks('timeout', 'A') },
  },
];

/** Answers in an unusual form. */
export const ODD_FORMS: readonly Row[] = [
  { name: 'gzip body', reason: 'the runtime unpacks it', scripts: script('gzip body'), setups: everywhere(whole('A')) },
  {
    name: 'wrong content type',
    reason: 'what it is, its first character says',
    scripts: script('wrong content type'),
    setups: everywhere(whole('A')),
  },
  { name: 'empty 200', scripts: script('empty 200'), setups: lost(UNAVAILABLE) },
  {
    name: 'large headers',
    reason: '64 KiB is within what the runtime reads',
    scripts: script('large headers'),
    setups: everywhere(whole('A')),
  },
  {
    name: 'huge headers',
    reason: '1 MiB is more than the runtime reads (workerd of 2026-11-02: between 256 and 512 KiB): the connection is lost',
    scripts: script('huge headers'),
    setups: lost(UNAVAILABLE),
  },
];
