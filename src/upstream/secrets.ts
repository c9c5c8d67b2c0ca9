/**
 * Finds secrets in text and masks them, in every common spelling: plain, hexadecimal, base64 and base64url with or without padding, also
 * inside a longer encoded text such as `Bearer KEY`. Each of these also percent-encoded (twice, or in part) or escaped as in JSON, JavaScript
 * and HTML.
 *
 * Escapes are decoded; the rest is a plain search. A text without an unbroken run as long as the secret is not searched: nearly all text is
 * prose or single tokens.
 */
import { toBase64 } from '../lib/base64.ts';
import { toHex } from '../lib/hash.ts';
import { isObject } from '../lib/json.ts';
import { putLast } from '../lib/lru-map.ts';

/** Replaces a secret in everything that is shown. */
export const MASK = '***';

/** Shortest secret masked in errors, logs and `/explain`, in characters. */
const MIN_IN_ERRORS = 4;

/** Shortest secret masked in the content of an answer, in characters. */
const MIN_IN_CONTENT = 8;

/** Shortest secret of letters only masked in content: a shorter one may be an ordinary word. */
const MIN_LETTERS = 24;

/** Only this many characters of a secret are compared; text that follows without a break is masked as well. */
const COMPARED_CHARACTERS = 64;

/** Shortest base64 text searched when other bytes precede the secret: a shorter one matches by chance. */
const MIN_BASE64 = 8;

/** Most secrets whose spellings are kept; the oldest is removed first. An operator has few keys. */
const MAX_KEPT = 128;

/** The compiled search for one secret. */
type Spellings = {
  /** Spellings after escapes are decoded. `more`: characters after the text that still contain bits of the secret. */
  texts: readonly Spelling[];
  /** Matches any spelling. */
  any: RegExp;
  /** Shortest run without white space and quotes in any spelling; 0 = unknown. */
  run: number;
  /** Matches what is masked as well when it follows: the rest of a long secret, padding. */
  rest: RegExp;
};

type Spelling = { text: string; more: 0 | 1 };

const spellingsBySecret = new Map<string, Spellings>();

/** Masks secrets in errors, logs and `/explain`. Returns the same string when none is found. */
export function mask(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) if (secret.length >= MIN_IN_ERRORS) shown = maskOne(shown, getSpellings(secret));
  return shown;
}

/** Returns the secrets that are masked in the content of an answer: long enough, and not an ordinary word. */
export const contentSecrets = (secrets: readonly string[]): string[] =>
  [...new Set(secrets)].filter((secret) => secret.length >= MIN_IN_CONTENT && (secret.length >= MIN_LETTERS || /[^a-z]/i.test(secret)));

/** Matches names of query parameters with secrets. */
const SECRET_PARAMETER = /key|token|secret|pass|auth|credential|^sig/i;

/** Returns user, password and keys in an address. */
export function secretsInUrl(address: string): string[] {
  if (!/[?@]/.test(address) || !URL.canParse(address)) return [];
  const { username, password, searchParams } = new URL(address);
  const parameters = [...searchParams].filter(([name]) => SECRET_PARAMETER.test(name));
  return [username, password, ...parameters.map(([, value]) => value)];
}

/** Masks every string and key in a value. Returns the same value when nothing is found. Enters only arrays and plain objects. */
export function maskDeep<Value>(value: Value, maskText: (text: string) => string): Value;
export function maskDeep(value: unknown, maskText: (text: string) => string): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) {
    const masked = value.map((entry: unknown) => maskDeep(entry, maskText));
    return masked.some((entry, index) => entry !== value[index]) ? masked : value;
  }
  if (!isObject(value) || value instanceof Error) return value;
  const names = Object.keys(value);
  let entries: [string, unknown][] | null = null;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? '';
    const field = value[name];
    const shown = maskText(name);
    const masked = typeof field === 'number' ? field : maskDeep(field, maskText); // most fields of an event are counts
    if (shown !== name || masked !== field) entries ??= names.slice(0, index).map((before) => [before, value[before]]);
    entries?.push([shown, masked]);
  }
  return entries === null ? value : Object.fromEntries(entries);
}

function maskOne(text: string, { texts, any, run, rest }: Spellings): string {
  if (!hasRun(text, run)) return text;
  if (!hasEscapes(text) && !any.test(text)) return text; // most texts: nothing is decoded for them
  const { decoded, offsets } = decode(text);
  if (!any.test(decoded)) return text;
  const found = texts.flatMap((spelling) => findRanges(spelling, decoded)).sort((one, other) => one.start - other.start);
  const offsetOf = createOffsets(offsets);
  let shown = '';
  let position = 0;
  for (const { start, end } of found) {
    const from = offsetOf(start);
    if (from < position) continue; // already masked
    rest.lastIndex = offsetOf(end);
    shown += text.slice(position, from) + MASK;
    position = rest.lastIndex + (rest.exec(text)?.[0].length ?? 0);
  }
  return shown + text.slice(position);
}

type Range = { start: number; end: number };

function findRanges({ text, more }: Spelling, searched: string): Range[] {
  const ranges: Range[] = [];
  for (let position = searched.indexOf(text); position >= 0; position = searched.indexOf(text, position + text.length)) {
    const end = position + text.length;
    ranges.push({ start: position, end: more === 1 && /[\w+/-]/.test(searched.charAt(end)) ? end + 1 : end });
  }
  return ranges;
}

