/** The error for a request that no endpoint can serve: whose fault it is, and what stands in the way at each. */
import type { Catalog } from '../registry/catalog.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Rejection } from './resolve-model.ts';

/**
 * A 400 that names the field where every reason lies in the request itself, else a 404. Either lists each candidate and why it fell
 * out.
 */
export function noEndpoint(rejected: readonly Rejection[]): RouterError {
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

/** Who takes the kind of prompt that a provider does not accept. */
export function promptHint({ operation, input }: UnifiedRequest, { providers }: Catalog): string {
  if (operation === 'embeddings' || input.kind !== 'prompt') return '';
  const { kind } = input.prompt;
  const takers = providers
    .filter(({ operations }) => operations.completions?.some(({ prompts }) => prompts.includes(kind)))
    .map(({ slug }) => slug);
  return ` Providers that take it: ${takers.join(', ')}.`;
}
