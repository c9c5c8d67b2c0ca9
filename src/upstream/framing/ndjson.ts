/**
 * Splits the bytes of newline-delimited JSON into lines. Linear however the bytes are cut: a line is joined once, at its end. The decoder
 * reports a line that is not JSON.
 */
import { eventTooLarge } from './event-too-large.ts';
import type { Framer } from './framer.ts';

/** @param maxLineCharacters size limit of a single line, in UTF-16 units. */
export function createNdjsonFramer(maxLineCharacters: number, variable?: string): Framer {
  const decoder = new TextDecoder(); // keeps an incomplete character for the next piece, drops a byte order mark
  let open: string[] = [];
  let openCharacters = 0;

  function keep(text: string): void {
    openCharacters += text.length;
    if (openCharacters > maxLineCharacters) throw eventTooLarge(maxLineCharacters, 'characters', variable);
    if (text !== '') open.push(text);
  }

  function close(): string[] {
    const line = open.join('').trim();
    open = [];
    openCharacters = 0;
    return line === '' ? [] : [line];
  }

  function feed(text: string): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      keep(text.slice(start, end));
      lines.push(...close());
      start = end + 1;
    }
    keep(text.slice(start));
    return lines;
  }

  return {
    push: (bytes) => feed(decoder.decode(bytes, { stream: true })),
    end: () => [...feed(decoder.decode()), ...close()],
  };
}
