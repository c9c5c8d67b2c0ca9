/**
 * Signs requests with AWS Signature Version 4, computed by npm `aws4fetch` (1.0.20, read 2026-11-20). A test compares it with a second
 * implementation. The signed path is encoded once more than the sent path. A model id contains `:`, an ARN also `/`, so the address must
 * contain them as `%3A` and `%2F`; `%253A` and `%252F` are signed.
 */
import { AwsV4Signer } from 'aws4fetch';
import { LOOP_HEADERS } from '../loop.ts';
import { MASK, checkHeaderValue, createUnusableError, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

type Variables = Readonly<Record<string, string>>;

/** Signs a request. `x-amz-date` is the time of the clock; the signature is valid for a few minutes around it. */
export const awsSigV4: Scheme<AuthOf<'aws-sigv4'>> = {
  show: ({ sessionToken }, call) =>
    withHeaders(call, {
      'x-amz-date': '(the time of sending)',
      ...(sessionToken === null ? {} : { 'x-amz-security-token': `${MASK} (if ${sessionToken} is set)` }),
      authorization: `AWS4-HMAC-SHA256 Credential=${MASK}, SignedHeaders=${MASK}, Signature=${MASK}`,
    }),

  async authorize(auth, call, { key, variables, clock }) {
    const accessKeyId = requireVariable(variables, auth.accessKeyId);
    const sessionToken = auth.sessionToken === null ? '' : checkHeaderValue(variables[auth.sessionToken] ?? '', auth.sessionToken);
    const signer = new AwsV4Signer({
      method: 'POST',
      url: call.url,
      // Headers that a proxy may change must not be signed.
      headers: Object.fromEntries(Object.entries(call.headers).filter(([name]) => !LOOP_HEADERS.includes(name))),
      body: call.body.toSend(),
      accessKeyId,
      secretAccessKey: checkHeaderValue(key, auth.secret),
      ...(sessionToken === '' ? {} : { sessionToken }),
      service: auth.service,
      region: regionOf(variables, auth.region),
      datetime: new Date(clock.nowMs()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    });
    const { url, headers } = await signer.sign();
    const signature = /Signature=(\w+)/.exec(headers.get('authorization') ?? '')?.[1] ?? '';
    return {
      url: url.href, // the signed form
      headers: { ...call.headers, ...Object.fromEntries(headers) },
      body: call.body,
      secrets: [key, accessKeyId, sessionToken, signature].filter((secret) => secret !== ''),
    };
  },
};

function requireVariable(variables: Variables, name: string): string {
  const value = checkHeaderValue(variables[name] ?? '', name);
  if (value === '') throw createUnusableError(name, 'is not set');
  return value;
}

function regionOf(variables: Variables, name: string): string {
  const region = requireVariable(variables, name);
  if (!/^[a-z0-9-]+$/.test(region)) throw createUnusableError(name, 'is not a region: expected a name such as us-east-1');
  return region;
}
