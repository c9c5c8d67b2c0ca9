/** Connects the sign-in by Cloudflare Access to the operator's variables. */
import { createSignIn, type SignIn } from '../accounts/cloudflare-access.ts';
import { AccessKeys, type AccessKeysOptions } from './access-keys.ts';
import { callerKeys, list, textOfVariable, type Env } from './env.ts';

/** A host name with at least one dot, and nothing else. */
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/;

/** Creates it from `ACCESS_TEAM_DOMAIN` and `ACCESS_AUD`. Null = they are not set; a mistake in them is logged. */
export function createAccessSignIn(env: Env, options: Omit<AccessKeysOptions, 'url'>): SignIn | null {
  const domain = textOfVariable(env, 'ACCESS_TEAM_DOMAIN')
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '');
  const audiences = list(textOfVariable(env, 'ACCESS_AUD'));
  if (domain === '' && audiences.length === 0) return null;
  const fault = faultOf(domain, audiences, callerKeys(env).adminKeys);
  if (fault !== null) {
    options.log(`Cloudflare Access signs no one in: ${fault}.`);
    return null;
  }
  const issuer = `https://${domain}`;
  const keys = new AccessKeys({ ...options, url: `${issuer}/cdn-cgi/access/certs` });
  return createSignIn({ issuer, audiences, keys, clock: options.clock });
}

function faultOf(domain: string, audiences: readonly string[], adminKeys: readonly string[]): string | null {
  if (!HOST.test(domain)) return 'ACCESS_TEAM_DOMAIN is no host name; expected one as my-team.cloudflareaccess.com';
  if (audiences.length === 0) return 'ACCESS_AUD is not set; expected the AUD tag of the application';
  // Secrets of the router are derived from it where there are no others.
  return adminKeys.length === 0 ? 'ADMIN_API_KEY is not set; set any long random text' : null;
}
