/** Errors: the closed list, what is told to a client, and what is not. */
import { describe, expect, it } from 'vitest';
import { errorBody } from '../../src/dialects/openai-common/client/error-body.ts';
import { errorTypeOfStatus, createNotJsonError, RouterError, toRouterError } from '../../src/unified/error.ts';
import { ERROR_TYPES, type ErrorType } from '../../src/unified/error-type.ts';

const types = Object.keys(ERROR_TYPES) as ErrorType[];

describe('a router error', () => {
  it.each(types)('%s has an error status, and is retryable only where trying again can help', (type) => {
    const { status, retryable } = new RouterError(type, 'why');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(retryable).toBe(status === 429 || (status >= 500 && type !== 'loop_detected'));
  });

  it('may carry a status and a verdict of its own', () => {
    const error = new RouterError('provider_overloaded', 'why', { status: 529, retryable: false });
    expect([error.status, error.retryable]).toEqual([529, false]);
  });

  it('keeps what it knew when more is said', () => {
    const error = new RouterError('timeout', 'why', { param: 'model' }).with({ param: 'other', providerName: 'Novita AI' });
    expect(error.details).toEqual({ param: 'model', providerName: 'Novita AI' });
    expect([error.type, error.message]).toEqual(['timeout', 'why']);
  });

  it('says what came instead of JSON, where something did', () => {
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
])('HTTP %i stands for %s', (status, type) => {
  expect(errorTypeOfStatus(status)).toBe(type);
});

it('anything thrown that is not ours becomes a server error that does not show its text', () => {
  const error = toRouterError(new Error('the key is sk-secret'));
  expect(error).toMatchObject({ type: 'server', status: 500 });
  expect(error.message).not.toContain('sk-secret');
  const own = new RouterError('not_found', 'why');
  expect(toRouterError(own)).toBe(own);
});

describe('the body of an error', () => {
  it('names the type twice and leaves out what is not known', () => {
    expect(errorBody(new RouterError('not_found', 'why'))).toEqual({
      error: { code: 404, message: 'why', type: 'not_found', metadata: { error_type: 'not_found', retryable: false } },
    });
  });

  it('has everything that is known', () => {
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
