import { describe, expect, it } from 'vitest';
import { encodeError, errorFields } from '../../../../src/dialects/openai-responses/client/errors.ts';
import { responseError } from '../../../../src/dialects/openai-responses/client/stream-error.ts';
import { RouterError, type ErrorDetails } from '../../../../src/unified/error.ts';
import { ERROR_TYPES, type ErrorType } from '../../../../src/unified/error-type.ts';

describe('encodeError of Responses', () => {
  it.each<[ErrorType, ErrorDetails, number, string, string | null]>([
    ['invalid_request', { param: 'input[0].type' }, 400, 'invalid_request_error', null],
    ['invalid_request', { clientCode: 'previous_response_not_found' }, 400, 'invalid_request_error', 'previous_response_not_found'],
    ['context_length_exceeded', {}, 400, 'invalid_request_error', 'context_length_exceeded'],
    ['authentication', {}, 401, 'invalid_request_error', 'invalid_api_key'],
    ['payment_required', { status: 402 }, 429, 'insufficient_quota', 'insufficient_quota'],
    ['not_found', { param: 'model' }, 404, 'invalid_request_error', 'model_not_found'],
    ['not_found', {}, 404, 'invalid_request_error', null],
    ['rate_limit_exceeded', {}, 429, 'rate_limit_error', 'rate_limit_exceeded'],
    ['provider_overloaded', { status: 529 }, 529, 'service_unavailable_error', 'server_is_overloaded'],
    ['provider_unavailable', {}, 502, 'server_error', 'server_error'],
  ])('writes %s with %j as %i, %s, %s', (type, details, status, word, code) => {
    const encoded = encodeError(new RouterError(type, 'Why.', details));
    expect(encoded.status).toBe(status);
    expect(encoded.body).toEqual({ error: { message: 'Why.', type: word, code, param: details.param ?? null } });
  });

  it.each([
    ['max_tokens', 'max_output_tokens'],
    ['max_completion_tokens', 'max_output_tokens'],
    ['messages[2].content', 'input'],
    ['response_format.json_schema.schema', 'text.format.schema'],
    ['reasoning_effort', 'reasoning.effort'],
    ['tools[0].function.parameters', 'tools[0].parameters'],
    ['tools[1].type', 'tools[1].type'],
    ['input[1].call_id', 'input[1].call_id'],
    ['temperature', 'temperature'],
  ])('names %s of a provider as the client does: %s', (param, named) => {
    const error = new RouterError('invalid_request', 'Why.', { param, providerName: 'P', upstreamStatus: 400 });
    expect(encodeError(error).body).toMatchObject({ error: { param: named } });
  });

  it('tells clients of a spent account not to try again', () => {
    expect(encodeError(new RouterError('payment_required', 'Empty.')).headers).toEqual({ 'x-should-retry': 'false' });
    expect(encodeError(new RouterError('rate_limit_exceeded', 'Slow.')).headers).toEqual({});
  });

  it('writes an account of the router that cannot pay as a spent account', () => {
    const error = new RouterError('provider_unavailable', 'No credit.', { meaning: 'no-money', upstreamStatus: 402 });
    expect(encodeError(error)).toMatchObject({
      status: 429,
      headers: { 'x-should-retry': 'false' },
      body: { error: { type: 'insufficient_quota', code: 'insufficient_quota' } },
    });
  });

  it('passes the body of an upstream of the format on as it is, with its status', () => {
    const payload = { error: { message: 'No.', type: 'odd', code: 'odd_code', param: 'x', more: 1 } };
    const details = { upstreamStatus: 418, original: { format: 'openai-responses', payload } };
    expect(encodeError(new RouterError('invalid_request', 'Why.', details))).toEqual({ status: 418, headers: {}, body: payload });
    const foreign = { upstreamStatus: 418, original: { format: 'anthropic', payload } };
    expect(encodeError(new RouterError('invalid_request', 'Why.', foreign)).body).not.toEqual(payload);
  });

  it('puts the time to wait into a failed response, as a sentence of its own', () => {
    const failed = (message: string) => responseError(new RouterError('rate_limit_exceeded', message, { retryAfterSeconds: 7 })).message;
    expect(failed('Too many requests')).toBe('Too many requests. Please try again in 7s.');
    expect(failed('Too many requests.')).toBe('Too many requests. Please try again in 7s.');
    expect(failed('Please try again in 1.5s')).toBe('Please try again in 1.5s');
  });

  it('has words for every type, and all four fields', () => {
    for (const type of Object.keys(ERROR_TYPES) as ErrorType[]) {
      const { error } = encodeError(new RouterError(type, 'Why.')).body as { error: Record<string, unknown> };
      expect(Object.keys(error)).toEqual(['message', 'type', 'code', 'param']);
      expect(error).toEqual(errorFields(new RouterError(type, 'Why.')));
      expect(error['type']).not.toBe('');
    }
  });
});
