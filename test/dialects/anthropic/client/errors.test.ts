/** Errors in the Messages format. */
import { describe, expect, it } from 'vitest';
import { encodeError, errorBody } from '../../../../src/dialects/anthropic/client/errors.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import { ERROR_TYPES, type ErrorType } from '../../../../src/unified/error-type.ts';

const encoded = (error: RouterError) => encodeError(error, { id: 'msg_abc' });

describe('encodeError', () => {
  it.each<[ErrorType, number, string]>([
    ['invalid_request', 400, 'invalid_request_error'],
    ['invalid_prompt', 400, 'invalid_request_error'],
    ['unprocessable', 400, 'invalid_request_error'],
    ['image_not_found', 400, 'invalid_request_error'],
    ['image_too_large', 400, 'invalid_request_error'],
    ['content_policy_violation', 400, 'invalid_request_error'],
    ['context_length_exceeded', 400, 'invalid_request_error'],
    ['authentication', 401, 'authentication_error'],
    ['payment_required', 402, 'billing_error'],
    ['permission_denied', 403, 'permission_error'],
    ['not_found', 404, 'not_found_error'],
    ['method_not_allowed', 405, 'invalid_request_error'],
    ['payload_too_large', 413, 'request_too_large'],
    ['rate_limit_exceeded', 429, 'rate_limit_error'],
    ['server', 500, 'api_error'],
    ['unmapped', 500, 'api_error'],
    ['provider_unavailable', 502, 'api_error'],
    ['timeout', 504, 'timeout_error'],
    ['provider_overloaded', 529, 'overloaded_error'],
  ])('writes %s as %i %s', (type, status, anthropicType) => {
    const { status: sent, headers, body } = encoded(new RouterError(type, 'why', {}));
    expect(sent).toBe(status);
    expect(body).toMatchObject({ type: 'error', error: { type: anthropicType, error_type: type }, request_id: 'req_abc' });
    expect(headers).toEqual({ 'request-id': 'req_abc' });
  });

  it('writes an account of the router that cannot pay as a spent account', () => {
    const { status, body } = encoded(new RouterError('provider_unavailable', 'No credit.', { meaning: 'no-money', upstreamStatus: 400 }));
    expect([status, body['error']]).toMatchObject([402, { type: 'billing_error', message: 'No credit.' }]);
  });

  it('has a status of 400 or more for every type, whatever the upstream answered', () => {
    for (const type of Object.keys(ERROR_TYPES) as ErrorType[]) {
      for (const status of [undefined, 400, 402, 422, 500, 503, 524, 529]) {
        const { status: sent } = encoded(new RouterError(type, 'why', status === undefined ? {} : { status }));
        expect(sent >= 500, `${type} ${status}`).toBe(ERROR_TYPES[type].status >= 500);
      }
    }
  });

  it('names the field as the client did', () => {
    const { body } = encoded(new RouterError('invalid_request', 'why', { param: 'stop[1]' }));
    expect(body['error']).toMatchObject({ param: 'stop_sequences[1]' });
  });

  it('has the code of the cause', () => {
    const { body } = encoded(new RouterError('not_found', 'why', { clientCode: 'thread_not_found' }));
    expect(body['error']).toMatchObject({ details: { error_code: 'thread_not_found' } });
    const other = encoded(new RouterError('invalid_request', 'why', { clientCode: 'thread_unsupported_request' })).body;
    expect(other['error']).toMatchObject({ details: { error_code: 'thread_unsupported_request', unsupported: [] } });
    expect(encoded(new RouterError('invalid_request', 'why')).body['error']).not.toHaveProperty('details');
  });

  it('keeps what is known of the provider beside the error', () => {
    const details = { providerName: 'Groq', raw: { message: 'm' }, metadata: { attempts: 2 } };
    const { body } = encoded(new RouterError('rate_limit_exceeded', 'Groq: slow down', details));
    expect(body['metadata']).toEqual({ retryable: true, provider_name: 'Groq', raw: { message: 'm' }, attempts: 2 });
  });
});

describe('the error of an upstream of the format', () => {
  const payload = {
    type: 'error',
    error: { type: 'x', message: 'thinking: not supported', details: { a: 1 } },
    request_id: 'req_up',
    more: 1,
  };

  it('is unchanged, with its status', () => {
    const details = { original: { format: 'anthropic', payload }, upstreamStatus: 418, providerName: 'Anthropic' };
    expect(encoded(new RouterError('invalid_request', 'no', details))).toEqual({
      status: 418,
      headers: { 'request-id': 'req_up' },
      body: payload,
    });
    expect(errorBody(new RouterError('invalid_request', 'no', details), 'req_1')).toBe(payload);
  });

  it.each([undefined, 5, 'two\r\nlines', 'x'.repeat(200)])('has the id of the router in its header where its own is no id: %j', (id) => {
    const details = { original: { format: 'anthropic', payload: { ...payload, request_id: id } } };
    const own = encoded(new RouterError('server', 'no')).headers;
    expect(encoded(new RouterError('invalid_request', 'no', details)).headers).toEqual(own);
  });

  it('of another format is written in this one', () => {
    const details = { original: { format: 'openai-responses', payload }, upstreamStatus: 418 };
    expect(encoded(new RouterError('invalid_request', 'no', details))).toMatchObject({ status: 400, body: { error: { message: 'no' } } });
  });
});

describe('the message of a prompt that is too long', () => {
  const messageOf = (error: RouterError, estimate?: () => number) => {
    const { error: written } = errorBody(error, 'req_1', estimate) as { error: { message: string } };
    return written.message;
  };

  it('has both numbers in the words that clients read', () => {
    const tokens = { prompt: 250_000, maximum: 200_000 };
    expect(messageOf(new RouterError('context_length_exceeded', 'OpenAI: no', { tokens }))).toBe(
      'prompt is too long: 250000 tokens > 200000 maximum',
    );
  });

  it('has an estimate where the provider stated no size', () => {
    const error = new RouterError('context_length_exceeded', 'no', { tokens: { prompt: null, maximum: 1000 } });
    expect(messageOf(error, () => 1500)).toBe('prompt is too long: 1500 tokens > 1000 maximum');
  });

  it('has no number that is not known', () => {
    expect(messageOf(new RouterError('context_length_exceeded', 'Bedrock: Input is too long.'), () => 9)).toBe(
      'prompt is too long: Bedrock: Input is too long.',
    );
  });
});
