/** Rows of the fault table: what happens after content has come, and how the answer goes on. The rules are at the top of `table.ts`. */
import { TEXT } from './answer-wire.ts';
import type { BehaviourName } from './behaviours.ts';
import {
  AT_DEADLINE,
  breaks,
  everywhere,
  lost,
  NO_ANSWER,
  ODD,
  passed,
  script,
  SHORT,
  UNAVAILABLE,
  whole,
  type Row,
} from './expectation.ts';

/** A fault in the middle of a stream, at every try: restarted at the second candidate, whose text is the same. */
const later = (type: string): Row['setups'] => ({
  alone: breaks(type, 'A A', 'A'),
  same: whole('A B'),
  other: whole('A A B', 'A B'),
});

const RESTARTED =
  'whether a restart asks the same endpoint again, alone or before another model, is not said; a lasting fault ends the same way';

const middle = (name: string, answer: BehaviourName, more: Partial<Row> = {}): Row => ({
  name,
  unsure: RESTARTED,
  scripts: script(answer),
  modes: ['stream'],
  setups: later('provider_unavailable'),
  ...more,
});

/** Broken in the middle. */
export const IN_THE_MIDDLE: readonly Row[] = [
  middle('stall after content', 'stall after content', {
    reason: 'a timeout: never the same endpoint again',
    unsure: 'that a restart may go to another model is read out of "ask again"',
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
    setups: { same: whole('A B'), other: whole('A A B', 'A B') },
    reason: 'a reset may swallow what was on its way, so the client may get more or less of it',
  }),
  {
    name: 'cut after content, once',
    reason: 'alone there is only the same endpoint to restart at, and before another model it is worth a second try',
    scripts: script('cut after content', 'ok'),
    setups: { alone: whole('A A'), same: whole('A B'), other: whole('A A', 'A B') },
  },
  middle('unframed end', 'unframed end', { reason: 'looks like a clean end; only a finish reason is one' }),
  { name: 'unframed end', unsure: NO_ANSWER, scripts: script('unframed end'), modes: ['body'], setups: ODD },
  middle('clean end without finish', 'clean end without finish'),
  { name: 'clean end without finish', unsure: NO_ANSWER, scripts: script('clean end without finish'), modes: ['body'], setups: ODD },
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
  { name: 'malformed body', unsure: NO_ANSWER, scripts: script('malformed body'), modes: ['body'], setups: ODD },
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
    setups: { alone: whole('A A'), same: whole('A B'), other: whole('A A', 'A B') },
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
    unsure: 'that a refused prefill is followed by a restart there, and not by giving up, is read out of "else"',
    scripts: { A: { answers: ['cut after content'] }, B: { answers: ['refuses prefill'] } },
    modes: ['stream'],
    setups: { same: whole('A B B'), other: whole('A B B', 'A A B B', 'A B A B') },
  },
  {
    name: 'prefill refused, other words',
    reason: 'the restart says something else: the first cause is told, not the refusal',
    scripts: { A: { answers: ['cut after content'] }, B: { answers: ['refuses prefill'], otherText: true } },
    modes: ['stream'],
    setups: { same: breaks('provider_unavailable', 'A B', 'A B B', 'A B A', 'A B B A', 'A B A B') },
  },
  {
    name: 'restart says other words',
    reason: 'what does not start with the text already sent is never shown',
    unsure: 'how many restarts are tried is not said',
    scripts: { A: { answers: ['cut after content'] }, B: { answers: ['ok'], otherText: true } },
    modes: ['stream'],
    setups: { same: breaks('provider_unavailable', 'A B', 'A B A', 'A B B', 'A B A B') },
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
