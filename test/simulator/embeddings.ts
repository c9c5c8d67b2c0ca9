// Embeddings, as simulated providers make them: a few numbers that depend on the text alone. OpenAI's form, and what other forms must say.
// Pure; must not import anything from src/ or providers/.

import { either, integer, listOf, oneOf, text } from './checks.ts';
import type { Check, Fields } from './checks.ts';
import { anyPrompt } from './common-checks.ts';
import { countWords, createRandom } from './prose.ts';

/** How a provider that is not OpenAI-shaped is asked for embeddings, and answers. */
export interface EmbeddingForm {
  readonly readTexts: (body: Fields) => readonly string[];
  readonly toBody: (vectors: readonly (readonly number[])[], tokens: number) => Fields;
}

/** What OpenAI accepts. */
export const embeddingFields: Readonly<Record<string, Check>> = {
  model: text(/./su),
  input: either('a string, strings, tokens or lists of tokens', anyPrompt),
  dimensions: integer({ min: 1 }),
  encoding_format: oneOf('float', 'base64'),
  user: text(),
};

/** A list of texts, at most so many. */
export const texts = (max: number): Check => listOf(text(), { min: 1, max });

const defaultDimensions = 8;

/** The answer to an accepted body. */
export function embedTexts(body: Fields, form: EmbeddingForm | undefined): Fields {
  const inputs = form === undefined ? readInputs(body) : form.readTexts(body);
  const dimensions = typeof body['dimensions'] === 'number' ? body['dimensions'] : defaultDimensions;
  const vectors = inputs.map((input) => toVector(input, dimensions));
  const tokens = countWords(inputs.join(' '));
  if (form !== undefined) return form.toBody(vectors, tokens);
  const isBase64 = body['encoding_format'] === 'base64';
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: isBase64 ? toBase64(vector) : vector })),
    model: body['model'],
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function readInputs({ input }: Fields): string[] {
  if (typeof input === 'string') return [input];
  const list: unknown[] = Array.isArray(input) ? input : [];
  return list.every((entry) => typeof entry === 'number')
    ? [list.join(' ')]
    : list.map((entry) => (Array.isArray(entry) ? entry.join(' ') : String(entry)));
}

/** The same text, the same numbers; halves of powers of two, so that 32 bits hold them exactly. */
function toVector(input: string, dimensions: number): number[] {
  const random = createRandom(input);
  return Array.from({ length: dimensions }, () => Math.round(random() * 256) / 256);
}

function toBase64(vector: readonly number[]): string {
  return btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(vector).buffer)));
}
