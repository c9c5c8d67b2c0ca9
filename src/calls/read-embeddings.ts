/**
 * Reads and checks the answer of one embeddings call: as many vectors as there were inputs, and no secret of the call in them. Knows no
 * provider.
 */
import type { EmbeddingDialect } from '../dialects/dialect.ts';
import { findErrorIn } from '../dialects/openai-common/upstream/error.ts';
import type { Part } from '../fitting/split.ts';
import { countTokens } from '../lib/count-tokens.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { readUsage, type EmbeddingResult } from '../unified/response/embedding.ts';
import { RouterError } from '../unified/error.ts';
import { isObject, parseBounded } from '../lib/json.ts';
import { countPrompts, type Prompt } from '../unified/request/message.ts';
import type { Input } from '../unified/request/request.ts';
import type { Usage } from '../unified/response/usage.ts';
import { openBody } from '../upstream/body-reader.ts';
import { statedBytes } from '../upstream/read-bounded.ts';
import { createVectorReader } from '../upstream/read-vectors.ts';
import { mask } from '../upstream/secrets.ts';

/**
 * Reads the answer of one call.
 *
 * @param reading.budget what is kept of the answer is taken from it.
 * @throws RouterError about what the upstream sent, which may hold anything.
 */
export async function readEmbeddings(
  response: Response,
  { dialect, part, budget }: { dialect: EmbeddingDialect; part: Part; budget: AnswerBudget },
): Promise<EmbeddingResult> {
  return readVectors(await readBody(response, budget), dialect, part);
}

/** Longest base64 vector that is searched for secrets, in characters. */
const SEARCHED_CHARACTERS = 1000;

/** An upstream may return what it was sent, in every place where it can put a text. */
export const withoutSecrets = (embedded: EmbeddingResult, secrets: readonly string[]): EmbeddingResult => ({
  ...embedded,
  model: embedded.model === null ? null : mask(embedded.model, secrets),
  vectors: embedded.vectors.map((vector) =>
    typeof vector === 'string' && vector.length <= SEARCHED_CHARACTERS ? mask(vector, secrets) : vector,
  ),
});

/** A body up to this size is read at once. */
const SMALL_BYTES = 2 ** 18;

/** @throws RouterError when the body breaks off, or has more than is left of the budget. */
async function readBody(response: Response, budget: AnswerBudget): Promise<unknown> {
  try {
    const bytes = statedBytes(response.headers);
    if (bytes <= SMALL_BYTES) {
      budget.take(bytes);
      return parseBounded(await response.text());
    }
    if (response.body === null) return null;
    const body = openBody(response.body);
    const decoder = new TextDecoder();
    const vectors = createVectorReader(budget);
    try {
      for (let piece = await body.read(); piece !== null; piece = await body.read()) vectors.push(decoder.decode(piece, { stream: true }));
    } catch (thrown) {
      body.cancel().catch(() => undefined);
      throw thrown;
    }
    vectors.push(decoder.decode());
    return vectors.end();
  } catch (thrown) {
    throw thrown instanceof RouterError ? thrown : new RouterError('provider_unavailable', 'it broke the answer off');
  }
}

/** @throws RouterError about what the upstream sent, which may hold anything. */
function readVectors(body: unknown, dialect: EmbeddingDialect, part: Part): EmbeddingResult {
  const embedded = decode(body, dialect);
  const { promptTokens, count } = inputsOf(part.call.input);
  if (embedded.vectors.length !== count) {
    throw new RouterError('provider_unavailable', `it sent ${embedded.vectors.length} embeddings for ${count} inputs`);
  }
  return { ...embedded, usage: embedded.usage ?? estimated(promptTokens()) };
}

/** @throws RouterError the error that the upstream reports with HTTP 200, or what the answer lacks. */
function decode(body: unknown, dialect: EmbeddingDialect): EmbeddingResult {
  try {
    return dialect.decodeBody(body);
  } catch (thrown) {
    throw (isObject(body) ? findErrorIn(body) : null) ?? thrown;
  }
}

function inputsOf(input: Input): { count: number; promptTokens: () => number } {
  if (input.kind !== 'prompt') return { count: 0, promptTokens: () => 0 };
  return { count: countPrompts(input.prompt), promptTokens: () => tokensOf(input.prompt) };
}

/** Token ids are counted, texts are estimated. */
function tokensOf({ kind, value }: Prompt): number {
  if (kind === 'tokens') return value.length;
  if (kind === 'token-lists') return value.reduce((sum, tokens) => sum + tokens.length, 0);
  return kind === 'text' ? countTokens(value) : value.reduce((sum, text) => sum + countTokens(text), 0);
}

function estimated(promptTokens: number): Usage | null {
  const usage = readUsage(promptTokens);
  return usage && { ...usage, estimated: ['prompt_tokens', 'total_tokens'] };
}
