/**
 * AWS Signature Version 4 over the whole request, computed by npm `aws4fetch` (1.0.20, read 2026-11-20) and held in the test against a
 * second computation. A path is signed encoded once more than it is sent: a model id holds `:`, an ARN `/` as well, so the address must
 * come with them as `%3A` and `%2F`, and `%253A` and `%252F` are signed.
 */
import { AwsV4Signer } from 'aws4fetch';
import { LOOP_HEADERS } from '../loop.ts';
import { MASK, sendable, unusable, withHeaders, type AuthOf, type Scheme } from './scheme.ts';

type Variables = Readonly<Record<string, string>>;

/** A signed request. `x-amz-date` is the clock's, and the signature holds for a few minutes around it. */
export const awsSigV4: Scheme<AuthOf<'aws-sigv4'>> = {
  show: ({ sessionToken }, call) =>
    withHeaders(call, {
      'x-amz-date': '(the time of sending)',
      ...(sessionToken === null ? {} : { 'x-amz-security-token': `${MASK} (if ${sessionToken} is set)` }),
      authorization: `AWS4-HMAC-SHA256 Credential=${MASK}, SignedHeaders=${MASK}, Signature=${MASK}`,
    }),

  async authorize(auth, call, { key, variables, clock }) {
    const accessKeyId = required(variables, auth.accessKeyId);
    const sessionToken = auth.sessionToken === null ? '' : sendable(variables[auth.sessionToken] ?? '', auth.sessionToken);
    const signer = new AwsV4Signer({
      method: 'POST',
      url: call.url,
      // What a proxy may change on the way must not be signed.
      headers: Object.fromEntries(Object.entries(call.headers).filter(([name]) => !LOOP_HEADERS.includes(name))),
      body: call.body,
      accessKeyId,
      secretAccessKey: sendable(key, auth.secret),
      ...(sessionToken === '' ? {} : { sessionToken }),
      service: auth.service,
      region: regionOf(variables, auth.region),
      datetime: new Date(clock.nowMs()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    });
    const { url, headers } = await signer.sign();
    const signature = /Signature=(\w+)/.exec(headers.get('authorization') ?? '')?.[1] ?? '';
    return {
      url: url.href, // as it was signed
      headers: { ...call.headers, ...Object.fromEntries(headers) },
      body: call.body,
      secrets: [key, accessKeyId, sessionToken, signature].filter((secret) => secret !== ''),
    };
  },
};

function required(variables: Variables, name: string): string {
  const value = sendable(variables[name] ?? '', name);
  if (value === '') throw unusable(name, 'is not set');
  return value;
}

function regionOf(variables: Variables, name: string): string {
  const region = required(variables, name);
  if (!/^[a-z0-9-]+$/.test(region)) throw unusable(name, 'holds no region, such as us-east-1');
  return region;
}
