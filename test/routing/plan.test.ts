/** Which endpoint a request goes to, and why each other one does not. */
import { describe, expect, it } from 'vitest';
import type { AccessPort } from '../../src/ports.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { chosenCall, planRoute } from '../../src/routing/plan.ts';
import { wholePlan, type WholePlan } from './whole-plan.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { RouterError } from '../../src/unified/error.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { offering, order, priced, provider, reasons } from './endpoints.ts';
import { openAccess, OPEN_CONTEXT, requestFor } from '../fitting/sent.ts';

const CATALOG = createCatalog([
  provider('alpha', [offering('a/m', { ...priced(3), quantization: 'fp8' }), offering('a/odd:floor')]),
  provider('beta', [offering('a/m', priced(1)), offering('a/other')]),
  provider('gamma', [offering('a/m')]),
  provider('closed', [offering('a/closed')], { discontinued: 'it is gone' }),
  provider('empty', [offering('a/empty')], { operations: {} }),
]);

const plan = (fields: JsonObject, access: AccessPort = openAccess, operation: Operation = 'chat'): WholePlan =>
  wholePlan(planRoute(requestFor(operation, 'a/m', fields), CATALOG, { ...OPEN_CONTEXT, access }));

describe('planRoute order', () => {
  it.each<readonly [JsonObject, string[]]>([
    [{}, ['alpha', 'beta', 'gamma']],
    [{ provider: { sort: 'price' } }, ['beta', 'alpha', 'gamma']],
    [{ provider: { sort: { by: 'price' } } }, ['beta', 'alpha', 'gamma']],
    [{ model: 'a/m:floor' }, ['beta', 'alpha', 'gamma']],
    [{ provider: { order: ['gamma'] } }, ['gamma', 'alpha', 'beta']],
    [{ provider: { order: ['The Gamma', 'beta/turbo'] } }, ['gamma', 'beta', 'alpha']],
    [{ provider: { order: ['gamma', 'beta'], allow_fallbacks: false } }, ['gamma', 'beta']],
    [{ provider: { only: ['beta'] } }, ['beta']],
    [{ provider: { ignore: ['alpha'] } }, ['beta', 'gamma']],
    [{ provider: { max_price: { prompt: 2 } } }, ['beta']],
    [{ provider: { max_price: { completion: '3' } } }, ['alpha', 'beta']],
    [{ provider: { quantizations: ['fp8'] } }, ['alpha']],
    [{ provider: { quantizations: ['unknown'] } }, ['beta', 'gamma']],
    [{ provider: { data_collection: 'deny' } }, []],
    [{ provider: { zdr: true } }, []],
    [{ model: 'a/other', models: ['a/m'] }, ['beta', 'alpha', 'beta', 'gamma']],
    [{ model: '@gamma/anything', models: ['a/other'] }, ['gamma', 'beta']],
    [{ model: 'a/odd:floor' }, ['alpha']],
  ])('is for %j: %j', (fields, expected) => {
    expect(order(plan(fields))).toEqual(expected);
  });

  it('uses the id of a pinned model, listed or not', () => {
    expect(plan({ model: '@alpha/some/deep:id' }).calls[0]?.candidate).toMatchObject({ modelId: 'some/deep:id', offering: null });
    expect(plan({ model: '@alpha/id-of-a/m' }).calls[0]?.candidate).toMatchObject({ modelId: 'id-of-a/m', offering: { slug: 'a/m' } });
  });

  it('reports a speed preference without effect', () => {
    for (const [fields, param] of [
      [{ provider: { sort: 'throughput' } }, 'provider.sort'],
      [{ model: 'a/m:nitro' }, 'model'],
      [{ provider: { preferred_max_latency: 1 } }, 'provider.preferred_max_latency'],
      [{ provider: { preferred_min_throughput: 1 } }, 'provider.preferred_min_throughput'],
    ] as const) {
      expect(plan(fields).calls[0]?.fitted.adjustments).toEqual([expect.objectContaining({ param, action: 'dropped' })]);
    }
  });
});

