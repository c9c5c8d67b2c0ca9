/**
 * The form that a provider's other clients use, for a call with the client's own body whose address the service lacks: an operator's base URL
 * may lead to a service that has one of a provider's two addresses (Bedrock's Converse without InvokeModel). Sends nothing.
 */
import { textOf, isObject } from '../lib/json.ts';
import type { Limits, Ports } from '../ports.ts';
import { bodyOf } from '../fitting/native-for.ts';
import { tryFit } from '../routing/fit-endpoint.ts';
import { endpointOf, type Candidate } from '../routing/resolve-model.ts';
import type { RouterError } from '../unified/error.ts';
import type { NativeRequest, UnifiedRequest } from '../unified/request/request.ts';
import { prepare, type PreparedEndpoint, type PreparedPart } from './prepare.ts';

/** A prepared call. */
type OneCall = { prepared: PreparedEndpoint; part: PreparedPart };

/**
 * Returns the call in the provider's usual format; null where the error means something else, the address is the same, or the request cannot
 * be changed into that format. What is changed is added to `prepared.learned`.
 */
export function translatedCall(
  error: RouterError,
  { prepared, part }: OneCall,
  { request, limits }: { request: UnifiedRequest; limits: Limits },
): OneCall | null {
  if (part.part.call.native === undefined || !lacksAddress(error)) return null;
  const { planned, extraHeaders, adjustments, learned } = prepared;
  // The conversation of the call has the files that were fetched for it.
  const changed: UnifiedRequest = { ...request, native: null, input: part.part.call.input };
  const fitted = tryFit(changed, { ...planned, knownRefusals: new Map() }, { adjustments: [], limits });
  if ('reason' in fitted) return null;
  const next = prepare({ ...planned, ...fitted }, { request: changed, extraHeaders, dataUris: new Map() });
  const [only, ...more] = next.parts;
  if (only === undefined || more.length > 0 || only.call.url === part.call.url) return null;
  learned.push(...next.adjustments.filter((one) => !adjustments.includes(one)));
  return { prepared: { ...next, adjustments, learned }, part: only };
}

/** Remembers that an endpoint lacks the address for such bodies, so that the next request is translated at once. */
export function rememberTranslation(native: NativeRequest, candidate: Candidate, { learned, log }: Pick<Ports, 'learned' | 'log'>): void {
  const name = bodyOf(native);
  learned.remember(endpointOf(candidate), name, null);
  log(`${candidate.provider.slug} has no address for a ${name}: such requests are translated for an hour`);
}

/** Statuses of an address or a method that does not exist. */
const NO_ADDRESS: ReadonlySet<number | null> = new Set([404, 405, 501]);

/** Whether an error means that the address does not exist, and not that the model does not. Paths name models too, so they do not count. */
function lacksAddress({ upstreamStatus, message, details: { raw } }: RouterError): boolean {
  const code = isObject(raw) ? (textOf(raw['code']) ?? '') : '';
  if (/unknown_?operation/i.test(code)) return true; // botocore: what AWS answers where it has no such operation
  return NO_ADDRESS.has(upstreamStatus) && !/model|resource_?not_?found/i.test(`${code} ${message.replace(/\S*\/\S*/g, '')}`);
}
