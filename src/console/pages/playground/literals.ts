/** Writes values as literals of languages, so that what is copied means what was written, and nothing else. Pure. */
import { isObject } from '../../../lib/json.ts';

/**
 * Characters that JSON leaves as they are, and that change what a terminal or an editor does or shows: DEL and C1 controls, marks of direction, line
 * separators, the byte order mark, invisible spaces. Halves of surrogate pairs are written as escapes by JSON itself.
 */
const UNSEEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

const escapeUnseen = (json: string): string => json.replaceAll(UNSEEN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** JSON without unseen characters. @param space indentation. */
export const jsonLiteral = (value: unknown, space?: number): string => escapeUnseen(JSON.stringify(value, null, space) ?? 'null');

/** A word for a POSIX shell. A text with control characters takes the form `$'...'` of bash and zsh. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!/[\u0000-\u0008\u000b-\u001f]/.test(text) && text.search(UNSEEN) < 0) return `'${text.replaceAll("'", `'\\''`)}'`;
  const escaped = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "'" || character === '\\') return `\\${character}`;
    const isUnseen = code < 32 || character.search(UNSEEN) >= 0;
    return isUnseen ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  });
  return `$'${escaped.join('')}'`;
}

/** How a language writes what it writes otherwise than JSON. `words` of null, true and false. */
type Syntax = { readonly words: readonly [string, string, string]; readonly keyOf: (key: string) => string; readonly indent: string };

const PYTHON: Syntax = { words: ['None', 'True', 'False'], keyOf: (key) => jsonLiteral(key), indent: '    ' };

/** `__proto__` is no ordinary field in a literal of JavaScript. */
const SCRIPT: Syntax = {
  words: ['null', 'true', 'false'],
  keyOf: (key) => (key === '__proto__' ? '["__proto__"]' : /^[a-z_$][\w$]*$/i.test(key) ? key : jsonLiteral(key)),
  indent: '  ',
};

/** A literal of Python, over several lines where it has entries. @param depth of its indentation. */
export const pythonLiteral = (value: unknown, depth = 0): string => literal(value, depth, PYTHON);

/** A literal of TypeScript. */
export const scriptLiteral = (value: unknown): string => literal(value, 0, SCRIPT);

function literal(value: unknown, depth: number, syntax: Syntax): string {
  const { words, keyOf, indent } = syntax;
  if (value == null) return words[0];
  if (typeof value === 'boolean') return value ? words[1] : words[2];
  const write = (inner: unknown) => literal(inner, depth + 1, syntax);
  const isList = Array.isArray(value);
  if (!isList && !isObject(value)) return jsonLiteral(value); // numbers, and texts: both languages read the escapes of JSON
  const entries = isList ? value.map(write) : Object.entries(value).map(([key, item]) => `${keyOf(key)}: ${write(item)}`);
  const lines = entries.map((entry) => `\n${indent.repeat(depth + 1)}${entry},`).join('');
  const inside = lines === '' ? '' : `${lines}\n${indent.repeat(depth)}`;
  return isList ? `[${inside}]` : `{${inside}}`;
}

/** A basic string of TOML. Half a surrogate pair, which TOML cannot write, becomes U+FFFD. */
export const tomlString = (text: string): string => jsonLiteral(text.toWellFormed());
