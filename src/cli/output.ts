/**
 * Output of a command: results to stdout, everything else (progress, notes, errors) to stderr. With `--json`, stdout has JSON and nothing else.
 * Colours are for terminals only, and not where `NO_COLOR` is set (https://no-color.org, read 2026-12-01).
 */
import { styleText } from 'node:util';
import { toPrintable } from '../lib/printable.ts';
import { counted } from './counted.ts';
import { dim, plainText, type Text } from './styled.ts';
import { writeTable, type Column } from './table.ts';

/** What is needed of `process.stdout` and `process.stderr`. */
export type Stream = { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };

/** Where a command prints. */
export type OutputStreams = { readonly stdout: Stream; readonly stderr: Stream };

type Environment = Readonly<Record<string, string | undefined>>;

/** Longest text that is printed as one piece, in characters: a body of a request fits. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/** Prints for people, or as JSON. */
export class Output {
  /** `--json` was given. */
  readonly isJson: boolean;
  readonly #streams: OutputStreams;
  readonly #environment: Environment;

  constructor(streams: OutputStreams, options: { isJson: boolean; environment: Environment }) {
    this.#streams = streams;
    this.isJson = options.isJson;
    this.#environment = options.environment;
  }

  /** Prints the result of a command: the JSON document with `--json`, else what `print` prints. */
  result(document: unknown, print: () => void): void {
    if (this.isJson) this.#streams.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    else print();
  }

  /** Prints one entry of a stream of results, as a line of JSON; nothing without `--json`. */
  jsonLine(entry: unknown): void {
    if (this.isJson) this.#streams.stdout.write(`${JSON.stringify(entry)}\n`);
  }

  /** Prints a line of the result to stdout; nothing with `--json`. Control characters in it are escaped. */
  line(...texts: readonly Text[]): void {
    if (!this.isJson) this.#streams.stdout.write(`${this.#render(this.#streams.stdout, texts)}\n`);
  }

  /** Prints text of several lines to stdout as {@link line} does; nothing with `--json`. */
  lines(text: string): void {
    for (const line of text.split('\n')) this.line(line);
  }

  /** Prints a line of cells for another program, with tabs between them; nothing with `--json`. */
  tabbed(cells: readonly string[]): void {
    if (!this.isJson) this.#streams.stdout.write(`${cells.map((cell) => toPrintable(cell, MAX_CHARACTERS)).join('\t')}\n`);
  }

  /** Prints rows in columns to stdout; nothing with `--json`. On a narrow terminal each row is a block of lines: no cell is cut. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    if (this.isJson) return;
    for (const line of writeTable(columns, rows, this.width)) this.line(...line);
  }

  /** Prints a line for the user, which is no result, to stderr. */
  note(...texts: readonly Text[]): void {
    this.#streams.stderr.write(`${this.#render(this.#streams.stderr, texts)}\n`);
  }

  /** Columns of the terminal that stdout is; null where it is none. */
  get width(): number | null {
    const { stdout } = this.#streams;
    return stdout.isTTY === true ? (stdout.columns ?? 80) : null;
  }

  /** Shows how far a long command is, in one line of the terminal that is replaced; nothing where stderr is no terminal. */
  progress(label: string, total: number): Progress {
    return new Progress(this.#streams.stderr, { label, total, isShown: this.#streams.stderr.isTTY === true });
  }

  #render(stream: Stream, texts: readonly Text[]): string {
    const isColoured = hasColours(stream, this.#environment);
    return texts
      .map((text) => {
        const safe = toPrintable(plainText(text), MAX_CHARACTERS);
        return typeof text === 'string' || !isColoured || safe === '' ? safe : styleText(text.style, safe, { validateStream: false });
      })
      .join('');
  }
}

/** Whether colours are printed. An empty `NO_COLOR` counts as not set. */
export const hasColours = (stream: Stream, environment: Environment): boolean =>
  stream.isTTY === true && (environment['NO_COLOR'] ?? '') === '' && environment['TERM'] !== 'dumb';

const BAR_CELLS = 20;

/** A bar of characters: `[####....]`. @param part 0 to 1. */
export function barText(part: number): string {
  const filled = Math.round(BAR_CELLS * part);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_CELLS - filled)}]`;
}

/** One line of a terminal that shows how far a command is. */
export class Progress {
  readonly #stream: Stream;
  readonly #options: { readonly label: string; readonly total: number; readonly isShown: boolean };
  #done = 0;

  constructor(stream: Stream, options: { label: string; total: number; isShown: boolean }) {
    this.#stream = stream;
    this.#options = options;
    this.update(0);
  }

  /** Whether the line is shown. Where it is not, a long command may print plain lines. */
  get isShown(): boolean {
    return this.#options.isShown;
  }

  /** @param done steps that are done, of the total. @param text what is being done. */
  update(done: number, text = ''): void {
    this.#done = done;
    const { label, total, isShown } = this.#options;
    if (!isShown) return;
    const line = `${label} ${barText(total > 0 ? Math.min(1, done / total) : 0)} ${done}/${total} ${toPrintable(text, 200)}`;
    const width = (this.#stream.columns ?? 80) - 1;
    this.#stream.write(`\r\u001b[2K${line.slice(0, width).trimEnd()}`);
  }

  /** One more step is done. */
  step(text = ''): void {
    this.update(this.#done + 1, text);
  }

  /** Removes the line. */
  end(): void {
    if (this.#options.isShown) this.#stream.write('\r\u001b[2K');
  }
}

/** The line that ends a list: how many entries it has. */
export const countLine = (count: number, noun: string): Text => dim(counted(count, noun));
