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
    const head = `${mark}  ${`${good}/${own.length}`.padStart(5)}  ${name}`;
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
  return `${expected?.gets.join(' or ')} [${expected?.attempts ?? 'any'}]`;
}

/** The sixteen faults of FailoverBench (scenarios/catalogue.yaml at commit 2b80bfc, read 2026-11-30), and the rows that are like them. */
const KINDS: readonly Kind[] = [
  { kind: 'S01 429 with Retry-After', rows: ['429 with seconds, once', '429 with a date, once'] },
  { kind: 'S02 429 without Retry-After, persistent', rows: ['429 without'] },
  { kind: 'S03 500 once, then healthy', rows: ['500 once'] },
  { kind: 'S04 503 persistent', rows: ['503', '529'] },
  { kind: 'S05 TCP reset before headers', rows: ['reset before headers, once', 'reset before headers', 'refused connection'] },
  { kind: 'S06 no response at all', rows: ['silence before headers', 'silence after headers'] },
  { kind: 'S07 slow first token', rows: ['slow first content', 'role only, then silence', 'keep-alives, then silence'] },
  { kind: 'S08 stream cut', rows: ['cut after content', 'reset after content', 'cut after content, once', 'unframed end'] },
  { kind: 'S09 stream stalls', rows: ['stall after content'] },
  { kind: 'S10 malformed chunk', rows: ['malformed event once', 'malformed body'] },
  { kind: 'S11 no [DONE]', rows: ['no [DONE]'] },
  { kind: 'S12 context length exceeded', rows: ['400 context length'] },
  { kind: 'S13 content-filter rejection', rows: ['400 content policy'] },
  { kind: 'S14 fallback rejects prefill', rows: ['prefill refused', 'prefill refused, other words'] },
  { kind: 'S15 primary flaps', rows: ['flapping'] },
  { kind: 'S16 fail-over accounting', rows: ['503'] },
];

type Kind = { kind: string; rows: readonly string[] };

/** How the rows that stand for the public bench went. */
export function failoverBenchLines(outcomes: readonly Outcome[]): string[] {
  return ['FailoverBench (without a stream: test/e2e/failover-bench.test.ts):', ...KINDS.map((kind) => kindLine(kind, outcomes))];
}

function kindLine({ kind, rows }: Kind, outcomes: readonly Outcome[]): string {
  const own = outcomes.filter(({ one }) => rows.includes(one.row.name));
  const verdict = own.length === 0 ? '-' : own.every(isGood) ? 'pass' : 'FAIL';
  return `  ${verdict.padEnd(5)} ${kind}: ${rows.join('; ')}`;
}
