/**
 * Ids of tool calls for models that take only nine letters and digits (Mistral's). Ids that fit stay; others are rewritten in the same
 * way wherever they stand, so that a call and its result still belong together. The client's own ids are never seen changed.
 */

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 9;

/** The id itself where it is nine letters and digits, else nine that stand for it. */
export function nineCharacterId(id: string): string {
  if (/^[a-zA-Z0-9]{9}$/.test(id)) return id;
  let rest = hashOf(id);
  let short = '';
  for (let position = 0; position < LENGTH; position++) {
    short += DIGITS[Number(rest % 62n)];
    rest /= 62n;
  }
  return short;
}

/** FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): two ids of one conversation do not meet by accident. */
function hashOf(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
