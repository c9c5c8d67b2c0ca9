/**
 * Reads server-sent events from bytes that may be cut anywhere. Pure: bytes in, payloads out. Only `data` is read: our own router sends nothing else
 * that the page needs. `eventsource-parser`, which the router uses, is 4 KB, and this page has to be small; the tests compare the two.
 */

/** Reads one stream. */
export type SseReader = {
  /** Takes the next bytes. Returns the data of the events that they complete. */
  push: (bytes: Uint8Array) => string[];
  /** Takes the end of the stream. Returns the data of an event that lacks its empty line. */
  end: () => string[];
};

/** Creates a reader for one stream. */
export function createSseReader(): SseReader {
  const decoder = new TextDecoder(); // keeps half a character for the next bytes, and takes off the byte order mark
  let rest = '';
  let data: string[] = [];
  const take = (text: string): string[] => {
    const found: string[] = [];
    rest += text;
    // A CR at the end may be the first half of CR LF.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const value = /^data(?:: ?(.*))?$/s.exec(line);
      if (value !== null) data.push(value[1] ?? '');
      if (line !== '' || data.length === 0) continue;
      found.push(data.join('\n'));
      data = [];
    }
    return found;
  };
  return { push: (bytes) => take(decoder.decode(bytes, { stream: true })), end: () => take(`${decoder.decode()}\n\n\n`) };
}
