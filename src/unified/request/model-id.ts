/**
 * Checks model ids. An id may become part of an address, a header or a log line, so text that would change one of these is rejected before
 * planning. Each function returns the reason, to follow "the model id", or null. Pure.
 */

/** Matches ids that need further checks: unusual characters, or a segment of dots only. */
const UNUSUAL = /[^\w.@/:+~,= -]|(?:^|\/) *\.+ *(?:\/|$)/;

/** Returns why a client's model name, with or without `@provider/`, is not valid; null when it is. */
export function modelIdObjection(id: string): string | null {
  if (!UNUSUAL.test(id)) return null;
  if (!id.isWellFormed()) return 'contains half of a surrogate pair, which is not Unicode text';
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(id)) return 'contains a line break or another control character';
  // A server started with a relative path uses the path as the name of its model: ./merged-model.
  return hasDotSegment(id.replace(/^(@[^/]*\/)?\.\/(?=[^/])/, '$1')) ? 'has a segment "." or "..", which leads to another address' : null;
}

/** Returns why a valid id cannot be part of the path of an address; null when it can. */
export function pathIdObjection(id: string): string | null {
  if (/^\/|\/\/|\/$/.test(id)) return 'has an empty segment between its slashes, and it is a part of the address';
  const [character] = /[?#%\\;]/.exec(id) ?? [];
  if (character !== undefined) return `contains "${character}", and it is a part of the address`;
  return hasDotSegment(id) ? 'has a segment "." or "..", and it is a part of the address' : null;
}

/** Most times that an address is decoded between the router and its provider. A text that is still encoded after them is rejected. */
const MAX_DECODINGS = 5;

/**
 * True when a text has a segment of dots only, in any spelling that some URL parser reads as one: percent-encoded, also repeatedly; with
 * backslashes, parameters or a query; with characters that parsers remove, or that Unicode normalizes to a dot or slash.
 */
export function hasDotSegment(text: string): boolean {
  let spelling = text;
  for (let round = 0; round <= MAX_DECODINGS; round++) {
    const plain = spelling.normalize('NFKC').replace(/[\p{Cc}\p{Cf}]/gu, '');
    if (plain.split(/[/\\]/).some((segment) => /^\s*\.+\s*(?:$|[;?#])/.test(segment))) return true;
    const decoded = decodeOnce(spelling);
    if (decoded === spelling) return false;
    spelling = decoded;
  }
  return true;
}

const utf8 = new TextDecoder();

/** Decodes percent-encoded bytes, and forms that old servers read as ASCII: `%u002e`, and `.`, `/` and `\` in two bytes. */
function decodeOnce(text: string): string {
  return text
    .replace(/%u00([0-9a-f]{2})/gi, '%$1')
    .replace(/%c0%(ae|af)|%c1%9c/gi, (bytes) => (/ae$/i.test(bytes) ? '.' : '/'))
    .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
      utf8.decode(Uint8Array.from(bytes.slice(1).split('%'), (byte) => Number.parseInt(byte, 16))),
    );
}
