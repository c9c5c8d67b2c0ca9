/**
 * Azure OpenAI takes either its own key in `api-key` or an Entra ID access token as a bearer token (npm `openai` 6.49.0, azure.ts, read
 * 2026-11-20). Which of the two a variable holds shows: a token is a JWT, three base64url parts with dots between them, and a key has no
 * dot.
 */
import { MASK, sendable, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The key in `api-key`, or the token as a bearer token. */
export const azure: Scheme<AuthOf<'azure'>> = {
  // Shown without looking at the key: as the more common of the two.
  show: (_, call) => withHeaders(call, { 'api-key': MASK }),
  authorize: ({ secret }, call, { key }) => {
    const value = sendable(key, secret);
    const headers: Record<string, string> = TOKEN.test(value) ? { authorization: `Bearer ${value}` } : { 'api-key': value };
    return { ...withHeaders(call, headers), secrets: [key] };
  },
};
