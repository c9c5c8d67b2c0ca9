/** What is measured, and what it may cost at most. Rules of the comparison, no code that runs anything. */
import { prose, type Script } from './script.ts';
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
  /** Most CPU, as a multiple of the passthrough's; null = no target set. */
  atMost: number | null;
};

/** Something at its ordinary size and ten times as large. */
export type Growth = { name: string; unit: string; once: Scenario; tenfold: Scenario };

const KIB = 1024;
const EVENTS = 200;

const word: Script = { events: EVENTS, characters: 0, perFrame: 1, frameBytes: 0, paceMs: 0, calls: 0 };
const hello = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Tell me about two rivers.' },
  ],
};

/** What differs from the ordinary. */
type Changes = Partial<Omit<Scenario, 'name'>>;

const basic = (name: string, changes: Changes = {}): Scenario => ({
  name,
  unit: 'request',
  unitsPerAnswer: 1,
  provider: 'openai',
  script: { ...word, events: 30 },
  stream: false,
  choices: 1,
  fields: hello,
  answers: 1500,
  atOnce: 16,
  staggerMs: 0,
  atMost: null,
  ...changes,
});

const streamed = (name: string, script: Partial<Script>, changes: Changes = {}): Scenario => {
  const whole = { ...word, ...script };
  return basic(name, { script: whole, stream: true, unit: 'event', unitsPerAnswer: whole.events, answers: 96, ...changes });
};

const withText = (characters: number): Script => ({ ...word, events: 1, characters });

/** A conversation of so many messages of so many characters. */
const history = (messages: number, characters: number) => ({
  messages: Array.from({ length: messages }, (_, place) => ({ role: place % 2 === 0 ? 'user' : 'assistant', content: prose(characters) })),
});

const tools = (count: number) => ({
  ...hello,
  tools: Array.from({ length: count }, (_, place) => ({
    type: 'function',
    function: {
      name: `measure_river_${place}`,
      description: prose(120),
      parameters: {
        type: 'object',
        properties: {
          river: { type: 'string', description: 'Its name.' },
          unit: { type: 'string', enum: ['m3/s', 'l/s'] },
          at: { type: 'object', properties: { lat: { type: 'number' }, lon: { type: 'number' } }, required: ['lat', 'lon'] },
        },
        required: ['river'],
      },
    },
  })),
});

/** A turn of so many tool calls and their results. Their ids become one where only letters, digits, _ and - are taken. */
const calls = (count: number) => {
  const ids = Array.from({ length: count }, (_, place) => place.toString(2).padStart(16, '0').replaceAll('0', '.').replaceAll('1', ':'));
  const called = ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } }));
  const results = ids.map((id) => ({ role: 'tool', tool_call_id: id, content: 'done' }));
  return { messages: [...hello.messages, { role: 'assistant', content: null, tool_calls: called }, ...results] };
};

/** A message of so many fields that no format knows. */
const strangeFields = (count: number) => {
  const fields = Object.fromEntries(Array.from({ length: count }, (_, place) => [`field_${place}`, 1]));
  return { messages: [{ role: 'user', content: 'Tell me about two rivers.', ...fields }] };
};

/** A message of so many texts. */
const parts = (count: number) => ({
  messages: [{ role: 'user', content: Array.from({ length: count }, () => ({ type: 'text', text: 'Tell me about two rivers.' })) }],
});

/** The forms of a stream, of one provider. A few at a time show the time to the first content, a hundred the cost. */
const streams = (provider: Provider, prefix: string): Scenario[] => [
  streamed(`${prefix}stream, one event per frame`, {}, { provider, atMost: 2.8 }),
  streamed(`${prefix}stream, 16 events per frame`, { perFrame: 16 }, { provider, answers: 240, atMost: 3.2 }),
  streamed(
    `${prefix}stream, paced 20 ms, 100 at once`,
    { paceMs: 20, events: 50 },
    { provider, answers: 100, atOnce: 100, staggerMs: 3, atMost: 2.8 },
  ),
  streamed(
    `${prefix}stream, paced 200 ms, 1000 at once`,
    { paceMs: 200, events: 10 },
    { provider, answers: 1000, atOnce: 1000, staggerMs: 2 },
  ),
  streamed(`${prefix}stream, paced 20 ms, 10 at once`, { paceMs: 20, events: 25 }, { provider, answers: 20, atOnce: 10, staggerMs: 17 }),
];

