/**
 * The HTTP request for one upstream call: address, headers, body. Built here and nowhere else, so that `/explain` shows exactly what
 * would be sent. Sends nothing; the key goes into one header and into nothing that is ever shown.
 */
import type { Access } from '../ports.ts';
import type { CompiledProvider } from '../registry/catalog.ts';
import type { JsonObject } from '../unified/json.ts';

/** A request ready to be sent. */
export type UpstreamCall = {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** JSON text. */
  body: string;
  /** The key in the headers, to be kept out of everything said about this call; null when there is none. */
  secret: string | null;
};

/** What the simulator is given instead of a key. No ordinary word: a key is masked in whatever an upstream says. */
const SIMULATED_KEY = 'simulated-key';

/** Which key comes next, by provider: a list of keys is used in turn. One isolate's memory is enough, fairness is not a promise. */
const nextKey = new Map<string, number>();

function pickKey(provider: CompiledProvider, access: Access): string | null {
  if (access.simulated) return SIMULATED_KEY;
  if (access.keys.length === 0) return null;
  const turn = nextKey.get(provider.slug) ?? 0;
  nextKey.set(provider.slug, turn + 1);
  return access.keys[turn % access.keys.length] ?? null;
}

/** The call of one operation of a provider. */
export function buildCall(
  provider: CompiledProvider,
  access: Access,
  path: string,
  body: JsonObject,
  extraHeaders: Readonly<Record<string, string>>,
): UpstreamCall {
  const secret = provider.auth.scheme === 'none' ? null : pickKey(provider, access);
  return {
    url: `${access.baseUrl ?? ''}${path}`,
    headers: {
      'content-type': 'application/json',
      accept: body.stream === true ? 'text/event-stream' : 'application/json',
      'user-agent': 'tributary',
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
      ...extraHeaders,
    },
    body: JSON.stringify(body),
    secret,
  };
}

/** The call as it may be shown: the key masked. */
export function maskCall({ url, headers, secret }: UpstreamCall): { url: string; headers: Record<string, string> } {
  return {
    url,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, secret === null ? value : value.replaceAll(secret, '***')]),
    ),
  };
}
