/**
 * A Google service account: its JSON key file becomes an access token (`google-token.ts`), and that is the bearer token of the call.
 * Reads the key file and says which field of it is wrong; never what stands in it.
 */
import { fromBase64 } from '../../lib/base64.ts';
import { isObject, parseJson, textOf } from '../../lib/json.ts';
import { accessToken, type ServiceAccount } from './google-token.ts';
import { MASK, unusable, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

/** Where a token is asked for when the key file does not say. */
const TOKEN_URI = 'https://oauth2.googleapis.com/token';

/** The access token of a service account as a bearer token. Waits for Google about once an hour. */
export const googleServiceAccount: Scheme<AuthOf<'google-service-account'>> = {
  show: (_, call) => withHeaders(call, { authorization: `Bearer ${MASK}` }),
  async authorize({ secret }, call, { key, fetch, clock }) {
    const token = await accessToken(key, () => readKeyFile(key, secret), { fetch, clock });
    return { ...withHeaders(call, { authorization: `Bearer ${token}` }), secrets: [token] };
  },
};

function readKeyFile(text: string, variable: string): ServiceAccount {
  const file = parseJson(text);
  if (!isObject(file)) throw unusable(variable, 'is not the JSON key file of a service account: it is no JSON object');
  if (file['type'] !== undefined && file['type'] !== 'service_account') {
    throw unusable(variable, 'is not the JSON key file of a service account: its "type" is another');
  }
  const field = (name: string): string => {
    const value = textOf(file[name]);
    if (value === null) throw unusable(variable, `is not the JSON key file of a service account: "${name}" is missing`);
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
    // Told below: what the error says of it would show a piece of the key.
  }
  throw unusable(variable, 'holds a "private_key" that cannot be read: expected "-----BEGIN PRIVATE KEY-----" and PKCS #8 in base64');
}

/** Only Google is told who we are, whatever a key file says. */
function readTokenUri(text: string, variable: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isGoogle = url?.protocol === 'https:' && url.hostname.endsWith('.googleapis.com') && url.host === url.hostname;
  if (url === null || !isGoogle || url.username !== '' || url.password !== '') {
    throw unusable(variable, `holds a "token_uri" that is not at googleapis.com: expected "${TOKEN_URI}"`);
  }
  return url.href;
}