describe('planRoute rejection', () => {
  it('has its reason', () => {
    expect(reasons(plan({ provider: { only: ['alpha', 'beta'], ignore: ['alpha'], max_price: { prompt: 0.5 } } }))).toEqual([
      'a/m alpha: it is in provider.ignore',
      'a/m beta: its prompt price (1 USD per million tokens) is above provider.max_price',
      'a/m gamma: it is not in provider.only',
    ]);
  });

  it('skips an endpoint that is not set up', () => {
    const withoutAlpha: AccessPort = (entry) =>
      entry.slug === 'alpha' ? { ...openAccess(entry), missingVariables: ['ALPHA_API_KEY'] } : openAccess(entry);
    const planned = plan({}, withoutAlpha);
    expect(order(planned)).toEqual(['beta', 'gamma']);
    expect(reasons(planned)).toEqual([expect.stringContaining('a/m alpha: The alpha is not set up: set ALPHA_API_KEY')]);
  });
});

describe('createNoEndpointError', () => {
  const nothing: AccessPort = (entry) => ({ ...openAccess(entry), missingVariables: [entry.auth[0]?.secret ?? ''] });
  const failure =
    (fields: JsonObject, access: AccessPort = openAccess, operation: Operation = 'chat') =>
    () =>
      chosenCall(plan(fields, access, operation));

  it.each<readonly [JsonObject, string]>([
    [{ model: 'b/nothing' }, 'b/nothing: no provider file lists this model'],
    [{ model: '@nobody/x' }, '@nobody/x: no provider is named "nobody"; known providers are alpha, beta, gamma, closed, empty.'],
    [{ model: '@alpha' }, '@alpha: expected @provider/<model id at that provider>.'],
    [{ model: '@alpha/' }, '@alpha/: expected @provider/<model id at that provider>.'],
    [{ model: '@empty/x' }, '@empty/x: The empty has no operation that serves this model.'],
    [{ model: 'a/empty' }, 'a/empty at empty: The empty has no operation that serves this model.'],
    [{ provider: { zdr: true } }, 'No endpoint can serve this request. a/m at alpha: provider.zdr is true'],
  ])('returns a 404 with the reason for %j', (fields, message) => {
    expect(failure(fields)).toThrow(expect.objectContaining({ type: 'not_found', status: 404, message: expect.stringContaining(message) }));
  });

  it('names the field of names that lead to no endpoint, and no field where there are endpoints', () => {
    const paramOf = (fields: JsonObject) => {
      try {
        return chosenCall(plan(fields));
      } catch (thrown) {
        return (thrown as RouterError).details.param ?? null;
      }
    };
    expect(paramOf({ model: 'b/nothing' })).toBe('model');
    expect(paramOf({ model: 'b/nothing', models: ['c/nothing'] })).toBe('models');
    expect(paramOf({ provider: { zdr: true } })).toBeNull();
  });

  it.each(['@alpha/ ', '@alpha//', '@alpha/ / ', '@nobody/\t'])('returns a 400 about the model for %j', (model) => {
    expect(failure({ model })).toThrow(
      expect.objectContaining({ type: 'invalid_request', status: 400, details: expect.objectContaining({ param: 'model' }) }),
    );
  });

  it('names the variables to set, and a discontinued provider', () => {
    expect(failure({ model: 'a/closed' }, nothing)).toThrow(
      'set CLOSED_API_KEY, in .dev.vars for npm run dev and npm start, or as a Worker variable or secret (it is gone).',
    );
  });

  it('returns a 400 about the prompt when no endpoint accepts its kind', () => {
    expect(failure({ prompt: [1, 2] }, openAccess, 'completions')).toThrow(
      expect.objectContaining({ type: 'invalid_request', status: 400, details: expect.objectContaining({ param: 'prompt' }) }),
    );
  });

  it('lists all candidates in the metadata', () => {
    expect(failure({}, nothing)).toThrow(
      expect.objectContaining({
        details: {
          metadata: {
            candidates: [
              expect.objectContaining({ provider: 'alpha' }),
              expect.objectContaining({ provider: 'beta' }),
              expect.objectContaining({ provider: 'gamma' }),
            ],
          },
        },
      }),
    );
  });
});
