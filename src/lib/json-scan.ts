/** Checks whether a JSON text that arrives in pieces is complete, without keeping it. Detects truncation; does not check the grammar. */

/** Scans one text. */
export interface JsonScan {
  push(piece: string): void;
  /** True when every string, object and array that was opened has been closed. */
  isWhole(): boolean;
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]); // [ {
const CLOSING = new Set([0x5d, 0x7d]); // ] }

export function createJsonScan(): JsonScan {
  let depth = 0;
  let inString = false;
  let isEscaped = false;
  return {
    push(piece) {
      for (let position = 0; position < piece.length; position++) {
        const code = piece.charCodeAt(position);
        if (isEscaped) isEscaped = false;
        else if (inString) {
          if (code === BACKSLASH) isEscaped = true;
          else if (code === QUOTE) inString = false;
        } else if (code === QUOTE) inString = true;
        else if (OPENING.has(code)) depth++;
        else if (CLOSING.has(code)) depth--;
      }
    },
    isWhole: () => depth <= 0 && !inString,
  };
}
