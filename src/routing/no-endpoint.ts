/** Creates the error for a request that no endpoint can serve, with the reason for each endpoint. */
import type { Catalog } from '../registry/catalog.ts';
import { RouterError, type PromptOverflow } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Rejection } from './resolve-model.ts';

/**
 * Returns a 400 that names the field when every reason concerns the request itself, else a 404. Both list each candidate and the reason for
 * its rejection.
 */
export function createNoEndpointError(rejected: readonly Rejection[]): RouterError {
  const final = rejected.find(({ isFinal }) => isFinal === true);
  if (final !== undefined) return createFinalError(final, rejected);
  const [first, ...more] = rejected;
  const endpoint = ({ requested, provider }: Rejection) =>
    provider === null || requested.startsWith('@') ? requested : `${requested} at ${provider}`;
  const message =
    first !== undefined && more.length === 0
      ? `${endpoint(first)}: ${first.reason}.`
      : `No endpoint can serve this request. ${rejected.map((rejection) => `${endpoint(rejection)}: ${rejection.reason}`).join('; ')}.`;
  const metadata = { candidates: rejected };
  const sentence = message.replace(/\.+\.$/, '.');
  if (first?.param === undefined || more.some(({ param }) => param === undefined))
    return new RouterError('not_found', sentence, { ...unknownName(rejected), metadata });
  const type = more.every((other) => other.type === first.type) ? (first.type ?? 'invalid_request') : 'invalid_request';
  const changed = first.adjustments === undefined ? {} : { adjustments: first.adjustments };
  const tokens = largestOf(rejected);
  const details = { param: first.param, metadata: { ...metadata, ...changed } };
  return new RouterError(type, sentence, tokens === null ? details : { ...details, tokens });
}

/** The field at fault, where the names themselves lead to no endpoint: clients of OpenAI read it beside the code `model_not_found`. */
function unknownName(rejected: readonly Rejection[]): { param?: string } {
  if (rejected.length === 0 || rejected.some(({ provider }) => provider !== null)) return {};
  return { param: rejected.length === 1 ? 'model' : 'models' };
}

/** The error of a rejection that no other one matters beside. */
function createFinalError({ reason, type = 'invalid_request', param, code }: Rejection, rejected: readonly Rejection[]): RouterError {
  return new RouterError(type, reason, {
    ...(param === undefined ? {} : { param }),
    ...(code === undefined ? {} : { clientCode: code }),
    metadata: { candidates: rejected },
  });
}

/** Of endpoints whose contexts are too small, the sizes at the largest one. */
function largestOf(rejected: readonly Rejection[]): PromptOverflow | null {
  const sizes = rejected.flatMap(({ tokens }) => tokens ?? []);
  return sizes.toSorted((one, other) => (other.maximum ?? 0) - (one.maximum ?? 0))[0] ?? null;
}

/** Lists the providers that accept this kind of prompt. */
export function promptHint({ operation, input }: UnifiedRequest, { providers }: Catalog): string {
  if (operation === 'embeddings' || input.kind !== 'prompt') return '';
  const { kind } = input.prompt;
  const takers = providers
    .filter(({ operations }) => operations.completions?.some(({ prompts }) => prompts.includes(kind)))
    .map(({ slug }) => slug);
  return ` Providers that accept it: ${takers.join(', ')}.`;
}
