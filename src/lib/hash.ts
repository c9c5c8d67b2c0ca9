/** Hashes text, to compare and group texts. */

/** Not for security. Returns a 64-bit hash in lower-case letters and digits: two runs of FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) with different primes. */
export function hashText(text: string): string {
  let [one, other] = [0x811c9dc5, 0x9e3779b9];
  for (let position = 0; position < text.length; position++) {
    const unit = text.charCodeAt(position);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x85ebca6b);
  }
  return (one >>> 0).toString(36) + (other >>> 0).toString(36).padStart(7, '0');
}

/** Writes bytes in hexadecimal digits, in lower case. */
export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Returns the SHA-256 of a text: 32 bytes. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** Returns the first `characters` (at most 64) hexadecimal digits of the SHA-256 of a text. */
export async function sha256Hex(text: string, characters = 64): Promise<string> {
  return toHex(await sha256(text)).slice(0, characters);
}
