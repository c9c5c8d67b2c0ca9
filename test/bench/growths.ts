/** What is measured at its ordinary size and ten times as large. */
import { calls, history, parts, strangeFields, tools } from './bodies.ts';
import { basic, streamed, WORD, type Scenario } from './scenarios.ts';

const KIB = 1024;

/** Something at its ordinary size and ten times as large. */
export type Growth = { name: string; unit: string; once: Scenario; tenfold: Scenario };

/** Most cost of each piece where there is ten times as much, as a multiple. A quarter is noise. */
export const MAX_GROWTH = 1.25;

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
    basic('', { script: { ...WORD, events: 1, calls: 900 * times }, unitsPerAnswer: 900 * times, answers: 40 / times }),
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
