/**
 * The fault table: one row per fault, with what the client gets and who is asked, by DESIGN.md section 7. The rules behind it:
 * an attempt commits at its first content; before that another provider of the same model is tried at once; before another model, and
 * before giving up, the failed endpoint gets one more try after a 5xx or a lost connection, or after a 429 whose `Retry-After` is at
 * most 10 s (waited for), never after a timeout; other 4xx are final, except 401, 403, 404 (the provider's) and context length (the
 * next model). After commit: continue by prefill, else restart and match, else a typed error.
 */
import { everywhere, fails, leaves, script, UNAVAILABLE, whole, type Row } from './expectation.ts';
import { IN_THE_MIDDLE, RESUMING } from './rows-after-content.ts';
import { ODD_FORMS, SLOW, UNREACHED } from './rows-before-content.ts';
import { REFUSED } from './rows-refused.ts';

const TOGETHER: readonly Row[] = [
  {
    name: 'flapping',
    reason: 'every second request fails for a while: the client sees none of it',
    scripts: { A: { answers: Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? '500' : 'ok')) } },
    repeats: 8,
    setups: everywhere({ gets: ['whole'], attempts: null }),
  },
  {
    name: 'all fail',
    reason: 'the first cause leads; the others are in the attempts',
    scripts: { A: { answers: ['503'] }, B: { answers: ['401'] } },
    setups: { same: fails('provider_overloaded 503', 'A B'), other: fails('provider_overloaded 503', 'A A B') },
  },
  {
    name: 'refusal after a failure',
    reason: 'B says that the request is wrong, and the first cause still leads',
    scripts: { A: { answers: ['503'] }, B: { answers: ['400 bad request'] } },
    setups: { same: fails('provider_overloaded 503', 'A B') },
  },
  {
    name: 'no more than four',
    reason: 'four attempts in all',
    scripts: { A: { answers: ['500'] }, B: { answers: ['500'] }, C: { answers: ['500'] }, D: { answers: ['500'] } },
    setups: { many: fails(UNAVAILABLE, 'A A B B') },
  },
  {
    name: 'same model, then another',
    reason: 'before another model the endpoint that failed last is tried once more',
    scripts: { A: { answers: ['500'] }, B: { answers: ['500'] } },
    setups: { mixed: whole('A B B C') },
  },
  {
    name: 'fallbacks forbidden, with an order',
    reason: 'allow_fallbacks false: only those of provider.order, in order',
    scripts: script('500'),
    provider: { allow_fallbacks: false },
    setups: { same: whole('A B') },
  },
  {
    name: 'fallbacks forbidden',
    reason: 'allow_fallbacks false without an order: the first endpoint or nothing; a second try there is no fallback',
    scripts: { A: { answers: ['500'] }, B: { answers: ['500'] } },
    provider: { allow_fallbacks: false, order: [] },
    setups: { other: fails(UNAVAILABLE, 'A A') },
  },
];

const CLIENT_GONE: readonly Row[] = [
  {
    name: 'client leaves before content',
    scripts: script('silence before headers'),
    leaving: { afterMs: 250 },
    lastOne: { over: 'left', withinMs: 1500 },
    quietMs: 600,
    setups: { same: leaves('A'), other: leaves('A') },
  },
  {
    name: 'client leaves after content',
    scripts: script('stall after content'),
    modes: ['stream'],
    leaving: 'with the first content',
    lastOne: { over: 'left', withinMs: 1500 },
    quietMs: 600,
    setups: { same: leaves('A'), other: leaves('A') },
  },
  {
    name: 'client leaves while we wait to try again',
    scripts: script('429 with a bearable wait', 'ok'),
    leaving: { afterMs: 1000 },
    quietMs: 5000,
    setups: { alone: leaves('A'), other: leaves('A') },
  },
  {
    name: 'client leaves, drained',
    reason: 'on_disconnect "drain": read to the end for the bill',
    scripts: script('slow words'),
    modes: ['stream'],
    provider: { on_disconnect: 'drain' },
    leaving: 'with the first content',
    lastOne: { over: 'finished', withinMs: 4000 },
    setups: { same: leaves('A') },
  },
];

/** All rows. */
export const TABLE: readonly Row[] = [
  ...UNREACHED,
  ...SLOW,
  ...IN_THE_MIDDLE,
  ...RESUMING,
  ...REFUSED,
  ...ODD_FORMS,
  ...TOGETHER,
  ...CLIENT_GONE,
];
