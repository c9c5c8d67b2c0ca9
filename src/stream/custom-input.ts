/**
 * Reads the input of a custom tool that was called as a function: the text in `{"input": "..."}`, while it arrives. A model may also write the
 * bare text. Pure.
 */
import { isObject } from '../lib/json.ts';
import { KeptText } from '../unified/response/kept-text.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';

/** Decodes the arguments of one call. The texts that both functions return are the input, in order. */
export interface CustomInputDecoder {
  /** @throws RouterError when the budget is used up. */
  push(piece: string): string;
  /** The arguments are complete. */
  end(): string;
}

/** What the arguments begin with when the text is read while it arrives. */
const OPENING = /^\s*\{\s*"input"\s*:\s*"/;

/** Beginnings of {@link OPENING}, the whole one included. */
const IN_OPENING = /^\s*(?:\{\s*(?:"(?:i(?:n(?:p(?:u(?:t(?:"\s*(?::\s*"?)?)?)?)?)?)?)?)?)?$/;

/**
 * `opening`: before the text. `text`: in it. `rest`: behind its closing quote. `bare`: text that is no JSON. `whole`: read at the end.
 */
type State = 'opening' | 'text' | 'rest' | 'bare' | 'whole';

/** @param budget memory budget of the answer, for arguments that can be read only as a whole. */
export function createCustomInputDecoder(budget: AnswerBudget): CustomInputDecoder {
  let state: State = 'opening';
  let kept = new KeptText(budget);
  const text = createStringDecoder();

  function keep(piece: string): string {
    kept.add(piece);
    return '';
  }

  function open(piece: string): string {
    const begun = kept.text() + piece;
    const opening = OPENING.exec(begun)?.[0];
    if (opening === undefined && IN_OPENING.test(begun)) return keep(piece);
    kept.release();
    kept = new KeptText(budget);
    state = opening !== undefined ? 'text' : /^\s*["{]/.test(begun) ? 'whole' : 'bare';
    return push(opening === undefined ? begun : begun.slice(opening.length));
  }

  function push(piece: string): string {
    switch (state) {
      case 'opening':
        return open(piece);
      case 'bare':
        return piece;
      case 'whole':
      case 'rest':
        return keep(piece);
      case 'text': {
        const { decoded, rest } = text.push(piece);
        if (rest === null) return decoded;
        state = 'rest';
        kept.add(rest);
        return decoded;
      }
    }
  }

  function end(): string {
    const remaining = kept.text();
    kept.release();
    if (state === 'text') return text.end();
    if (state === 'rest') return isRestOfObject(remaining) ? '' : `"${text.decode(withoutEnd(remaining))}`;
    return state === 'bare' ? '' : readWhole(remaining);
  }

  return { push, end };
}

/** False for what follows a quote that the model wrote into the text without escaping it. */
const isRestOfObject = (rest: string): boolean => rest.trim() === '' || parsed(`{"input":""${rest}`) !== undefined;

const withoutEnd = (rest: string): string => rest.replace(/"\s*\}\s*$/, '');

/** The input in arguments of another form: the only text of an object, or a text. Anything else is the input itself. */
function readWhole(given: string): string {
  const value = parsed(given);
  if (typeof value === 'string') return value;
  if (!isObject(value)) return given.trim() === '' ? '' : given;
  const { input } = value;
  if (input !== undefined) return typeof input === 'string' ? input : JSON.stringify(input);
  const values = Object.values(value);
  if (values.length === 0) return '';
  return values.length === 1 && typeof values[0] === 'string' ? values[0] : given;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Escapes of one letter. */
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\', '/': '/' };

/** Ends with a piece of an escape. */
const OPEN_ESCAPE = /\\(?:u[\da-f]{0,3})?$/i;

const ESCAPE = /\\(?:u([\da-f]{4})|(.))/gis;

/** First half of a surrogate pair at the end. */
const OPEN_PAIR = /[\ud800-\udbff]$/;

/** Decodes the text of a JSON string. Holds an escape, and the first half of a surrogate pair, until it is complete. */
function createStringDecoder() {
  let held = '';
  let high = '';

  function decode(text: string): string {
    const decoded =
      high +
      text.replace(ESCAPE, (escape, code: string | undefined, letter: string | undefined) => {
        if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
        // An escape that JSON does not have: the model meant the characters themselves.
        return (letter === undefined ? undefined : ESCAPES[letter]) ?? escape;
      });
    high = OPEN_PAIR.exec(decoded)?.[0] ?? '';
    return high === '' ? decoded : decoded.slice(0, -1);
  }

  function end(): string {
    const last = high + held;
    held = high = '';
    return last;
  }

  return {
    /** `rest`: what follows the closing quote; null = the string goes on. */
    push(piece: string): { decoded: string; rest: string | null } {
      const text = held + piece;
      held = '';
      const quote = closingQuote(text);
      if (quote >= 0) return { decoded: decode(text.slice(0, quote)) + end(), rest: text.slice(quote + 1) };
      const open = openEscape(text);
      held = text.slice(open);
      return { decoded: decode(text.slice(0, open)), rest: null };
    },
    end,
    decode,
  };
}

/** Index of the first quote that is not escaped; -1 where there is none. */
function closingQuote(text: string): number {
  for (let at = text.search(/["\\]/); at >= 0 && at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

/** Where an escape begins that is not complete; the length where there is none. */
function openEscape(text: string): number {
  const found = OPEN_ESCAPE.exec(text);
  if (found === null) return text.length;
  // An even number of backslashes before it: the first of these is escaped itself.
  let before = found.index;
  while (before > 0 && text[before - 1] === '\\') before--;
  return (found.index - before) % 2 === 0 ? found.index : text.length;
}
