/**
 * Reads JSON that a person writes. It refuses what `JSON.parse` changes without a word: fields
 * that are there twice, and numbers with more digits than a double has.
 */
import { MAX_NESTING } from '../../lib/json.ts';

/** A place in a text, counted from 1. */
export type Place = { readonly line: number; readonly column: number };

/** A JSON text: its value, or what is wrong and where. */
export type JsonText =
  | { readonly isValid: true; readonly value: unknown }
  | { readonly isValid: false; readonly message: string; readonly place: Place };

/** Reads a text. */
export function readJsonText(text: string): JsonText {
  try {
    return { isValid: true, value: new Reader(text).document() };
  } catch (thrown) {
    if (!(thrown instanceof Mistake)) throw thrown;
    return { isValid: false, message: thrown.message, place: placeAt(text, thrown.offset) };
  }
}

/** `Line 3, column 5: ...`. */
export const describeMistake = ({ message, place }: { message: string; place: Place }): string =>
  `Line ${place.line}, column ${place.column}: ${message}`;

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

class Mistake extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

/** Recursive descent over RFC 8259's grammar. Strings and numbers are given to `JSON.parse`. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value(0);
    if (this.#next() !== undefined) throw this.#expected('the end of the text');
    return value;
  }

  #value(depth: number): unknown {
    if (depth > MAX_NESTING) throw new Mistake(`more than ${MAX_NESTING} levels of nesting.`, this.#at);
    const first = this.#next();
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    const word = this.#match(/[^\s,:{}[\]"]*/y);
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word)) return this.#number(word);
    this.#at -= word.length;
    throw this.#expected('a value');
  }

  #object(depth: number): unknown {
    const fields = new Map<string, unknown>();
    this.#at++;
    for (let separator = this.#next(); separator !== '}'; separator = this.#separator('}')) {
      if (this.#next() !== '"') throw this.#expected('a field name in double quotes');
      const start = this.#at;
      const name = this.#string();
      if (fields.has(name)) throw new Mistake(`the field ${JSON.stringify(name)} is there twice. Remove one.`, start);
      if (this.#next() !== ':') throw this.#expected(`a colon after ${JSON.stringify(name)}`);
      this.#at++;
      fields.set(name, this.#value(depth + 1));
    }
    this.#at++;
    return Object.fromEntries(fields);
  }

  #array(depth: number): unknown {
    const items: unknown[] = [];
    this.#at++;
    for (let separator = this.#next(); separator !== ']'; separator = this.#separator(']')) items.push(this.#value(depth + 1));
    this.#at++;
    return items;
  }

  /** Takes the comma before the next entry. Returns the closing bracket where the entries end. */
  #separator(closing: string): string | undefined {
    const found = this.#next();
    if (found === closing) return found;
    if (found !== ',') throw this.#expected(`a comma or ${closing}`);
    const comma = this.#at++;
    if (this.#next() === closing) throw new Mistake(`a comma before ${closing}. Remove it.`, comma);
    return ',';
  }

  #string(): string {
    const start = this.#at;
    const end = this.#closingQuote(start);
    if (end === null) throw new Mistake('a text without a closing quote.', start);
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, end + 1)) as string; // it begins with a quote
    } catch {
      throw new Mistake('a text with a line break, a control character or an unknown escape: write \\n, \\t, \\" or \\u0000.', start);
    }
  }

  /** Null = there is none. It is searched without a pattern: engines keep a step of it for each character, and a file of 20 MB has too many. */
  #closingQuote(start: number): number | null {
    for (let end = this.#text.indexOf('"', start + 1); end >= 0; end = this.#text.indexOf('"', end + 1)) {
      let first = end;
      while (this.#text[first - 1] === '\\') first--;
      if ((end - first) % 2 === 0) return end;
    }
    return null;
  }

  #number(source: string): number {
    const value = Number(source);
    const digits = source.replace(/[eE].*/, '').replaceAll(/[-.]|^-?[0.]+/g, '').length;
    if (Number.isFinite(value) && digits <= 17 && (Number.isSafeInteger(value) || !Number.isInteger(value) || /[eE]/.test(source)))
      return value;
    throw new Mistake(
      `${source.slice(0, 40)} has more digits than this page can keep. Send it with curl, or write it as a text.`,
      this.#at - source.length,
    );
  }

  #expected(what: string): Mistake {
    const found = this.#text[this.#at];
    return new Mistake(`expected ${what}, found ${found === undefined ? 'the end of the text' : JSON.stringify(found)}.`, this.#at);
  }

  /** Skips white space. Returns the next character; undefined = the end. */
  #next(): string | undefined {
    this.#match(/[ \t\r\n]*/y);
    return this.#text[this.#at];
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}
