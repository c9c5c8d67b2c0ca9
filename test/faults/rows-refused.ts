/** Rows of the fault table: an error status, or an error as the first event. The rules are at the top of `table.ts`. */
import { RETRY_AFTER } from './behaviours.ts';
import { everywhere, fails, final, lost, once, passed, script, UNAVAILABLE, whole, type Row } from './expectation.ts';

/** Refusals. */
export const REFUSED: readonly Row[] = [
  {
    name: 'error event first',
    reason: 'an error in the first event is an error before the answer; its code 500 counts as a 5xx',
    scripts: script('error event first'),
    setups: lost(UNAVAILABLE),
  },
  { name: '408', reason: 'a timeout of theirs', scripts: script('408'), setups: passed('timeout 408'), retryable: true },
  {
    name: '409',
    scripts: script('409'),
    setups: lost('provider_unavailable 409'),
    retryable: true,
  },
  {
    name: '425',
    scripts: script('425'),
    setups: lost('provider_unavailable 425'),
    retryable: true,
  },
  {
    name: '429 with seconds',
    scripts: script('429 with seconds'),
    againMs: [980, 3000],
    retryAfterSeconds: [1, 10],
    setups: lost('rate_limit_exceeded 429'),
  },
  { name: '429 with seconds, once', scripts: script('429 with seconds', 'ok'), againMs: [980, 3000], setups: once() },
  {
    name: '429 with a date, once',
    reason: 'a date has no fractions: 2 s ahead is between 1 and 2 s',
    scripts: script('429 with a date', 'ok'),
    againMs: [980, 4000],
    setups: once(),
  },
  {
    name: '429 with a long wait',
    reason: 'more than 10 s is not waited for; the client is told how long',
    scripts: script('429 with a long wait'),
    retryAfterSeconds: [RETRY_AFTER.long - 2, RETRY_AFTER.long],
    setups: passed('rate_limit_exceeded 429'),
  },
  {
    name: '429 without',
    reason: 'a 429 without a Retry-After is tried again after a backoff',
    scripts: script('429 without'),
    setups: lost('rate_limit_exceeded 429'),
  },
  {
    name: '429 for one key of two',
    reason: 'the other key is tried at once, in spite of the Retry-After of 30 s',
    scripts: script('429 for one key'),
    twoKeys: true,
    againMs: [0, 800],
    setups: everywhere(whole('A A')),
  },
  { name: '500 once', scripts: script('500', 'ok'), setups: once() },
  { name: '500 always', scripts: script('500'), setups: lost(UNAVAILABLE) },
  { name: '502 with HTML', scripts: script('502 with HTML'), setups: lost(UNAVAILABLE) },
  { name: '503', scripts: script('503'), setups: lost('provider_overloaded 503') },
  { name: '529', scripts: script('529'), setups: lost('provider_overloaded 529') },
  {
    name: '401 for one key of two',
    scripts: script('401 for one key'),
    twoKeys: true,
    againMs: [0, 800],
    setups: everywhere(whole('A A')),
  },
  {
    name: '401 always',
    reason: "the router's key, not the client's",
    scripts: script('401'),
    setups: passed(UNAVAILABLE),
    retryable: false,
  },
  { name: '403', scripts: script('403'), setups: passed(UNAVAILABLE), retryable: false },
  { name: '404 model', scripts: script('404 model'), setups: passed('not_found 404'), retryable: false },
  { name: '400 bad request', scripts: script('400 bad request'), setups: final('invalid_request 400'), retryable: false },
  {
    name: '400 context length',
    reason: 'another model may fit; the same one is not asked again',
    scripts: script('400 context length'),
    retryable: false,
    setups: {
      alone: fails('context_length_exceeded 400', 'A'),
      same: fails('context_length_exceeded 400', 'A'),
      other: whole('A B'),
    },
  },
  {
    name: '400 content policy',
    reason: 'a refusal is not shopped around',
    scripts: script('400 content policy'),
    setups: final('content_policy_violation 400'),
    retryable: false,
  },
  {
    name: 'redirect',
    reason: 'never followed: a key must not travel. It will be there at the next try too',
    scripts: script('redirect'),
    setups: passed(UNAVAILABLE),
  },
];
