/** The spellings in which a secret may come back, made here by other means than those of `src/upstream/secrets.ts`. */

const buffer = (text: string) => Buffer.from(text, 'utf8');
const perByte = (text: string, spell: (byte: number) => string) => Array.from(buffer(text), spell).join('');
const perUnit = (text: string, spell: (code: number) => string) =>
  Array.from({ length: text.length }, (_, at) => spell(text.charCodeAt(at))).join('');
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
const wrapped = (key: string) => [key, `Bearer ${key}`, `user:${key}`, `ab${key}yz`];

/** Each common spelling of a secret by its name. */
export function spellingsOf(key: string): Record<string, string> {
  const json = JSON.stringify(key).slice(1, -1);
  return {
    plain: key,
    bearer: `Bearer ${key}`,
    'percent-encoded': encodeURIComponent(key),
    'percent-encoded in lower case': encodeURIComponent(key).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    'percent-encoded in every byte': perByte(key, (byte) => `%${hex(byte, 2)}`),
    'percent-encoded in every byte, in upper case': perByte(key, (byte) => `%${hex(byte, 2).toUpperCase()}`),
    'percent-encoded but for letters and digits': key.replace(/[^a-z0-9]/gi, (character) =>
      perByte(character, (byte) => `%${hex(byte, 2)}`),
    ),
    'percent-encoded twice': encodeURIComponent(encodeURIComponent(key)),
    'escaped slashes': json.replaceAll('/', String.raw`\/`),
    'escaped slashes, twice': json.replaceAll('/', String.raw`\\\/`),
    'JSON escapes': perUnit(key, (code) => String.raw`\u${hex(code, 4)}`),
    'JSON escapes in upper case': perUnit(key, (code) => String.raw`\u${hex(code, 4).toUpperCase()}`),
    'JSON escapes but for letters and digits': key.replace(/[^a-z0-9]/gi, (character) => String.raw`\u${hex(character.charCodeAt(0), 4)}`),
    'JavaScript escapes': perUnit(key, (code) => String.raw`\x${hex(code, 2)}`),
    'HTML escapes': perUnit(key, (code) => `&#x${hex(code, 2)};`),
    'decimal HTML escapes': perUnit(key, (code) => `&#${code};`),
    hex: buffer(key).toString('hex'),
    'hex in upper case': buffer(key).toString('hex').toUpperCase(),
    ...Object.fromEntries(
      wrapped(key).flatMap((text) => {
        const base64 = buffer(text).toString('base64');
        return [
          [`base64 of ${text}`, base64],
          [`base64 without padding of ${text}`, base64.replace(/=+$/, '')],
          [`base64url of ${text}`, buffer(text).toString('base64url')],
          [`percent-encoded base64 of ${text}`, encodeURIComponent(base64)],
          [`base64 with escaped slashes of ${text}`, base64.replaceAll('/', String.raw`\/`)],
        ];
      }),
    ),
  };
}

/** Every way in which a text shows a secret: what a reader could find who tries the usual decodings. Empty = none. */
export function leaksIn(text: string, key: string): string[] {
  return readings(text).flatMap(([name, reading]) => (reading.includes(key) ? [name] : []));
}

function readings(text: string): [string, string][] {
  const unescaped = text
    .replace(/\\+u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\+x([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/&#([0-9]+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\\+(.)/g, '$1');
  const unpercented = [unescaped, unpercent(unescaped), unpercent(unpercent(unescaped))];
  const bases = unpercented.map((reading): [string, string] => ['plain or escaped', reading]);
  const runs = unpercented.flatMap((reading) => reading.match(/[\w+/-]{8,}/g) ?? []);
  const decoded = [...new Set(runs)].flatMap((run): [string, string][] => [
    ...[0, 1, 2, 3].map((from): [string, string] => ['base64', Buffer.from(run.slice(from), 'base64').toString('latin1')]),
    ['hex', Buffer.from(run, 'hex').toString('latin1')],
  ]);
  return [['as it is', text], ...bases, ...decoded];
}

const unpercent = (text: string) =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'));
