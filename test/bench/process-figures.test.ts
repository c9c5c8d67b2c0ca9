/** Figures of the system about a process, as text. */
import { expect, it } from 'vitest';
import { cpuSeconds, parsePsTime, parseStat, residentBytes } from './process-figures.ts';

it('parseStat adds user and system time for any process name', () => {
  const fields = 'S 1 1 1 0 -1 4194304 100 0 0 0 250 50 7 7 20 0 1 0 100 1000 200';
  expect(parseStat(`42 (node) ${fields}`)).toBe(3);
  expect(parseStat(`42 (a) (b 1 2) ${fields}`)).toBe(3);
});

it('parsePsTime reads each form of a time', () => {
  expect(parsePsTime('  0:01.25\n')).toBe(1.25);
  expect(parsePsTime('00:01:05')).toBe(65);
  expect(parsePsTime('2-01:00:00')).toBe(2 * 86_400 + 3600);
});

it('cpuSeconds and residentBytes read this process', () => {
  expect(cpuSeconds(process.pid)).toBeGreaterThan(0);
  expect(residentBytes(process.pid)).toBeGreaterThan(1_000_000);
});
