/**
 * Reads a body with many vectors while it arrives. A batch of embeddings can have a hundred megabytes of digits, more than an isolate can
 * hold as text. Vectors are cut out of the text and packed outside the V8 heap: numbers as 64-bit floats, which is lossless, base64 as its
 * bytes.
 */
import { fromBase64 } from '../lib/base64.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { PackedVector } from '../unified/response/embedding.ts';
import { isObject, parseBounded, parseJson } from '../lib/json.ts';

/** Matches lists of numbers, and base64 longer than any name. Shorter ones, and longer than any vector, stay in the text. */
const VECTOR = /\[[\d\s.,eE+-]{256,400000}\]|"[A-Za-z0-9+/]{1000,100000}={0,2}"/g;

/** Placeholder for a vector in the text; its index follows. */
const MARK = '\u0000vector ';

/** Reads a body piece by piece. */
export type VectorReader = {
  push(text: string): void;
  /** Returns the body with packed vectors; null when it is not JSON. */
  end(): unknown;
};

/** @param budget memory budget for all kept data. */
export function createVectorReader(budget: AnswerBudget): VectorReader {
  const vectors: PackedVector[] = [];
  const written: string[] = [];
  /** Text that may contain the beginning of a vector. */
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
      // No vector continues after one of these characters.
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
      return fillVectors(parseBounded(written.join('')), vectors);
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
    return null; // not base64
  }
}

/** Replaces placeholders by their vectors. */
function fillVectors(value: unknown, vectors: readonly PackedVector[]): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? (vectors[Number(value.slice(MARK.length))] ?? value) : value;
  if (Array.isArray(value)) return value.map((entry) => fillVectors(entry, vectors));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, fillVectors(entry, vectors)]));
}
