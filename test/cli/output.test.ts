/** What is printed, and where: colours, tables on wide and narrow terminals, text from outside. */
import { describe, expect, it } from 'vitest';
import stringWidth from 'string-width';
import { hasColours, Output } from '../../src/cli/output.ts';
import { bold, red } from '../../src/cli/styled.ts';
import type { Column } from '../../src/cli/table.ts';

/** An output whose text is kept. @param columns absent = a pipe. */
function openOutput({
  columns,
  isJson = false,
  environment = {},
}: {
  columns?: number;
  isJson?: boolean;
  environment?: Record<string, string>;
}) {
  const printed = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => void (printed[name] += text),
    ...(columns === undefined ? {} : { isTTY: true, columns }),
  });
  return { printed, output: new Output({ stdout: stream('stdout'), stderr: stream('stderr') }, { isJson, environment }) };
}

const ESC = '\u001b';

describe('colours', () => {
  it('are printed to a terminal, and not to a pipe, with NO_COLOR or to a dumb terminal', () => {
    const terminal = { write: () => undefined, isTTY: true };
    expect(hasColours(terminal, {})).toBe(true);
    expect(hasColours(terminal, { NO_COLOR: '' })).toBe(true);
    expect(hasColours(terminal, { NO_COLOR: '1' })).toBe(false);
    expect(hasColours(terminal, { TERM: 'dumb' })).toBe(false);
    expect(hasColours({ write: () => undefined }, {})).toBe(false);
  });

  it('end where the styled text ends', () => {
    const { printed, output } = openOutput({ columns: 80 });
    output.line(red('bad'), ' good');
    expect(printed.stdout).toBe(`${ESC}[31mbad${ESC}[39m good\n`);
  });
});

describe('text from outside', () => {
  it('cannot move the cursor, set colours or begin a line', () => {
    const { printed, output } = openOutput({ columns: 80 });
    output.line(`a${ESC}[2Jb\r\nc\u009b31m`, bold(`${ESC}]0;title\u0007`));
    expect(printed.stdout).toBe(`a\\u001b[2Jb\\r\\nc\\u009b31m${ESC}[1m\\u001b]0;title\\u0007${ESC}[22m\n`);
  });
});

describe('with --json', () => {
  it('stdout has the document, and what is for people is not printed', () => {
    const { printed, output } = openOutput({ isJson: true });
    output.line('for people');
    output.table([{ title: 'A', cell: String }], ['for people']);
    output.note('a note');
    output.result({ value: 1 }, () => expect.unreachable());
    expect(JSON.parse(printed.stdout)).toEqual({ value: 1 });
    expect(printed.stderr).toBe('a note\n');
  });
});

describe('table', () => {
  type Row = { name: string; count: string };
  const columns: Column<Row>[] = [
    { title: 'NAME', cell: ({ name }) => name },
    { title: 'COUNT', cell: ({ count }) => count, align: 'right' },
  ];
  const rows = [
    { name: 'a', count: '1' },
    { name: '漢字 and more', count: '1,000' },
  ];

  it('aligns columns by their width on the terminal', () => {
    const { printed, output } = openOutput({ columns: 80, environment: { NO_COLOR: '1' } });
    output.table(columns, rows);
    const lines = printed.stdout.trimEnd().split('\n');
    expect(lines).toEqual(['NAME           COUNT', 'a                  1', '漢字 and more  1,000']);
    expect(new Set(lines.map((line) => stringWidth(line)))).toEqual(new Set([20]));
  });

  it('is a block of lines for each row where the terminal is too narrow, with nothing cut and nothing empty', () => {
    const { printed, output } = openOutput({ columns: 15, environment: { NO_COLOR: '1' } });
    output.table(columns, [...rows, { name: 'b', count: '' }]);
    expect(printed.stdout).toBe('NAME: a\nCOUNT: 1\n\nNAME: 漢字 and more\nCOUNT: 1,000\n\nNAME: b\n');
  });

  it('is as wide as its cells in a pipe', () => {
    const { printed, output } = openOutput({});
    output.table(columns, [{ name: 'x'.repeat(500), count: '1' }]);
    expect(printed.stdout.split('\n')[1]).toBe(`${'x'.repeat(500)}      1`);
  });
});

describe('progress', () => {
  it('is one line of a terminal that fits it, and is removed at the end', () => {
    const { printed, output } = openOutput({ columns: 40 });
    const progress = output.progress('Probing', 4);
    progress.step('temperature');
    progress.update(4, 'x'.repeat(100));
    progress.end();
    const frames = printed.stderr.split(`\r${ESC}[2K`).slice(1);
    expect(frames).toEqual([
      'Probing [....................] 0/4',
      'Probing [#####...............] 1/4 temp',
      'Probing [####################] 4/4 xxxx',
      '',
    ]);
    expect(printed.stdout).toBe('');
  });

  it('is not shown in a pipe', () => {
    const { printed, output } = openOutput({});
    const progress = output.progress('Probing', 4);
    progress.step();
    progress.end();
    expect(printed).toEqual({ stdout: '', stderr: '' });
  });
});
