/**
 * Random requests to every endpoint of the provider files, for laws of fitting. Each request is fitted once, and every law reads the
 * result. A law that fails runs again through fast-check, which shrinks the request.
 */
import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { PreparedEndpoint } from '../../src/calls/prepare.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { TextOperation } from '../../src/unified/request/parameters.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { bodyOf } from './arbitrary.ts';
import { MODELS } from './models-worth-reaching.ts';
import { prepared, requestFor } from './sent.ts';

/** One model of one provider, and one operation. */
export type Endpoint = { slug: string; model: string; operation: TextOperation };

/** A request body, the request it was parsed to, and the calls it becomes. The body is frozen to its depth. */
export type FittedRequest = { body: JsonObject; request: UnifiedRequest; answer: PreparedEndpoint };

/** Throws where a request breaks it. */
export type Law = (fitted: FittedRequest, endpoint: Endpoint) => void;

/** Every provider of the catalogue. */
export const SLUGS = PROVIDERS.map(({ slug }) => slug);

const OPERATIONS: readonly TextOperation[] = ['chat', 'completions'];

/**
 * Looks for breaches of laws among the random requests of a seed. Requests that an endpoint cannot take at all are skipped.
 * `runsFor` is the number of requests for one model; more than the share `minKept` of them must be fitted.
 */
export function createBreachFinder({ seed, runsFor, minKept }: { seed: number; runsFor: (model: string) => number; minKept: number }) {
  const bodies = new Map<TextOperation, readonly JsonObject[]>();
  /** The results for the provider that was asked for last: tests go provider by provider. */
  let last: { slug: string; results: Map<string, readonly FittedRequest[]> } = { slug: '', results: new Map() };

  function bodiesFor({ operation, model }: Endpoint): readonly JsonObject[] {
    const numRuns = runsFor(model);
    let known = bodies.get(operation) ?? [];
    if (known.length < numRuns) known = fc.sample(bodyOf(operation), { seed, numRuns }).map(deepFreeze);
    bodies.set(operation, known);
    return known.slice(0, numRuns);
  }

  function fittedFor(endpoint: Endpoint): readonly FittedRequest[] {
    if (last.slug !== endpoint.slug) last = { slug: endpoint.slug, results: new Map() };
    const key = `${endpoint.operation} ${endpoint.model}`;
    const known = last.results.get(key);
    if (known !== undefined) return known;
    const all = bodiesFor(endpoint);
    const fitted = all.map((body) => tryFit(endpoint, body)).filter((one) => one !== null);
    expect(fitted.length, `requests that can be fitted: ${key}`).toBeGreaterThan(all.length * minKept);
    last.results.set(key, fitted);
    return fitted;
  }

  /** The smallest request that breaks the law at an endpoint, and how; null where every request keeps it. */
  function breach(endpoint: Endpoint, law: Law): string | null {
    try {
      for (const fitted of fittedFor(endpoint)) law(fitted, endpoint);
      return null;
    } catch (thrown) {
      return `${endpoint.operation} at ${endpoint.model}: ${shrink(endpoint, law) ?? messageOf(thrown)}`;
    }
  }

  function shrink(endpoint: Endpoint, law: Law): string | null {
    const property = fc.property(bodyOf(endpoint.operation), (body) => {
      const fitted = tryFit(endpoint, deepFreeze(body));
      if (fitted !== null) law(fitted, endpoint);
    });
    const { failed, counterexample, errorInstance } = fc.check(property, { seed, numRuns: runsFor(endpoint.model) });
    return failed ? `${JSON.stringify(counterexample?.[0])}: ${messageOf(errorInstance)}` : null;
  }

  /** The endpoints of a provider that break a law, each with the smallest request that does. */
  return function breaches(slug: string, law: Law, operations = OPERATIONS): string[] {
    const models = (MODELS[slug] ?? ['some-model']).map((model) => `@${slug}/${model}`);
    const endpoints = models.flatMap((model) => operations.map((operation) => ({ slug, model, operation })));
    return endpoints.map((endpoint) => breach(endpoint, law)).filter((found) => found !== null);
  };
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Null where the endpoint cannot take the request. */
function tryFit({ operation, model }: Endpoint, body: JsonObject): FittedRequest | null {
  const request = requestFor(operation, model, body);
  try {
    return { body, request, answer: prepared(request) };
  } catch (thrown) {
    if (thrown instanceof RouterError) return null;
    throw thrown;
  }
}

/** Changing the value throws. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
