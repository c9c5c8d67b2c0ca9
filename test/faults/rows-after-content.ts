/** Rows of the fault table: what happens after content has come, and how the answer goes on. The rules are at the top of `table.ts`. */
import { TEXT } from './answer-wire.ts';
import type { BehaviourName } from './behaviours.ts';
import { AT_DEADLINE, breaks, everywhere, lost, once, passed, script, SHORT, UNAVAILABLE, whole, type Row } from './expectation.ts';

/** A fault in the middle of a stream, at every try: restarted at the next candidate, whose text is the same; alone at the same endpoint. */
const later = (type: string): Row['setups'] => ({ alone: breaks(type, 'A A'), same: whole('A B'), other: whole('A B') });

const middle = (name: string, answer: BehaviourName, more: Partial<Row> = {}): Row => ({
  name,
  scripts: script(answer),
  modes: ['stream'],
  setups: later('provider_unavailable'),
  ...more,
});

/** Broken in the middle. */
export const IN_THE_MIDDLE: readonly Row[] = [
  middle('stall after content', 'stall after content', {
    reason: 'a timeout: never the same endpoint again',
    provider: SHORT,
    gaveUpMs: AT_DEADLINE,
    setups: { alone: breaks('timeout', 'A'), same: whole('A B'), other: whole('A B') },
  }),
  {
    name: 'stall after content',
    reason: 'nothing has been said to the client yet: as before content',
    scripts: script('stall after content'),
    modes: ['body'],
    provider: SHORT,
    gaveUpMs: AT_DEADLINE,
    setups: passed('timeout 504'),
  },
  middle('cut after content', 'cut after content'),
  { name: 'cut after content', scripts: script('cut after content'), modes: ['body'], setups: lost(UNAVAILABLE) },
  middle('reset after content', 'reset after content', {
    setups: { same: whole('A B'), other: whole('A B') },
    reason: 'a reset may swallow what was on its way, so the client may get more or less of it',
  }),
  {
    name: 'cut after content, once',
    reason: 'a stream that has begun is restarted at the next candidate; alone there is only the same endpoint',
    scripts: script('cut after content', 'ok'),
    modes: ['stream'],
    setups: { alone: whole('A A'), same: whole('A B'), other: whole('A B') },
  },
  {
    name: 'cut after content, once',
    reason: 'the client has nothing yet, so before another model the endpoint gets a second try',
    scripts: script('cut after content', 'ok'),
    modes: ['body'],
    setups: once(),
  },
  middle('unframed end', 'unframed end', { reason: 'looks like a clean end; only a finish reason is one' }),
  { name: 'unframed end', scripts: script('unframed end'), modes: ['body'], setups: lost(UNAVAILABLE) },
  middle('clean end without finish', 'clean end without finish'),
  { name: 'clean end without finish', scripts: script('clean end without finish'), modes: ['body'], setups: lost(UNAVAILABLE) },
  middle('cut inside a UTF-8 character', 'cut inside a character'),
  { name: 'cut inside a UTF-8 character', scripts: script('cut inside a character'), modes: ['body'], setups: lost(UNAVAILABLE) },
  middle('cut inside an SSE line', 'cut inside a line'),
  middle('error event later', 'error event later'),
  {
    name: 'malformed event once',
    reason: 'good events follow, so it is skipped',
    scripts: script('malformed event once'),
    modes: ['stream'],
    setups: everywhere(whole('A')),
  },
  { name: 'malformed body', scripts: script('malformed body'), modes: ['body'], setups: lost(UNAVAILABLE) },
  {
    name: 'no [DONE]',
    reason: 'a finish reason has come',
    scripts: script('no done'),
    modes: ['stream'],
    setups: everywhere(whole('A')),
  },
];

/** How a broken stream goes on, and when it does not. */
export const RESUMING: readonly Row[] = [
  {
    name: 'resume by prefill',
    reason: 'the model is known to take a prefill: continued, not asked anew',
    scripts: { A: { answers: ['cut after content', 'ok'], takesPrefill: true }, B: { answers: ['ok'], takesPrefill: true } },
    modes: ['stream'],
    prefilled: true,
    setups: { alone: whole('A A'), same: whole('A B'), other: whole('A B') },
  },
  {
    name: 'resume by prefill, inside a character',
    scripts: { A: { answers: ['cut inside a character', 'ok'], takesPrefill: true }, B: { answers: ['ok'], takesPrefill: true } },
    modes: ['stream'],
    prefilled: true,
    setups: { alone: whole('A A'), same: whole('A B') },
  },
  {
    name: 'prefill refused',
    reason: 'the file was wrong: restarted at the same endpoint without the prefill',
    scripts: { A: { answers: ['cut after content'] }, B: { answers: ['refuses prefill'] } },
    modes: ['stream'],
    setups: { same: whole('A B B'), other: whole('A B B') },
  },
  {
    name: 'prefill refused, other words',
    reason: 'the restart says something else: the first cause is told, not the refusal',
    scripts: { A: { answers: ['cut after content'] }, B: { answers: ['refuses prefill'], otherText: true } },
    modes: ['stream'],
    setups: { same: breaks('provider_unavailable', 'A B B A') },
  },
  {
    name: 'restart says other words',
    reason: 'what does not start with the text already sent is never shown',
    scripts: { A: { answers: ['cut after content'] }, B: { answers: ['ok'], otherText: true } },
    modes: ['stream'],
    setups: { same: breaks('provider_unavailable', 'A B A B') },
  },
  ...(
    [
      ['resume switched off', 'cut after content', { provider: { resume: false } }],
      ['cut with logprobs', 'cut after content', { request: { logprobs: true } }],
      [
        'cut in JSON by schema',
        'cut after content',
        { request: { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } } } },
      ],
      [
        'cut in a tool call',
        'cut in a tool call',
        { text: '', request: { tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }] } },
      ],
    ] as const
  ).map(([name, answer, more]): Row => ({
    name,
    reason: 'not resumed, by wish or because two halves would not fit',
    scripts: script(answer),
    modes: ['stream'],
    setups: everywhere(breaks('provider_unavailable', 'A')),
    ...more,
  })),
  {
    name: 'cut inside a stop sequence',
    reason: 'what is held back of it was never sent, so it is neither lost nor told twice',
    scripts: script('cut after one more word'),
    modes: ['stream'],
    request: { stop: ['carries 🌊 after'] },
    parameters: { stop: false },
    text: TEXT.slice(0, TEXT.indexOf('carries')),
    setups: { same: whole('A B') },
  },
];
