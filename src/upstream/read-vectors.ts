/**
 * A body of many vectors, read as it comes: a batch of embeddings can be a hundred megabytes of digits, and an isolate has no room for
 * its text. Vectors are taken out of the text and kept packed, outside the heap of V8: numbers as 64-bit floats, so that none is changed,
 * base64 as its bytes.
 */
import { fromBase64 } from '../lib/base64.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { PackedVector } from '../unified/response/embedding.ts';
import { isObject, parseBounded, parseJson } from '../lib/json.ts';

/** Lists of numbers, and base64 that is too long for a name; what is shorter, or longer than any vector, stays in the text. */
const VECTOR = /\[[\d\s.,eE+-]{256,400000}\]|"[A-Za-z0-9+/]{1000,100000}={0,2}"/g;

/** Stands for a vector in the text; its place follows. */
const MARK = '\u0000vector ';

/** Takes a body piece by piece. */
export type VectorReader = {
  push(text: string): void;
  /** The body, with packed vectors in it; null when it is no JSON. */
  end(): unknown;
};

/** @param budget of all that is kept. */
export function createVectorReader(budget: AnswerBudget): VectorReader {
  const vectors: PackedVector[] = [];
  const written: string[] = [];
  /** What may be the beginning of a vector. */
  let open: string[] = [];

  function write(text: string): void {
    const rest = text.replace(VECTOR, (found) => {
      const vector = found.startsWith('[') ? packNumbers(found) : packBase64(found);
      if (vector === null) return found;
      budget.take(vector.byteLength);
      return JSON.stringify(`${MARK}${vectors.push(vector) - 1}`);
    });
    budget.take(rest.length);
    written.push(rest);
  }

  return {
    push(text) {
      // No vector goes on behind one of these.
      const end = Math.max(text.lastIndexOf(']'), text.lastIndexOf('}')) + 1;
      budget.take(text.length);
      open.push(text);
      if (end === 0) return;
      const whole = open.join('');
      const cut = whole.length - text.length + end;
      open = [whole.slice(cut)];
      budget.give(cut);
      write(whole.slice(0, cut));
    },
    end() {
      write(open.join(''));
      return filled(parseBounded(written.join('')), vectors);
    },
  };
}

function packNumbers(text: string): PackedVector | null {
  const numbers = parseJson(text);
  return Array.isArray(numbers) ? Float64Array.from(numbers as number[]) : null;
}

function packBase64(quoted: string): PackedVector | null {
  try {
    return fromBase64(quoted.slice(1, -1));
  } catch {
    return null; // no base64 after all
  }
}

/** The value with vectors for their marks. */
function filled(value: unknown, vectors: readonly PackedVector[]): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? (vectors[Number(value.slice(MARK.length))] ?? value) : value;
  if (Array.isArray(value)) return value.map((entry) => filled(entry, vectors));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, filled(entry, vectors)]));
}
