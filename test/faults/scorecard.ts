/** The scorecard of the fault table, as lines for a terminal: a line for each case that went wrong, a total for each row, the public bar. */
import type { Row } from './expectation.ts';
import type { Outcome } from './run-case.ts';

const isGood = ({ complaints }: Outcome) => complaints.length === 0;

/** A total for each row, and below it what is not as expected. @param all what went well, too. */
export function scoreLines(outcomes: readonly Outcome[], all: boolean): string[] {
  const rows = Map.groupBy(outcomes, ({ one }) => one.row.name);
  return [...rows].flatMap(([name, own]) => {
    const good = own.filter(isGood).length;
    const mark = good === own.length ? 'pass' : 'FAIL';
    const unsure = own.some(({ one }) => one.row.unsure !== undefined) ? ' ?' : '';
    const head = `${mark}  ${`${good}/${own.length}`.padStart(5)}  ${name}${unsure}`;
    return [head, ...own.filter((outcome) => all || !isGood(outcome)).flatMap(caseLines)];
  });
}

function caseLines({ one, got, seen, complaints, tookMs }: Outcome): string[] {
  const place = `${one.setup} ${one.mode}`.padEnd(14);
  const said = `got ${got} [${seen}] in ${tookMs} ms, expected ${expectedOf(one.row, one.setup)}`;
  return [`              ${place} ${said}`, ...complaints.map((complaint) => `                             - ${complaint}`)];
}

function expectedOf({ setups }: Row, setup: keyof Row['setups']): string {
  const expected = setups[setup];
  return `${expected?.gets.join(' or ')} [${expected?.attempts?.join(' or ') ?? 'any'}]`;
}

/**
 * FailoverBench (https://github.com/failoverbench/failoverbench) has 16 faults. These are the ones that its scorecard of 2026-09-12 is
 * quoted about; what the other twelve are was not to be read where this was written, so their kinds are our own guess and have no number.
 */
const KNOWN: readonly Kind[] = [
  { kind: 'S07 slow first token', rows: ['slow first content', 'role only, then silence', 'keep-alives, then silence'] },
  { kind: 'S08 stream cut', rows: ['cut after content', 'reset after content', 'cut after content, once', 'unframed end'] },
  { kind: 'S09 stream stalls', rows: ['stall after content'] },
  { kind: 'S14 fallback refuses prefill', rows: ['prefill refused', 'prefill refused, other words'] },
];

const GUESSED: readonly Kind[] = [
  { kind: 'refused connection', rows: ['refused connection', 'DNS failure'] },
  { kind: 'reset', rows: ['reset before headers', 'reset before headers, once', 'reset after headers'] },
  { kind: 'hang', rows: ['silence before headers', 'silence after headers'] },
  { kind: '429 with Retry-After', rows: ['429 with seconds', '429 with seconds, once', '429 with a date, once', '429 with a long wait'] },
  { kind: '429 without', rows: ['429 without'] },
  { kind: '500', rows: ['500 once', '500 always'] },
  { kind: 'overload', rows: ['503', '529', '502 with HTML'] },
  { kind: 'bad key', rows: ['401 always', '401 for one key of two', '403'] },
  { kind: 'error inside 200', rows: ['error event first', 'error event later', 'empty 200'] },
  { kind: 'malformed stream', rows: ['malformed event once', 'malformed body', 'clean end without finish', 'no [DONE]'] },
  { kind: 'not to be retried', rows: ['400 bad request', '400 content policy', '400 context length'] },
  { kind: 'flapping', rows: ['flapping', 'no more than four'] },
];

type Kind = { kind: string; rows: readonly string[] };

/** How the rows that stand for the public bench went. */
export function failoverBenchLines(outcomes: readonly Outcome[]): string[] {
  return [
    'FailoverBench, the faults known by number:',
    ...KNOWN.map((kind) => kindLine(kind, outcomes)),
    'Likely kinds of its other twelve (a guess, to be checked against the bench itself):',
    ...GUESSED.map((kind) => kindLine(kind, outcomes)),
  ];
}

function kindLine({ kind, rows }: Kind, outcomes: readonly Outcome[]): string {
  const own = outcomes.filter(({ one }) => rows.includes(one.row.name));
  const verdict = own.length === 0 ? '-' : own.every(isGood) ? 'pass' : 'FAIL';
  return `  ${verdict.padEnd(5)} ${kind}: ${rows.join('; ')}`;
}
