/**
 * The text of a caller key: `sk-trb-v1-`, 43 characters of randomness, 6 of a checksum. A text with a wrong checksum is refused without a
 * look-up: a key that was cut off or mistyped, and most invented ones.
 */

/** Beginning of every key that the router creates. */
export const KEY_PREFIX = 'sk-trb-v1-';

/** Bytes of randomness in a key. In base 62 they take {@link SECRET_CHARACTERS}. */
export const KEY_BYTES = 32;

const SECRET_CHARACTERS = 43;
const CHECK_CHARACTERS = 6;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const FORM = new RegExp(`^${KEY_PREFIX}[0-9A-Za-z]{${SECRET_CHARACTERS + CHECK_CHARACTERS}}$`);

/** Makes a key. @param bytes {@link KEY_BYTES} random bytes. */
export function createKeyText(bytes: Uint8Array): string {
  const secret = toBase62(
    bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n),
    SECRET_CHARACTERS,
  );
  return KEY_PREFIX + secret + checksum(secret);
}

/** True for a text that may be a key that the router created: form and checksum are right. */
export function isKeyText(text: string): boolean {
  if (!FORM.test(text)) return false;
  const secret = text.slice(KEY_PREFIX.length, -CHECK_CHARACTERS);
  return text.endsWith(checksum(secret));
}

/** Beginning and end of a key, to recognize it: 8 of its 49 characters. */
export const keyLabel = (text: string): string => `${text.slice(0, 12)}...${text.slice(-4)}`;

const checksum = (secret: string): string => toBase62(BigInt(crc32(secret)), CHECK_CHARACTERS);

function toBase62(value: bigint, characters: number): string {
  let text = '';
  for (let rest = value; text.length < characters; rest /= 62n) text = (ALPHABET[Number(rest % 62n)] ?? '') + text;
  return text;
}

/** CRC-32 of an ASCII text (ISO-HDLC, reversed polynomial 0xEDB88320, as in gzip). */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let position = 0; position < text.length; position++) {
    crc ^= text.charCodeAt(position);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
