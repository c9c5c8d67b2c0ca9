import { describe, expect, it } from 'vitest';
import { mistralUpstream } from '../../../src/dialects/mistral/index.ts';

const parse = (status: number, body: unknown) => mistralUpstream.parseError(status, body);
const extra = (...steps: (string | number)[]) => ({
  type: 'extra_forbidden',
  loc: ['body', ...steps],
  msg: 'Extra inputs are not permitted',
  input: 1,
});
const refused = (message: unknown) => ({ object: 'error', message, type: 'invalid_request_error', param: null, code: null });

describe('Mistral errors: a refusal', () => {
  it.each<[string, unknown]>([
    ['an object', refused({ detail: [extra('max_completion_tokens')] })],
    ['a list', refused([extra('max_completion_tokens')])],
    ['beside nothing', { detail: [extra('max_completion_tokens')] }],
  ])('whose message is %s names the field', (_, body) => {
    expect(parse(422, body)).toMatchObject({
      type: 'unprocessable',
      message: 'max_completion_tokens: Extra inputs are not permitted',
      details: { param: 'max_completion_tokens' },
    });
  });

  it('names the first of several fields, and fields inside messages', () => {
    const error = parse(422, refused({ detail: [extra('messages', 0, 'user', 'name'), extra('top_k')] }));
    expect(error.message).toBe('messages.0.user.name: Extra inputs are not permitted; top_k: Extra inputs are not permitted');
    expect(error.details.param).toBe('messages.0.user.name');
  });

  it.each([{}, { reason: 'odd' }, { detail: 7 }])('with an unknown form of message (%j) keeps its text', (message) => {
    expect(parse(400, refused(message))).toMatchObject({ type: 'invalid_request', message: JSON.stringify(message) });
  });

  it.each<[number, unknown, string, string]>([
    [
      400,
      { object: 'error', message: "Unexpected role 'user' after role 'tool'", type: 'invalid_request_message_order', code: '3230' },
      'invalid_request',
      '3230',
    ],
    [
      400,
      { object: 'error', message: 'Tool call id was x', type: 'invalid_function_call', param: null, code: '3280' },
      'invalid_request',
      '3280',
    ],
    [401, { detail: 'Unauthorized' }, 'authentication', ''],
    [404, refused('no such model'), 'not_found', 'invalid_request_error'],
    [
      429,
      { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null, code: '1300' },
      'rate_limit_exceeded',
      '1300',
    ],
    [
      400,
      refused('Prompt contains 40000 tokens, too large for model with 32768 maximum context length'),
      'context_length_exceeded',
      'invalid_request_error',
    ],
    [503, '<html>Service unavailable</html>', 'provider_overloaded', ''],
  ])('%i %j is understood', (status, body, type, raw) => {
    const error = parse(status, body);
    expect(error.type).toBe(type);
    expect(error.details.raw ?? '').toBe(raw);
  });
});
