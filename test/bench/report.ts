/** Figures to rows of text, and to what is written as JSON. Measures nothing. */
import { LIMITS, type Growth } from './scenarios.ts';
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
export function verdict(value: number | null, atMost: number | null): string {
  if (value === null || atMost === null) return '';
  return value <= atMost ? 'ok' : 'OVER';
}

/** CPU of a target as a multiple of the passthrough's. */
function cpuRatio({ cells }: Measurement, name: string): number | null {
  return medianRatio(cpu(cells[name]), cpu(cells[YARDSTICK]));
}

/** CPU per unit, and the ratio that counts, for one scenario. */
export function cpuRow(measured: Measurement): Row {
  const { scenario, cells } = measured;
  const others = Object.keys(cells).filter((name) => name !== YARDSTICK);
  const ours = cpuRatio(measured, OURS);
  return {
    scenario: scenario.name,
    'CPU per': scenario.unit,
    [YARDSTICK]: show(median(present(cpu(cells[YARDSTICK]))), ' us'),
    ...Object.fromEntries(
      others.map((name) => [name, `${show(median(present(cpu(cells[name]))), ' us')}  x${show(cpuRatio(measured, name))}`]),
    ),
    'at most': scenario.atMost === null ? '' : `x${scenario.atMost}`,
    '': verdict(ours, scenario.atMost),
  };
}

const firstContent = (cells: readonly Cell[] | undefined) => present((cells ?? []).map(({ firstContentMs }) => firstContentMs));

/** Milliseconds until the first content, for one scenario. Null where a target has none. */
function firstContentMs({ cells }: Measurement, name: string): number | null {
  return median(firstContent(cells[name]));
}

/** Times of one scenario: they are those of a crowded machine, so only the first content is held to a limit, and only of paced streams. */
export function timeRow(measured: Measurement): Row {
  const { scenario, cells } = measured;
  const [base, ours] = [firstContentMs(measured, YARDSTICK), firstContentMs(measured, OURS)];
  const isPaced = scenario.script.paceMs > 0;
  const later = base === null || ours === null ? null : ours - base;
  return {
    scenario: scenario.name,
    ...Object.fromEntries(
      Object.entries(cells).map(([name, own]) => [
        name,
        `${show(firstContentMs(measured, name))} / ${show(median(own.map(({ unitsPerSecond }) => unitsPerSecond)))}`,
      ]),
    ),
    'at most': isPaced ? `${LIMITS.firstContentLaterMs} ms later` : '',
    '': isPaced ? verdict(later, LIMITS.firstContentLaterMs) : '',
  };
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
      'at most': `x${LIMITS.growth}`,
      '': verdict(times, LIMITS.growth),
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
