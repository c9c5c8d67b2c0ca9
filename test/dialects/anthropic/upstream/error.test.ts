import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';

const body = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: 'req_1' });
const read = (status: number, type: string, message: string, headers: Record<string, string> = {}) =>
  anthropicUpstream.parseError(status, body(type, message), (name) => headers[name] ?? null);

describe('Anthropic errors', () => {
  it.each([
    [400, 'invalid_request_error', 'Something is wrong', 'invalid_request'],
    [400, 'invalid_request_error', 'prompt is too long: 208310 tokens > 200000 maximum', 'context_length_exceeded'],
    [
      400,
      'invalid_request_error',
      'input length and `max_tokens` exceed context limit: 197199 + 21333 > 200000, decrease input length or `max_tokens` and try again',
      'context_length_exceeded',
    ],
    [
      400,
      'invalid_request_error',
      'max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-x',
      'max_tokens_exceeded',
    ],
    [400, 'invalid_request_error', 'Your credit balance is too low to access the Anthropic API.', 'payment_required'],
    [400, 'invalid_request_error', 'You have reached your specified API usage limits.', 'payment_required'],
    [401, 'authentication_error', 'invalid x-api-key', 'authentication'],
    [402, 'billing_error', 'pay', 'payment_required'],
    [403, 'permission_error', 'no', 'permission_denied'],
    [404, 'not_found_error', 'model: claude-x', 'not_found'],
    [413, 'request_too_large', 'too large', 'payload_too_large'],
    [429, 'rate_limit_error', 'slowly', 'rate_limit_exceeded'],
    [500, 'api_error', 'oops', 'server'],
    [504, 'timeout_error', 'late', 'timeout'],
    [529, 'overloaded_error', 'Overloaded', 'provider_overloaded'],
  ])('%i %s: %s', (status, type, message, unified) => {
    expect(read(status, type, message)).toMatchObject({ type: unified, message, details: { raw: type } });
  });

  it.each([
    ['temperature: Extra inputs are not permitted', 'temperature'],
    ['thinking.enabled.budget_tokens: Input should be greater than or equal to 1024', 'thinking.enabled.budget_tokens'],
    ['tools.0.custom.input_schema: JSON schema is invalid', 'tools.0.custom.input_schema'],
    ['messages.3.content.0.image.source.base64: image exceeds 5 MB maximum', 'messages'],
    ['max_tokens: Field required', 'max_tokens'],
    // It is the value that is refused: learning must not leave the field out.
    ['max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens for claude-x', undefined],
    ['prompt is bad: really', undefined],
    ['This model does not support assistant message prefill.', undefined],
  ])('names the field at fault: %s', (message, param) => {
    expect(read(400, 'invalid_request_error', message).details.param).toBe(param);
  });

  it('may say that trying again is no use', () => {
    expect(read(429, 'rate_limit_error', 'never', { 'x-should-retry': 'false' }).retryable).toBe(false);
    expect(read(429, 'rate_limit_error', 'later', { 'x-should-retry': 'true' }).retryable).toBe(true);
    expect(anthropicUpstream.parseError(429, body('rate_limit_error', 'later')).retryable).toBe(true);
  });

  it('may be no JSON, or another shape', () => {
    expect(anthropicUpstream.parseError(502, '<html><body>Bad gateway</body></html>')).toMatchObject({
      type: 'provider_unavailable',
      message: 'Bad gateway',
    });
    expect(anthropicUpstream.parseError(404, { message: 'no such page' })).toMatchObject({ type: 'not_found', message: 'no such page' });
    expect(anthropicUpstream.parseError(500, null)).toMatchObject({ type: 'server', message: 'HTTP 500 without a message' });
  });
});
