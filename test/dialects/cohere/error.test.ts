import { describe, expect, it } from 'vitest';
import { cohereUpstream } from '../../../src/dialects/cohere/index.ts';

const read = (status: number, body: unknown) => cohereUpstream.parseError(status, body);

describe('Cohere errors', () => {
  it.each([
    [400, 'invalid request: temperature must be at most 1', 'invalid_request'],
    [400, 'too many tokens: total number of tokens in the prompt exceeds the limit of 4081', 'context_length_exceeded'],
    [401, 'invalid api token', 'authentication'],
    [402, 'please add a payment method', 'payment_required'],
    [403, 'not allowed', 'permission_denied'],
    [404, "model 'x' not found", 'not_found'],
    [422, 'json: cannot unmarshal', 'unprocessable'],
    [429, 'You are using a Trial key: too many tokens per minute', 'rate_limit_exceeded'],
    [498, 'invalid token', 'authentication'],
    [498, 'blocked input', 'content_policy_violation'],
    [499, 'client closed request', 'provider_unavailable'],
    [500, 'internal server error', 'server'],
    [503, 'service unavailable', 'provider_overloaded'],
    [504, 'timeout', 'timeout'],
  ])('%i %s', (status, message, type) => {
    expect(read(status, { message, id: 'one' })).toMatchObject({ type, message });
  });

  it('names the field that it does not know', () => {
    const message =
      "unknown field: parameter 'strict' is not a valid field. For proper usage, please refer to https://docs.cohere.com/reference/chat";
    expect(read(422, { message })).toMatchObject({ type: 'unprocessable', details: { param: 'strict' } });
  });

  it('may be no JSON at all', () => {
    expect(read(502, '<html><body>Bad gateway</body></html>')).toMatchObject({ type: 'provider_unavailable', message: 'Bad gateway' });
    expect(read(500, '')).toMatchObject({ type: 'server', message: 'HTTP 500 without a message' });
  });
});
