/**
 * Builds the HTTP request of an upstream call: address, headers, body. It is the only place that does, so `/explain` shows exactly what
 * would be sent. The key is added when the call is sent (`auth/`).
 */
import type { Framing, RenderedRequest } from '../dialects/dialect.ts';
import type { Access } from '../ports.ts';
import type { OperationRules } from '../registry/provider.ts';
import { RouterError } from '../unified/error.ts';
import { show, type Unsigned } from './auth/index.ts';
import { CallBody } from './call-body.ts';
import { mask, maskDeep, secretsInUrl } from './secrets.ts';

/** A request without its key, and how to reach the provider. */
export type UpstreamCall = Unsigned & { body: CallBody; access: Access };

/** The operation, model and format of a call. */
export type Destination = { access: Access; rules: OperationRules; model: string; stream: boolean; framing: Framing };

/** `accept` header of each framing. */
const ACCEPT: Readonly<Record<Framing, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  'aws-event-stream': 'application/vnd.amazon.eventstream',
};

/** The parts of a call that its format writes. */
type Written = Pick<RenderedRequest, 'body' | 'headers' | 'path' | 'subPath'>;

/** Builds the call of one operation of a provider. Headers that belong to the body replace those of the provider's file. */
export function buildCall(to: Destination, written: Written, extraHeaders: Readonly<Record<string, string>>): UpstreamCall {
  const { access, rules, stream, framing } = to;
  const { body, headers, subPath = '', path = stream && rules.streamPath !== null ? rules.streamPath : rules.path } = written;
  // A query stays at the end.
  const whole = path.replace(/(?=\?)|$/, subPath);
  const filled = `${access.isFileAddress === true ? (rules.basePath ?? '') : ''}${fillPath(whole, to)}`;
  rejectChangedUrl(`${access.baseUrl ?? PLACEHOLDER_BASE_URL}${filled}`);
  return {
    url: `${access.baseUrl ?? ''}${filled}`,
    headers: {
      'content-type': 'application/json',
      accept: stream ? ACCEPT[framing] : 'application/json',
      'user-agent': 'tributary',
      ...rules.headers,
      ...headers,
      ...extraHeaders,
    },
    body: new CallBody(body),
    access,
  };
}

/** Placeholder for a base URL that is not set, for calls that are only shown. */
const PLACEHOLDER_BASE_URL = 'https://base-url.invalid';

/** The last address that passed the check. */
let latest = '';

/**
 * Rejects an address that the URL parser would change. Model ids and variables are checked earlier (`unified/request/model-id.ts`,
 * `platform/base-url.ts`); this check also covers what they accept, and guarantees that the shown address is the sent one.
 */
function rejectChangedUrl(url: string): void {
  if (url === latest) return; // most calls repeat the last address, and parsing one is slow
  if (URL.canParse(url) && new URL(url).href === url) {
    latest = url;
    return;
  }
  const message =
    "This model id, or a path in the provider's file, would change the address of the call, so it is not sent. Check the model id.";
  throw new RouterError('invalid_request', message, { param: 'model' });
}

/** Fills the placeholders of a path. */
function fillPath(path: string, { model, access }: Destination): string {
  if (!path.includes('{')) return path;
  return path.replace(/\{(\+?)(\w+)\}/g, (_, keepsSlashes: string, name: string) => {
    const value = name === 'model' ? model : (access.variables[name] ?? '');
    return keepsSlashes === '' ? encodeURIComponent(value) : encodeURIComponent(value).replace(/%2F|%40/g, decodeURIComponent);
  });
}

/** Returns the call for display, with every secret masked. */
export function maskCall({ url, headers, body, access }: UpstreamCall): { url: string; headers: Record<string, string> } {
  const shown = access.isSimulated || access.keys.length > 0 ? show(access.auth, { url, headers, body }) : { url, headers };
  const secrets = secretsOfAccess(access);
  return maskDeep({ url: shown.url, headers: { ...shown.headers } }, (text) => mask(text, secrets));
}

/** Returns all secrets in the settings of a provider. */
export function secretsOfAccess({ keys, auth, variables, baseUrl }: Access): string[] {
  const names = auth.scheme === 'aws-sigv4' ? [auth.accessKeyId, auth.sessionToken ?? ''] : [];
  return [...keys, ...names.map((name) => variables[name] ?? ''), ...secretsInUrl(baseUrl ?? '')];
}
