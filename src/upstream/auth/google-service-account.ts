/**
 * Authenticates with a Google service account: exchanges its JSON key file for an access token (`google-token.ts`) and sends that as a
 * bearer token. Errors name the wrong field of the key file, never its value.
 */
import { fromBase64 } from '../../lib/base64.ts';
import { isObject, parseJson, textOf } from '../../lib/json.ts';
import { getAccessToken, type ServiceAccount } from './google-token.ts';
import { MASK, createUnusableError, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

/** Token endpoint used when the key file has none. */
const TOKEN_URI = 'https://oauth2.googleapis.com/token';

/** Sends the access token of a service account as a bearer token. Calls Google about once per hour. */
export const googleServiceAccount: Scheme<AuthOf<'google-service-account'>> = {
  show: (_, call) => withHeaders(call, { authorization: `Bearer ${MASK}` }),
  async authorize({ secret }, call, { key, fetch, clock }) {
    const token = await getAccessToken(key, () => readKeyFile(key, secret), { fetch, clock });
    return { ...withHeaders(call, { authorization: `Bearer ${token}` }), secrets: [token] };
  },
};

function readKeyFile(text: string, variable: string): ServiceAccount {
  const file = parseJson(text);
  if (!isObject(file)) throw createUnusableError(variable, 'is not the JSON key file of a service account: it is not a JSON object');
  if (file['type'] !== undefined && file['type'] !== 'service_account') {
    throw createUnusableError(variable, 'is not the JSON key file of a service account: its "type" is not "service_account"');
  }
  const field = (name: string): string => {
    const value = textOf(file[name]);
    if (value === null) throw createUnusableError(variable, `is not the JSON key file of a service account: "${name}" is missing`);
    return value;
  };
  return {
    variable,
    email: field('client_email'),
    keyId: textOf(file['private_key_id']),
    pkcs8: readPem(field('private_key'), variable),
    tokenUri: readTokenUri(textOf(file['token_uri']) ?? TOKEN_URI, variable),
  };
}

function readPem(pem: string, variable: string): Uint8Array<ArrayBuffer> {
  const base64 = /-----BEGIN PRIVATE KEY-----([\s\S]+)-----END PRIVATE KEY-----/.exec(pem.replaceAll(String.raw`\n`, '\n'))?.[1];
  try {
    if (base64 !== undefined) return fromBase64(base64);
  } catch {
    // Reported below. The error itself is dropped, because its message may contain a part of the key.
  }
  throw createUnusableError(
    variable,
    'holds a "private_key" that cannot be read: expected "-----BEGIN PRIVATE KEY-----" and PKCS #8 in base64',
  );
}

/** Accepts only token endpoints of Google, so that a key file cannot send the signed claim elsewhere. */
function readTokenUri(text: string, variable: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isGoogle = url?.protocol === 'https:' && url.hostname.endsWith('.googleapis.com') && url.host === url.hostname;
  if (url === null || !isGoogle || url.username !== '' || url.password !== '') {
    throw createUnusableError(variable, `holds a "token_uri" that is not at googleapis.com: expected "${TOKEN_URI}"`);
  }
  return url.href;
}
