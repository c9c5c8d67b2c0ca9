/**
 * Authenticates to Azure OpenAI, which accepts its own key in `api-key` or an Entra ID access token as a bearer token (npm `openai` 6.49.0,
 * azure.ts, read 2026-11-20). The form of the value decides: a token is a JWT (three base64url parts with dots between them), and a key
 * contains no dot.
 */
import { MASK, checkHeaderValue, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Sends a key in `api-key`, or a token as a bearer token. */
export const azure: Scheme<AuthOf<'azure'>> = {
  // Shown without reading the key, so in the more common form.
  show: (_, call) => withHeaders(call, { 'api-key': MASK }),
  authorize: ({ secret }, call, { key }) => {
    const value = checkHeaderValue(key, secret);
    const headers: Record<string, string> = TOKEN.test(value) ? { authorization: `Bearer ${value}` } : { 'api-key': value };
    return { ...withHeaders(call, headers), secrets: [key] };
  },
};
