/**
 * Signs people in who have passed Cloudflare Access, which adds a token to each of their requests
 * (https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/, read 2026-12-01).
 *
 * Access knows people by a cookie, which browsers send whatever page has made the request. So the token counts only for requests that a page of this
 * router has made: browsers state that in `Sec-Fetch-Site`, which no page can set.
 */
import { tenantOf, type Caller } from './caller.ts';
import type { Clock } from '../lib/clock.ts';
import { sha256Hex } from '../lib/hash.ts';
import { arrayOf, textOf, type JsonObject } from '../lib/json.ts';
import { isSignedBy, readJwt } from '../lib/jwt.ts';
import { RouterError } from '../unified/error.ts';

/** Has the token. */
const TOKEN_HEADER = 'cf-access-jwt-assertion';

/** How much the clocks may differ by which `nbf` was set and is read, in seconds. */
const LEEWAY_SECONDS = 60;

/** Finds the caller of a request without a key. Null = Access does not name one. @throws RouterError for a token that is not accepted. */
export type SignIn = (headers: Headers) => Promise<Caller | null>;

/** The public keys of Access. */
export interface SigningKeys {
  /** The key of an id; null = there is none. @throws RouterError where the keys cannot be read. */
  find(id: string): Promise<CryptoKey | null>;
}

/** Whose tokens are accepted. */
export type AccessOptions = {
  /** `iss` of the tokens: `https://` and the team's domain. */
  issuer: string;
  /** AUD tags of the applications in Access. */
  audiences: readonly string[];
  keys: SigningKeys;
  clock: Pick<Clock, 'nowMs'>;
};

/** Everyone whom Access lets pass is an operator: its policies decide who does. */
export function createSignIn({ issuer, audiences, keys, clock }: AccessOptions): SignIn {
  return async (headers) => {
    const token = headers.get(TOKEN_HEADER);
    if (token === null || headers.get('sec-fetch-site') !== 'same-origin') return null;
    const jwt = readJwt(token);
    if (jwt === null) throw refusal('it is no token with the algorithm RS256 and the id of a key');
    const fault = faultOf(jwt.claims, { issuer, audiences, seconds: clock.nowMs() / 1000 });
    if (fault !== null) throw refusal(fault);
    const key = await keys.find(jwt.keyId);
    if (key === null || !(await isSignedBy(jwt, key))) throw refusal('no key of ACCESS_TEAM_DOMAIN has signed it');
    return operatorOf(issuer, String(jwt.claims['sub']));
  };
}

type Expected = { issuer: string; audiences: readonly string[]; seconds: number };

/** Why claims are not accepted; null = they are. */
function faultOf({ iss, aud, exp, nbf, sub }: JsonObject, { issuer, audiences, seconds }: Expected): string | null {
  if (iss !== issuer) return 'its issuer is not https:// and ACCESS_TEAM_DOMAIN';
  if (!(typeof aud === 'string' ? [aud] : arrayOf(aud)).some((one) => audiences.some((audience) => audience === one)))
    return 'it is for another application: ACCESS_AUD has the AUD tag of this one';
  if (typeof exp !== 'number' || !(exp > seconds)) return 'it has expired: load the page again';
  if (nbf !== undefined && !(typeof nbf === 'number' && nbf <= seconds + LEEWAY_SECONDS)) return 'it is not valid yet';
  return textOf(sub) === null ? 'it is of a service, not of a person: services send a key' : null;
}

/** Each person has an account. It has the form of others, which are hashes of keys. */
async function operatorOf(issuer: string, subject: string): Promise<Caller> {
  const account = await sha256Hex(`cloudflare-access ${issuer} ${subject}`);
  return { tenant: tenantOf(account), account, key: null, isAdmin: true };
}

const refusal = (why: string): RouterError =>
  new RouterError('authentication', `The token of Cloudflare Access (${TOKEN_HEADER}) is not accepted: ${why}.`);
