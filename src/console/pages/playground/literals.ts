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

/** A literal of Python, over several lines where it has entries. @param depth of the indentation of four spaces. */
export function pythonLiteral(value: unknown, depth = 0): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  const inner = '    '.repeat(depth + 1);
  const end = '    '.repeat(depth);
  const block = (open: string, entries: readonly string[], close: string) =>
    entries.length === 0 ? open + close : `${open}\n${entries.map((entry) => `${inner}${entry},\n`).join('')}${end}${close}`;
  if (Array.isArray(value))
    return block(
      '[',
      value.map((item) => pythonLiteral(item, depth + 1)),
      ']',
    );
  if (!isObject(value)) return jsonLiteral(value); // numbers, and texts: Python reads the escapes of JSON
  const entries = Object.entries(value).map(([key, item]) => `${jsonLiteral(key)}: ${pythonLiteral(item, depth + 1)}`);
  return block('{', entries, '}');
}

/** A literal of TypeScript: JSON, but for `__proto__`, which is no ordinary field in a literal. @param depth of the indentation of two spaces. */
export function scriptLiteral(value: unknown, depth = 0): string {
  const inner = '  '.repeat(depth + 1);
  const end = '  '.repeat(depth);
  const block = (open: string, entries: readonly string[], close: string) =>
    entries.length === 0 ? open + close : `${open}\n${entries.map((entry) => `${inner}${entry},\n`).join('')}${end}${close}`;
  if (Array.isArray(value))
    return block(
      '[',
      value.map((item) => scriptLiteral(item, depth + 1)),
      ']',
    );
  if (!isObject(value)) return jsonLiteral(value);
  return block(
    '{',
    Object.entries(value).map(([key, item]) => `${scriptKey(key)}: ${scriptLiteral(item, depth + 1)}`),
    '}',
  );
}

const scriptKey = (key: string) => (key === '__proto__' ? '["__proto__"]' : /^[a-z_$][\w$]*$/i.test(key) ? key : jsonLiteral(key));

/** A basic string of TOML. Half a surrogate pair, which TOML cannot write, becomes U+FFFD. */
export const tomlString = (text: string): string => jsonLiteral(text.toWellFormed());
