/** Errors: the closed list, and the fields that a client gets. */
import { describe, expect, it } from 'vitest';
import { errorBody } from '../../src/dialects/openai-common/client/error-body.ts';
import { errorTypeOfStatus, createNotJsonError, RouterError, toRouterError } from '../../src/unified/error.ts';
import { ERROR_TYPES, type ErrorType } from '../../src/unified/error-type.ts';

const types = Object.keys(ERROR_TYPES) as ErrorType[];

describe('RouterError', () => {
  it.each(types)('%s has an error status, and is retryable only when a retry can help', (type) => {
    const { status, retryable } = new RouterError(type, 'why');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(retryable).toBe(status === 429 || (status >= 500 && type !== 'loop_detected'));
  });

  it('accepts its own status and retryable', () => {
    const error = new RouterError('provider_overloaded', 'why', { status: 529, retryable: false });
    expect([error.status, error.retryable]).toEqual([529, false]);
  });

  it('keeps its details when more are added', () => {
    const error = new RouterError('timeout', 'why', { param: 'model' }).with({ param: 'other', providerName: 'Novita AI' });
    expect(error.details).toEqual({ param: 'model', providerName: 'Novita AI' });
    expect([error.type, error.message]).toEqual(['timeout', 'why']);
  });

  it('createNotJsonError contains the received value', () => {
    expect(createNotJsonError('<html>')).toMatchObject({ type: 'provider_unavailable', retryable: true, details: { raw: '<html>' } });
    expect(createNotJsonError().details).toEqual({});
  });
});

it.each([
  [400, 'invalid_request'],
  [401, 'authentication'],
  [404, 'not_found'],
  [408, 'timeout'],
  [418, 'invalid_request'],
  [429, 'rate_limit_exceeded'],
  [500, 'server'],
  [502, 'provider_unavailable'],
  [503, 'provider_overloaded'],
  [524, 'timeout'],
  [529, 'provider_overloaded'],
  [599, 'provider_unavailable'],
])('errorTypeOfStatus returns for HTTP %i: %s', (status, type) => {
  expect(errorTypeOfStatus(status)).toBe(type);
});

it('toRouterError hides the text of an unexpected error', () => {
  const error = toRouterError(new Error('the key is sk-secret'));
  expect(error).toMatchObject({ type: 'server', status: 500 });
  expect(error.message).not.toContain('sk-secret');
  const own = new RouterError('not_found', 'why');
  expect(toRouterError(own)).toBe(own);
});

describe('the body of a RouterError', () => {
  it('contains the type twice and leaves out unknown fields', () => {
    expect(errorBody(new RouterError('not_found', 'why'))).toEqual({
      error: { code: 404, message: 'why', type: 'not_found', metadata: { error_type: 'not_found', retryable: false } },
    });
  });

  it('contains all known fields', () => {
    const error = new RouterError('timeout', 'why', {
      param: 'model',
      providerName: 'Novita AI',
      raw: { message: 'slow' },
      metadata: { attempts: 2 },
    });
    expect(errorBody(error).error).toEqual({
      code: 504,
      message: 'why',
      type: 'timeout',
      param: 'model',
      metadata: { error_type: 'timeout', retryable: true, provider_name: 'Novita AI', raw: { message: 'slow' }, attempts: 2 },
    });
  });
});
