/**
 * The HTTP request for one upstream call: address, headers, body. Built here and nowhere else, so that `/explain` shows exactly what
 * would be sent. Sends nothing and holds no key in its headers: a key is put in when the call is sent (`auth/`).
 */
import type { Framing } from '../dialects/dialect.ts';
import type { Access } from '../ports.ts';
import type { OperationRules } from '../registry/provider.ts';
import { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../lib/json.ts';
import { show, type Unsigned } from './auth/index.ts';
import { mask, maskDeep, secretsInUrl } from './secrets.ts';

/** A request that lacks nothing but its key. */
export type UpstreamCall = Unsigned & { access: Access };

/** Where a call goes. */
export type Destination = { access: Access; rules: OperationRules; model: string; stream: boolean; framing: Framing };

/** What a stream of each framing calls itself. */
const ACCEPT: Readonly<Record<Framing, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'aws-event-stream': 'application/vnd.amazon.eventstream',
};

/** The call of one operation of a provider. */
export function buildCall(to: Destination, body: JsonObject, extraHeaders: Readonly<Record<string, string>>): UpstreamCall {
  const { access, rules, stream, framing } = to;
  const path = stream && rules.streamPath !== null ? rules.streamPath : rules.path;
  const filled = `${access.isFileAddress === true ? (rules.basePath ?? '') : ''}${fillPath(path, to)}`;
  refuseMoved(`${access.baseUrl ?? NOWHERE}${filled}`);
  return {
    url: `${access.baseUrl ?? ''}${filled}`,
    headers: {
      'content-type': 'application/json',
      accept: stream ? ACCEPT[framing] : 'application/json',
      'user-agent': 'tributary',
      ...rules.headers,
      ...extraHeaders,
    },
    body: JSON.stringify(body),
    access,
  };
}

/** Stands for a base URL that is not set, where a call is only shown. */
const NOWHERE = 'https://base-url.invalid';

/** The latest address that was found to be as it is sent. */
let latest = '';

/**
 * Refuses an address that would be another one once it is parsed. Ids and variables are checked before (`unified/request/model-id.ts`,
 * `platform/base-url.ts`); this holds whatever they let pass, and makes the address shown the one that is sent.
 */
function refuseMoved(url: string): void {
  if (url === latest) return; // most calls go where the one before went, and parsing an address takes a while
  if (URL.canParse(url) && new URL(url).href === url) {
    latest = url;
    return;
  }
  const message = "This model id, or a path in the provider's file, would lead the call to another address, so it is not sent.";
  throw new RouterError('invalid_request', message, { param: 'model' });
}

/** A path with its placeholders filled. */
function fillPath(path: string, { model, access }: Destination): string {
  if (!path.includes('{')) return path;
  return path.replace(/\{(\+?)(\w+)\}/g, (_, keepsSlashes: string, name: string) => {
    const value = name === 'model' ? model : (access.variables[name] ?? '');
    return keepsSlashes === '' ? encodeURIComponent(value) : encodeURIComponent(value).replace(/%2F|%40/g, decodeURIComponent);
  });
}

/** The call as it may be shown: where its key goes, without the key. */
export function maskCall({ url, headers, body, access }: UpstreamCall): { url: string; headers: Record<string, string> } {
  const shown = access.isSimulated || access.keys.length > 0 ? show(access.auth, { url, headers, body }) : { url, headers };
  const secrets = secretsOfAccess(access);
  return maskDeep({ url: shown.url, headers: { ...shown.headers } }, (text) => mask(text, secrets));
}

/** Everything of the way to a provider that must not be shown. */
export function secretsOfAccess({ keys, auth, variables, baseUrl }: Access): string[] {
  const names = auth.scheme === 'aws-sigv4' ? [auth.accessKeyId, auth.sessionToken ?? ''] : [];
  return [...keys, ...names.map((name) => variables[name] ?? ''), ...secretsInUrl(baseUrl ?? '')];
}
