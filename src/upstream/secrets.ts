/**
 * Finds secrets in text, in every common spelling, and masks them: plain, hexadecimal, base64 and base64url with or without padding, also
 * where the secret stands inside a longer encoded text such as `Bearer KEY`; and each of these percent-encoded (also twice, also in part) or
 * escaped as in JSON, JavaScript and HTML. Escapes are decoded, and the rest is a plain search. A text without an unbroken run as long as
 * the secret is not searched: nearly all text is prose or single tokens.
 */
import { toBase64 } from '../lib/base64.ts';
import { isObject } from '../lib/json.ts';
import { putLast } from '../lib/lru-map.ts';

/** Stands for a secret wherever something is shown. */
export const MASK = '***';

/** Shortest secret that is masked in errors, logs and `/explain`, in characters. */
const MIN_IN_ERRORS = 4;

/** Shortest secret that is masked in the content of an answer, in characters. */
const MIN_IN_CONTENT = 8;

/** A secret of letters only is masked in content from this length on: a shorter one may be an ordinary word. */
const MIN_LETTERS = 24;

/** Of a longer secret only the beginning is compared; what follows without a break is masked with it. */
const COMPARED_CHARACTERS = 64;

/** Shortest piece of base64 that is searched where other bytes stand before the secret: a shorter one may be anything. */
const MIN_BASE64 = 8;

/** Most secrets whose spellings are kept. The first that came goes first; an operator has a few keys. */
const MAX_KEPT = 128;

/** What is searched for one secret. */
type Spellings = {
  /** Texts as they stand once escapes are decoded, and how many characters after each still hold bits of the secret. */
  texts: readonly Spelling[];
  /** Finds any of these texts. */
  any: RegExp;
  /** Length of the run without white space and quotes that each of them has at least; 0 = not known. */
  run: number;
  /** What is masked along with it when it follows: the rest of a long secret, padding. */
  rest: RegExp;
};

type Spelling = { text: string; more: 0 | 1 };

const kept = new Map<string, Spellings>();

/** Masks secrets in errors, logs and `/explain`. Returns the same string where none is found. */
export function mask(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) if (secret.length >= MIN_IN_ERRORS) shown = maskOne(shown, spellingsOf(secret));
  return shown;
}

/** The secrets that are masked in the content of an answer: long enough, and not an ordinary word. */
export const contentSecrets = (secrets: readonly string[]): string[] =>
  [...new Set(secrets)].filter((secret) => secret.length >= MIN_IN_CONTENT && (secret.length >= MIN_LETTERS || /[^a-z]/i.test(secret)));

/** Names of query parameters that hold secrets. */
const SECRET_PARAMETER = /key|token|secret|pass|auth|credential|^sig/i;

/** User, password and keys in an address. */
export function secretsInUrl(address: string): string[] {
  if (!/[?@]/.test(address) || !URL.canParse(address)) return [];
  const { username, password, searchParams } = new URL(address);
  const parameters = [...searchParams].filter(([name]) => SECRET_PARAMETER.test(name));
  return [username, password, ...parameters.map(([, value]) => value)];
}

/** A value with every string and every name in it masked; the same value where nothing is found. Only arrays and plain objects are entered. */
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
  for (let place = 0; place < names.length; place++) {
    const name = names[place] ?? '';
    const shown = maskText(name);
    const masked = maskDeep(value[name], maskText);
    if (shown !== name || masked !== value[name]) entries ??= names.slice(0, place).map((before) => [before, value[before]]);
    entries?.push([shown, masked]);
  }
  return entries === null ? value : Object.fromEntries(entries);
}

function maskOne(text: string, { texts, any, run, rest }: Spellings): string {
  if (!hasRun(text, run)) return text;
  const { decoded, offsets } = decode(text);
  if (!any.test(decoded)) return text;
  const found = texts.flatMap((spelling) => placesOf(spelling, decoded)).sort((one, other) => one.start - other.start);
  const offsetOf = createOffsets(offsets);
  let shown = '';
  let position = 0;
  for (const { start, end } of found) {
    const from = offsetOf(start);
    if (from < position) continue; // within what is masked already
    rest.lastIndex = offsetOf(end);
    shown += text.slice(position, from) + MASK;
    position = rest.lastIndex + (rest.exec(text)?.[0].length ?? 0);
  }
  return shown + text.slice(position);
}

type Place = { start: number; end: number };

function placesOf({ text, more }: Spelling, searched: string): Place[] {
  const places: Place[] = [];
  for (let at = searched.indexOf(text); at >= 0; at = searched.indexOf(text, at + text.length)) {
    const end = at + text.length;
    places.push({ start: at, end: more === 1 && /[\w+/-]/.test(searched.charAt(end)) ? end + 1 : end });
  }
  return places;
}

