/**
 * Checks of model ids. An id can become a part of an address, of a header or of a log line, so text that changes one of these is refused
 * before anything is planned. Each function returns the objection, as a clause that follows "the model id", or null. Pure.
 */

/** Ids that need no closer look: ordinary characters, and no segment of dots alone. */
const UNUSUAL = /[^\w.@/:+~,= -]|(?:^|\/) *\.+ *(?:\/|$)/;

/** Why a client's name of a model, with or without `@provider/`, is none, wherever it is sent. */
export function modelIdObjection(id: string): string | null {
  if (!UNUSUAL.test(id)) return null;
  if (!id.isWellFormed()) return 'holds half of a surrogate pair, which is not Unicode text';
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(id)) return 'contains a line break or another control character';
  // A server that was started with a relative path calls its model by it: ./merged-model.
  return hasDotSegment(id.replace(/^(@[^/]*\/)?\.\/(?=[^/])/, '$1')) ? 'has a segment "." or "..", which leads to another address' : null;
}

/** Why an id that is a model's cannot stand in the path of an address. */
export function pathIdObjection(id: string): string | null {
  if (/^\/|\/\/|\/$/.test(id)) return 'has an empty segment between its slashes, and it is a part of the address';
  const [character] = /[?#%\\;]/.exec(id) ?? [];
  if (character !== undefined) return `holds "${character}", and it is a part of the address`;
  return hasDotSegment(id) ? 'has a segment "." or "..", and it is a part of the address' : null;
}

/** So many times an address is decoded on its way, at most. What is still encoded then is taken for the worst. */
const MAX_DECODINGS = 5;

/**
 * Whether a text has a segment of dots alone, in any spelling that some reader of addresses takes for one: percent-encoded, also more
 * than once; with backslashes, parameters or a query; with characters that parsers remove, or that Unicode normalises to a dot or slash.
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

/** Percent-encoded bytes as text, and what old servers take for an ASCII character: `%u002e`, and `.`, `/` and `\` in two bytes. */
function decodeOnce(text: string): string {
  return text
    .replace(/%u00([0-9a-f]{2})/gi, '%$1')
    .replace(/%c0%(ae|af)|%c1%9c/gi, (bytes) => (/ae$/i.test(bytes) ? '.' : '/'))
    .replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
      utf8.decode(Uint8Array.from(bytes.slice(1).split('%'), (byte) => Number.parseInt(byte, 16))),
    );
}
