/** Parses the text of a provider file as JSON with comments. Finds syntax errors and duplicate keys. Pure. */
import { createScanner, getNodePath, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

/** A fault at a position of the text. */
export type Fault = { offset: number; key: string; message: string };

/** Deepest nesting of brackets. The largest provider file has ten levels. */
const MAX_LEVELS = 100;

/** Parses the text to a tree, or returns the fault. */
export function readTree(text: string): Node | Fault {
  const encoding = encodingFault(text);
  if (encoding !== null) return encoding;
  const deep = tooDeep(text);
  if (deep !== null) return { offset: deep, key: '(syntax)', message: `brackets are nested more than ${MAX_LEVELS} levels deep` };
  if (text.trim() === '') return { offset: 0, key: '(syntax)', message: 'the file is empty; expected a JSON object' };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: false, disallowComments: false });
  const [error] = errors;
  if (error === undefined && tree !== undefined) return tree;
  const comma = error === undefined ? null : trailingComma(text, error.offset);
  const message =
    comma !== null
      ? 'a trailing comma; nothing follows it, remove it'
      : error === undefined || tree === undefined
        ? 'the file has nothing but comments; expected a JSON object'
        : sentence(printParseErrorCode(error.error));
  return { offset: comma ?? error?.offset ?? 0, key: '(syntax)', message: `not valid JSON: ${message}` };
}

/** Detects text that is not UTF-8: invalid bytes were decoded to U+FFFD. */
function encodingFault(text: string): Fault | null {
  const isWide = text.includes('\u0000');
  const offset = isWide ? 0 : text.indexOf('\uFFFD');
  if (offset < 0) return null;
  const found = isWide ? 'it looks like UTF-16' : 'this character is perhaps Latin-1';
  return { offset, key: '(encoding)', message: `the file is not UTF-8 (${found}); save it as UTF-8` };
}

/** Returns the position of the first bracket that is nested too deep, because the parser recurses; null when there is none. */
function tooDeep(text: string): number | null {
  const scanner = createScanner(text, true);
  let levels = 0;
  do {
    scanner.scan();
    const token = text[scanner.getTokenOffset()];
    if (scanner.getTokenLength() === 1 && (token === '{' || token === '[')) levels++;
    if (scanner.getTokenLength() === 1 && (token === '}' || token === ']')) levels--;
    if (levels > MAX_LEVELS) return scanner.getTokenOffset();
  } while (scanner.getTokenLength() > 0);
  return null;
}

/** Returns the position of a trailing comma before the closing bracket at `offset`; null when the error is another one. */
function trailingComma(text: string, offset: number): number | null {
  if (text[offset] !== '}' && text[offset] !== ']') return null;
  const scanner = createScanner(text, true);
  let last = 0;
  do {
    scanner.scan();
    if (scanner.getTokenOffset() >= offset) return text[last] === ',' ? last : null;
    last = scanner.getTokenOffset();
  } while (scanner.getTokenLength() > 0);
  return null;
}

/** Converts `InvalidSymbol` to "invalid symbol". */
function sentence(code: string): string {
  const words = code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return code === 'InvalidSymbol' ? `${words}; texts and keys stand in double quotes` : words;
}

/** Finds keys that parsing drops: all but the last of duplicate keys, and `__proto__`. */
export function lostKeys(node: Node): Fault[] {
  const children = node.children ?? [];
  const own: Fault[] = [];
  if (node.type === 'object') {
    const seen = new Set<string>();
    for (const property of children) {
      const name = String(property.children?.[0]?.value);
      const key = [...getNodePath(node), name].join('.');
      // Parsing drops this key without an error.
      if (name === '__proto__') own.push({ offset: property.offset, key, message: 'unknown key' });
      if (seen.has(name)) own.push({ offset: property.offset, key, message: 'is stated twice, and only the last one counts' });
      seen.add(name);
    }
  }
  return [...own, ...children.flatMap(lostKeys)];
}
