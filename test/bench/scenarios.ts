/** What is measured, and what it may cost beside a peer. Rules of the comparison, no code that runs anything. */
import { HELLO, history } from './bodies.ts';
import type { Script } from './script.ts';
import type { RequestOptions, Provider } from './targets.ts';

/** One row of the table. */
export type Scenario = RequestOptions & {
  name: string;
  /** What the CPU is counted per. */
  unit: string;
  /** Units in one answer. */
  unitsPerAnswer: number;
  /** Answers in one round, before it is scaled: a quick run makes fewer, a long run more. */
  answers: number;
  /** Answers under way at a time. */
  atOnce: number;
  /** Milliseconds between the first starts. */
  staggerMs: number;
  /** Most CPU, as a multiple of that of the peer {@link PEER}; null = no target set. */
  wanted: number | null;
};

const KIB = 1024;
const EVENTS = 200;

/** Words, each an event and a frame of its own. */
export const WORD: Script = { events: EVENTS, characters: 0, perFrame: 1, frameBytes: 0, paceMs: 0, calls: 0 };
/** What differs from the ordinary. */
type Changes = Partial<Omit<Scenario, 'name'>>;

/** A small answer, but for the changes. */
export const basic = (name: string, changes: Changes = {}): Scenario => ({
  name,
  unit: 'request',
  unitsPerAnswer: 1,
  provider: 'openai',
  script: { ...WORD, events: 30 },
  stream: false,
  choices: 1,
  fields: HELLO,
  answers: 1500,
  atOnce: 16,
  staggerMs: 0,
  wanted: null,
  ...changes,
});

/** A stream of words, but for the changes. */
export const streamed = (name: string, script: Partial<Script>, changes: Changes = {}): Scenario => {
  const whole = { ...WORD, ...script };
  return basic(name, { script: whole, stream: true, unit: 'event', unitsPerAnswer: whole.events, answers: 96, ...changes });
};

const withText = (characters: number): Script => ({ ...WORD, events: 1, characters });

/** What is wanted of the forms of a stream. */
type StreamWanted = { burst: number; batched: number; paced: number; thousand: number | null };

/** The forms of a stream, of one provider. A few at a time show the time to the first content, a hundred the cost. */
const streams = (provider: Provider, prefix: string, { burst, batched, paced, thousand }: StreamWanted): Scenario[] => [
  streamed(`${prefix}stream, one event per frame`, {}, { provider, wanted: burst }),
  streamed(`${prefix}stream, 16 events per frame`, { perFrame: 16 }, { provider, answers: 240, wanted: batched }),
  streamed(
    `${prefix}stream, paced 20 ms, 100 at once`,
    { paceMs: 20, events: 50 },
    { provider, answers: 100, atOnce: 100, staggerMs: 3, wanted: paced },
  ),
  streamed(
    `${prefix}stream, paced 200 ms, 1000 at once`,
    { paceMs: 200, events: 10 },
    { provider, answers: 1000, atOnce: 1000, staggerMs: 2, wanted: thousand },
  ),
  streamed(`${prefix}stream, paced 20 ms, 10 at once`, { paceMs: 20, events: 25 }, { provider, answers: 20, atOnce: 10, staggerMs: 17 }),
];

/** The rows of the table. */
export const SCENARIOS: readonly Scenario[] = [
  basic('non-stream, 1 at once', { answers: 200, atOnce: 1, wanted: 0.82 }),
  basic('non-stream, 16 at once', { wanted: 0.75 }),
  basic('non-stream, 64 at once', { atOnce: 64 }),
  ...streams('openai', '', { burst: 0.57, batched: 0.38, paced: 0.86, thousand: 0.9 }),
  ...streams('anthropic', 'Anthropic, ', { burst: 0.48, batched: 0.35, paced: 0.88, thousand: null }),
  streamed('stream, n = 4 merged', {}, { provider: 'groq', choices: 4, unitsPerAnswer: 4 * EVENTS, answers: 8, atOnce: 4 }),
  basic('256 KB request', { fields: history(31, 8 * KIB), answers: 64, wanted: 0.8 }),
  basic('256 KB answer', { script: withText(256 * KIB), answers: 16, wanted: 0.6 }),
  basic('1 MiB answer', { script: withText(1024 * KIB), answers: 4, atOnce: 4 }),
];

/** What is measured for each kind of caller (`accounts.ts`): a small answer, where the cost of a request shows most. */
export const ACCOUNTS: readonly Scenario[] = [basic('accounts: non-stream, 16 at once')];

/** Streams that are held open while memory is measured. */
export const HELD: Scenario = streamed(
  '1000 streams held open',
  { events: 10, paceMs: 400 },
  { answers: 1000, atOnce: 1000, staggerMs: 1, wanted: 0.9 },
);

/** How many streams are open while the time to the first content of others is measured (`tail.ts`). */
export const TAIL_STREAMS = [10, 100, 1000];

/** Streams that follow each other, so many at a time. They begin evenly: each lane starts its first one in its turn. */
export function tailScenario(open: number, paceMs: number): Scenario {
  const events = 10;
  const changes = { answers: Math.max(300, 2 * open), atOnce: open, staggerMs: (events * paceMs) / open };
  return streamed(`tail: ${open} open streams`, { events, paceMs }, changes);
}

/** What is measured with ten times as much around a request (`growing.ts`). */
export const AROUND: Scenario = basic('non-stream, 16 at once');

/** The peer that the router is compared with, where `--target` has one of this name. */
export const PEER = 'portkey';

/** Most time of a cold start over an empty Worker's, as a multiple of the peer's. */
export const WANTED_START = 0.33;
