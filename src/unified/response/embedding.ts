/**
 * Embeddings: one vector per input. A vector is either numbers or the base64 of 32-bit floats; each form can be converted to the other.
 */
import { fromBase64, toBase64 } from '../../lib/base64.ts';
import { RouterError } from '../error.ts';
import { usageOf, type Usage } from './usage.ts';

/** A vector of a large answer, outside the V8 heap: numbers, or bytes of little-endian 32-bit floats. */
export type PackedVector = Float64Array | Uint8Array;

/** A vector as received: numbers, base64 of little-endian 32-bit floats, or packed. */
export type Vector = readonly number[] | string | PackedVector;

/** The result of one call: a vector per input, in order. */
export type EmbeddingResult = {
  vectors: readonly Vector[];
  model: string | null;
  usage: Usage | null;
  /** True when the provider reports that it truncated an input. */
  isCut?: boolean;
};

/** Reads the vectors of an answer. @throws RouterError `provider_unavailable` when there are none, or one is not a vector. */
export function decodeVectors(given: unknown): Vector[] {
  if (!Array.isArray(given) || given.length === 0) throw new RouterError('provider_unavailable', 'the upstream sent no embeddings');
  return given.map(decodeVector);
}

function decodeVector(given: unknown): Vector {
  if (typeof given === 'string' && given !== '') return given;
  if (Array.isArray(given) && given.length > 0 && given.every((entry) => typeof entry === 'number')) return given;
  if (given instanceof Float64Array || given instanceof Uint8Array) return given;
  throw new RouterError('provider_unavailable', 'the upstream sent an embedding that is not a list of numbers');
}

/** Creates usage with input tokens only, because embeddings have no output tokens. */
export function readUsage(promptTokens: number | null, costUsd: number | null = null): Usage | null {
  return promptTokens === null ? null : usageOf({ promptTokens, completionTokens: 0, costUsd });
}

/** Returns the vector in the requested format. */
export function encodeVector(vector: Vector, format: 'float' | 'base64'): readonly number[] | string {
  if (format === 'base64') {
    if (typeof vector === 'string') return vector;
    return toBase64(vector instanceof Uint8Array ? vector : bytesOf(vector));
  }
  const numbers = numbersOf(vector);
  return numbers instanceof Float64Array ? Array.from(numbers) : numbers;
}

/**
 * Cuts a vector and normalizes it to length 1. For models trained so that the beginning of a vector is a vector.
 *
 * @throws RouterError `provider_unavailable` for a vector that has fewer.
 */
export function cutVector(vector: Vector, dimensions: number): Vector {
  const numbers = numbersOf(vector);
  if (numbers.length < dimensions)
    throw new RouterError('provider_unavailable', `it sent vectors of ${numbers.length} dimensions where ${dimensions} were requested`);
  const cut = numbers.slice(0, dimensions);
  const length = Math.hypot(...cut);
  return length === 0 ? cut : cut.map((entry) => entry / length);
}

/** Returns the numbers of a vector. A packed vector stays packed. */
function numbersOf(vector: Vector): readonly number[] | Float64Array {
  if (typeof vector === 'string') return Array.from(floatsIn(bytesIn(vector)));
  return vector instanceof Uint8Array ? floatsIn(vector) : vector;
}

const FLOAT_BYTES = 4;

function bytesOf(numbers: readonly number[] | Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * FLOAT_BYTES));
  for (const [index, value] of numbers.entries()) view.setFloat32(index * FLOAT_BYTES, value, true);
  return new Uint8Array(view.buffer);
}

function bytesIn(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch {
    throw new RouterError('provider_unavailable', 'the upstream sent an embedding that is not base64');
  }
}

function floatsIn({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  const view = new DataView(buffer, byteOffset, byteLength);
  return Float64Array.from({ length: Math.floor(byteLength / FLOAT_BYTES) }, (_, index) => view.getFloat32(index * FLOAT_BYTES, true));
}