/** True when a text has this many characters in a row that are neither white space nor quotes. Reads only a few of them. */
export function hasRun(text: string, length: number): boolean {
  if (text.length < length) return false;
  let begin = 0;
  while (begin + length <= text.length) {
    let position = begin + length - 1;
    while (position >= begin && !isBreak(text.charCodeAt(position))) position--;
    if (position < begin) return true;
    begin = position + 1;
  }
  return false;
}

/** The shortest of these texts; 0 where one of them has white space or a quote. */
export const shortestRun = (texts: readonly string[]): number =>
  texts.some(hasBreak) ? 0 : Math.min(...texts.map(({ length }) => length));

function hasBreak(text: string): boolean {
  for (let position = 0; position < text.length; position++) if (isBreak(text.charCodeAt(position))) return true;
  return false;
}

const isBreak = (code: number) => code <= 0x20 || code === 0x22;

/** Matches percent-encoding, escapes of JSON, JavaScript and HTML, and a backslash before a character. Repetitions are bounded. */
const ESCAPE = /(?:%(?:25){0,3}|\\{1,16}(?:u00|x))([0-9a-f]{2})|&#x0{0,4}([0-9a-f]{2});|&#0{0,4}(\d{2,3});|\\{1,16}([^\\])/gi;

/** True when a text may contain escapes. */
export const hasEscapes = (text: string): boolean => text.includes('%') || text.includes('\\') || text.includes('&#');

/** Returns a pattern that matches any of these texts. One pass is faster than one search per text. */
export const anyOf = (texts: readonly string[]): RegExp => new RegExp(texts.map(literally).join('|'));

/** Escapes a text for a regular expression, also for a character class. */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** `offsets`: pairs of a position in the decoded text and the matching position in the original text. */
type DecodedText = { decoded: string; offsets: [position: number, offset: number][] };

function decode(text: string): DecodedText {
  const offsets: [number, number][] = [[0, 0]];
  if (!hasEscapes(text)) return { decoded: text, offsets };
  let decoded = '';
  let read = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [escape, hex, unit, decimal, plain] = match;
    decoded += text.slice(read, match.index);
    offsets.push([decoded.length, match.index]);
    decoded += plain ?? String.fromCharCode(decimal === undefined ? parseInt(hex ?? unit ?? '', 16) : Number(decimal));
    read = match.index + escape.length;
    offsets.push([decoded.length, read]);
  }
  return { decoded: decoded + text.slice(read), offsets };
}

/** Maps positions of the decoded text to the original text. Positions must not decrease between calls. */
function createOffsets(offsets: DecodedText['offsets']): (place: number) => number {
  let last = 0;
  return (wanted) => {
    while (last > 0 && (offsets[last]?.[0] ?? 0) > wanted) last--;
    while (last + 1 < offsets.length && (offsets[last + 1]?.[0] ?? Infinity) <= wanted) last++;
    const [place, offset] = offsets[last] ?? [0, 0];
    return offset + wanted - place;
  };
}

/** True when only the beginning of a secret is compared. */
export const isLong = (secret: string): boolean => secret.length > COMPARED_CHARACTERS;

/** Returns the spellings of a secret that are fixed texts: plain, hexadecimal, base64, common escapes. Of a long secret only the beginning. */
export function fixedSpellings(whole: string): string[] {
  const secret = whole.slice(0, COMPARED_CHARACTERS);
  const percent = encodeURIComponent(secret.toWellFormed());
  const lower = percent.replace(/%../g, (escape) => escape.toLowerCase());
  return [...new Set([secret, percent, lower, secret.replaceAll('/', '\\/'), ...getSpellings(whole).texts.map(({ text }) => text)])];
}

function getSpellings(secret: string): Spellings {
  const known = spellingsBySecret.get(secret);
  if (known !== undefined) return known;
  const spellings = createSpellings(secret);
  putLast(spellingsBySecret, { key: secret, value: spellings, max: MAX_KEPT });
  return spellings;
}

function createSpellings(secret: string): Spellings {
  const isCut = isLong(secret);
  const compared = isCut ? secret.slice(0, COMPARED_CHARACTERS) : secret;
  const bytes = new TextEncoder().encode(compared);
  const latin1 = String.fromCharCode(...bytes); // percent-encoded UTF-8, decoded byte by byte
  const hex = toHex(bytes);
  const base64 = [0, 1, 2].flatMap((before) => base64Of(bytes, before));
  const plain = [...new Set([compared, latin1, hex, hex.toUpperCase()])].map((text): Spelling => ({ text, more: 0 }));
  const url = base64.filter(({ text }) => /[+/]/.test(text)).map(({ text, more }) => ({ text: toUrlAlphabet(text), more }));
  const texts = [...plain, ...base64, ...url];
  return {
    texts,
    any: anyOf(texts.map(({ text }) => text)),
    run: shortestRun(texts.map(({ text }) => text)),
    rest: isCut ? /[\w.~+/=%\\-]*/y : /(?:=|%3[dD]|\\u003[dD]){0,2}/y,
  };
}

/**
 * Encodes the bytes in base64 after `before` other bytes (0, 1 or 2), and returns the part that depends on them alone. Empty when that part
 * is too short to be recognised.
 */
function base64Of(bytes: Uint8Array, before: number): Spelling[] {
  const behind = new Uint8Array(before + bytes.length);
  behind.set(bytes, before);
  const text = toBase64(behind).slice(before === 0 ? 0 : before + 1, Math.floor((behind.length * 8) / 6));
  if (text.length < MIN_BASE64 && before > 0) return [];
  return [{ text, more: behind.length % 3 === 0 ? 0 : 1 }];
}

const toUrlAlphabet = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');
