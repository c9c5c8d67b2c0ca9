/** Creates the error for a request that no endpoint can serve, with the reason for each endpoint. */
import type { Catalog } from '../registry/catalog.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Rejection } from './resolve-model.ts';

/**
 * Returns a 400 that names the field when every reason concerns the request itself, else a 404. Both list each candidate and the reason for
 * its rejection.
 */
export function createNoEndpointError(rejected: readonly Rejection[]): RouterError {
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
    return new RouterError('not_found', sentence, { metadata });
  const type = more.every((other) => other.type === first.type) ? (first.type ?? 'invalid_request') : 'invalid_request';
  const changed = first.adjustments === undefined ? {} : { adjustments: first.adjustments };
  return new RouterError(type, sentence, { param: first.param, metadata: { ...metadata, ...changed } });
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