/** Whether a text has this many characters in a row that are neither white space nor quotes. Looks at a few of them only. */
function hasRun(text: string, length: number): boolean {
  if (text.length < length) return false;
  let begin = 0;
  while (begin + length <= text.length) {
    let at = begin + length - 1;
    while (at >= begin && !isBreak(text.charCodeAt(at))) at--;
    if (at < begin) return true;
    begin = at + 1;
  }
  return false;
}

const isBreak = (code: number) => code <= 0x20 || code === 0x22;

/** Percent-encoding, escapes of JSON, JavaScript and HTML, and a backslash before a character. The repetitions are bounded. */
const ESCAPE = /(?:%(?:25){0,3}|\\{1,16}(?:u00|x))([0-9a-f]{2})|&#x0{0,4}([0-9a-f]{2});|&#0{0,4}(\d{2,3});|\\{1,16}([^\\])/gi;

/** Whether there is anything to decode. */
export const hasEscapes = (text: string): boolean => text.includes('%') || text.includes('\\') || text.includes('&#');

/** Finds any of these texts. One pass of the engine takes less than a search for each of them. */
export const anyOf = (texts: readonly string[]): RegExp => new RegExp(texts.map(literally).join('|'));

/** The pattern of a text, also within a class of characters. */
export const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** `offsets`: from the first place of the decoded text on, the second is where it begins in the text. */
type Decoded = { decoded: string; offsets: [place: number, offset: number][] };

function decode(text: string): Decoded {
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

/** Looks up where a place of the decoded text begins in the text. Places must not get smaller from call to call. */
function createOffsets(offsets: Decoded['offsets']): (place: number) => number {
  let last = 0;
  return (wanted) => {
    while (last > 0 && (offsets[last]?.[0] ?? 0) > wanted) last--;
    while (last + 1 < offsets.length && (offsets[last + 1]?.[0] ?? Infinity) <= wanted) last++;
    const [place, offset] = offsets[last] ?? [0, 0];
    return offset + wanted - place;
  };
}

/** Whether only the beginning of a secret is compared: what follows without a break belongs to it. */
export const isLong = (secret: string): boolean => secret.length > COMPARED_CHARACTERS;

/** The spellings of a secret that are one text each: plain, hexadecimal, base64, and the usual ones with escapes. Of a long secret the beginning. */
export function fixedSpellings(whole: string): string[] {
  const secret = whole.slice(0, COMPARED_CHARACTERS);
  const percent = encodeURIComponent(secret.toWellFormed());
  const lower = percent.replace(/%../g, (escape) => escape.toLowerCase());
  return [...new Set([secret, percent, lower, secret.replaceAll('/', '\\/'), ...spellingsOf(whole).texts.map(({ text }) => text)])];
}

function spellingsOf(secret: string): Spellings {
  const known = kept.get(secret);
  if (known !== undefined) return known;
  const spellings = spell(secret);
  putLast(kept, { key: secret, value: spellings, max: MAX_KEPT });
  return spellings;
}

function spell(secret: string): Spellings {
  const isCut = isLong(secret);
  const compared = isCut ? secret.slice(0, COMPARED_CHARACTERS) : secret;
  const bytes = new TextEncoder().encode(compared);
  const latin1 = String.fromCharCode(...bytes); // what percent-encoded UTF-8 is, byte by byte
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const base64 = [0, 1, 2].flatMap((before) => base64Of(bytes, before));
  const plain = [...new Set([compared, latin1, hex, hex.toUpperCase()])].map((text): Spelling => ({ text, more: 0 }));
  const url = base64.filter(({ text }) => /[+/]/.test(text)).map(({ text, more }) => ({ text: toUrlAlphabet(text), more }));
  const texts = [...plain, ...base64, ...url];
  return {
    texts,
    any: anyOf(texts.map(({ text }) => text)),
    run: /[\s"]/.test(compared) ? 0 : Math.min(...texts.map(({ text }) => text.length)),
    rest: isCut ? /[\w.~+/=%\\-]*/y : /(?:=|%3[dD]|\\u003[dD]){0,2}/y,
  };
}

/**
 * The bytes in base64 behind `before` others (0, 1 or 2; more is the same again), as far as it depends on them alone. Nothing where that is
 * too short to be told from other text.
 */
function base64Of(bytes: Uint8Array, before: number): Spelling[] {
  const behind = new Uint8Array(before + bytes.length);
  behind.set(bytes, before);
  const text = toBase64(behind).slice(before === 0 ? 0 : before + 1, Math.floor((behind.length * 8) / 6));
  if (text.length < MIN_BASE64 && before > 0) return [];
  return [{ text, more: behind.length % 3 === 0 ? 0 : 1 }];
}

const toUrlAlphabet = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');
