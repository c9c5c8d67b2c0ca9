/** Figures to rows of text, and to what is written as JSON. Measures nothing. */
import { MAX_GROWTH, type Growth } from './growths.ts';
import { PEER } from './scenarios.ts';
import type { Cell, Measurement } from './measure.ts';
import { median, medianRatio, present } from './statistics.ts';

/** A row of a table: text under the names of its columns. */
export type Row = Record<string, string>;

const YARDSTICK = 'passthrough';
const OURS = 'tributary';

const cpu = (cells: readonly Cell[] | undefined) => (cells ?? []).map(({ cpuMicrosecondsPerUnit }) => cpuMicrosecondsPerUnit);

/** A figure in three digits or so; a dash where there is none. */
export function show(value: number | null, unit = ''): string {
  if (value === null) return '-';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit}`;
}

/** Whether a figure keeps its limit, in a word. */
function verdict(value: number | null, atMost: number | null): string {
  if (value === null || atMost === null) return '';
  return value <= atMost ? 'ok' : 'OVER';
}

/** CPU of a target as a multiple of the passthrough's. */
function cpuRatio({ cells }: Measurement, name: string): number | null {
  return medianRatio(cpu(cells[name]), cpu(cells[YARDSTICK]));
}

/** The columns of a row that has a target: ours as a multiple of the peer's, what is wanted, and whether it is. Empty without the peer. */
export function wantedCells(values: Readonly<Record<string, readonly (number | null)[]>>, atMost: number | null): Row {
  const peer = values[PEER];
  if (peer === undefined) return {};
  const ratio = medianRatio(values[OURS] ?? [], peer);
  return { [`of ${PEER}`]: `x${show(ratio)}`, wanted: atMost === null ? '' : `x${atMost}`, '': verdict(ratio, atMost) };
}

/** CPU per unit, and the ratio that counts, for one scenario. */
export function cpuRow(measured: Measurement): Row {
  const { scenario, cells } = measured;
  const others = Object.keys(cells).filter((name) => name !== YARDSTICK);
  return {
    scenario: scenario.name,
    'CPU per': scenario.unit,
    [YARDSTICK]: show(median(present(cpu(cells[YARDSTICK]))), ' us'),
    ...Object.fromEntries(
      others.map((name) => [name, `${show(median(present(cpu(cells[name]))), ' us')}  x${show(cpuRatio(measured, name))}`]),
    ),
    ...wantedCells(Object.fromEntries(Object.entries(cells).map(([name, own]) => [name, cpu(own)])), scenario.wanted),
  };
}

/** A median of the rounds of a target. */
const middle = (cells: readonly Cell[], of: (cell: Cell) => number | null): string => show(median(present(cells.map(of))));

/** Times of one scenario, for each target: they are those of a crowded machine. */
export function timeRow({ scenario, cells }: Measurement): Row {
  const times = Object.entries(cells).map(([name, own]) => {
    const first = `${middle(own, (cell) => cell.firstContentMs)} / ${middle(own, (cell) => cell.firstContentP99Ms)}`;
    return [name, `${first}; ${middle(own, (cell) => cell.totalP99Ms)}; ${middle(own, (cell) => cell.unitsPerSecond)}`];
  });
  return { scenario: scenario.name, ...Object.fromEntries(times) };
}

/** CPU per unit of something at its ordinary size and ten times as large, for each target. */
export function growthRows(growth: Growth, once: Measurement, tenfold: Measurement): Row[] {
  return Object.keys(once.cells).map((name) => {
    const times = medianRatio(cpu(tenfold.cells[name]), cpu(once.cells[name]));
    return {
      'what grows': growth.name,
      target: name,
      'CPU per': growth.unit,
      '1x': show(median(present(cpu(once.cells[name]))), ' us'),
      '10x': show(median(present(cpu(tenfold.cells[name]))), ' us'),
      ratio: `x${show(times)}`,
      'at most': `x${MAX_GROWTH}`,
      '': verdict(times, MAX_GROWTH),
    };
  });
}

/** The rows of a scenario: one for each kind of caller, beside the first. */
export function accountRows({ scenario, cells }: Measurement): Row[] {
  const [first = []] = Object.values(cells);
  return Object.entries(cells).map(([caller, own]) => {
    const more = median(present(own.map((cell, round) => differenceOf(cell, first[round]))));
    return {
      caller,
      [`us per ${scenario.unit}`]: show(median(present(cpu(own)))),
      more: show(more, ' us'),
      'ms to the answer': show(median(own.map(({ totalMs }) => totalMs ?? Infinity))),
    };
  });
}

function differenceOf({ cpuMicrosecondsPerUnit: own }: Cell, other: Cell | undefined): number | null {
  const base = other?.cpuMicrosecondsPerUnit ?? null;
  return own === null || base === null ? null : own - base;
}

/** CPU of a request with something around it, and with ten times as much: the two targets of a measurement. */
export function aroundRow(name: string, { scenario, cells }: Measurement): Row {
  const [once = [], tenfold = []] = Object.values(cells);
  const times = medianRatio(cpu(tenfold), cpu(once));
  return {
    'what grows': name,
    'CPU per': scenario.unit,
    '1x': show(median(present(cpu(once))), ' us'),
    '10x': show(median(present(cpu(tenfold))), ' us'),
    ratio: `x${show(times)}`,
    'at most': `x${MAX_GROWTH}`,
    '': verdict(times, MAX_GROWTH),
  };
}