/** The rows of the table. */
export const SCENARIOS: readonly Scenario[] = [
  basic('non-stream, 1 at once', { answers: 200, atOnce: 1 }),
  basic('non-stream, 16 at once', { atMost: 1.5 }),
  basic('non-stream, 64 at once', { atOnce: 64 }),
  ...streams('openai', ''),
  ...streams('anthropic', 'Anthropic, '),
  streamed('stream, n = 4 merged', {}, { provider: 'groq', choices: 4, unitsPerAnswer: 4 * EVENTS, answers: 8, atOnce: 4 }),
  basic('256 KB request', { fields: history(31, 8 * KIB), answers: 64, atMost: 2.4 }),
  basic('256 KB answer', { script: withText(256 * KIB), answers: 16, atMost: 3 }),
  basic('1 MiB answer', { script: withText(1024 * KIB), answers: 4, atOnce: 4 }),
];

/** What is measured for each kind of caller (`accounts.ts`): a small answer, where the cost of a request shows most. */
export const ACCOUNTS: readonly Scenario[] = [basic('accounts: non-stream, 16 at once')];

const grown = (name: string, unit: string, size: (times: number) => Scenario): Growth => ({
  name,
  unit,
  once: { ...size(1), name: `${name}, 1x`, unit },
  tenfold: { ...size(10), name: `${name}, 10x`, unit },
});

/** What must cost ten times as much, and no more, when there is ten times as much of it. */
export const GROWTHS: readonly Growth[] = [
  grown('events of a stream, 100', 'event', (times) => streamed('', { events: 100 * times }, { answers: 40 / times })),
  grown('messages of a request, 300', 'message', (times) =>
    basic('', { fields: history(300 * times, 100), unitsPerAnswer: 300 * times, answers: 40 / times }),
  ),
  grown('tools of a request, 100', 'tool', (times) =>
    basic('', { fields: tools(100 * times), unitsPerAnswer: 100 * times, answers: 40 / times }),
  ),
  grown('content parts of a message, 900', 'part', (times) =>
    basic('', { fields: parts(900 * times), unitsPerAnswer: 900 * times, answers: 40 / times }),
  ),
  grown('tool calls of ids that collide, 300', 'call', (times) =>
    basic('', { provider: 'anthropic', fields: calls(300 * times), unitsPerAnswer: 300 * times, answers: 40 / times }),
  ),
  grown('tool calls of a streamed answer, 300', 'call', (times) =>
    streamed('', { events: 1, calls: 300 * times }, { unitsPerAnswer: 300 * times, answers: 40 / times }),
  ),
  grown('tool calls of a whole answer, 900', 'call', (times) =>
    basic('', { script: { ...word, events: 1, calls: 900 * times }, unitsPerAnswer: 900 * times, answers: 40 / times }),
  ),
  grown('unknown fields of a message, 900', 'field', (times) =>
    basic('', { provider: 'anthropic', fields: strangeFields(900 * times), unitsPerAnswer: 900 * times, answers: 40 / times }),
  ),
  grown('open streams, 100', 'event', (times) =>
    streamed('', { events: 5, paceMs: 200 }, { answers: 100 * times, atOnce: 100 * times, staggerMs: 1 }),
  ),
  grown('one event in reads of 1 KiB, 100 KiB', 'KiB', (times) =>
    streamed(
      '',
      { events: 1, characters: 100 * KIB * times, frameBytes: KIB },
      { unitsPerAnswer: 100 * times, answers: 40 / times, atOnce: 4 },
    ),
  ),
];

/** Streams that are held open while memory is measured. */
export const HELD: Scenario = streamed(
  '1000 streams held open',
  { events: 10, paceMs: 400 },
  { answers: 1000, atOnce: 1000, staggerMs: 1, atMost: 3 },
);

/** Limits of what is not a ratio of CPU. */
export const LIMITS = { firstContentLaterMs: 2, coldStartLaterMs: 25, gzipBytes: 60 * KIB, growth: 1.25 };
