/** What a report says of values, for every provider file: `from` is what the client sent, `to` is what the provider gets. */
import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Prepared } from '../../src/calls/prepare.ts';
import { joinAdjustments, type Adjustment } from '../../src/unified/adjustment.ts';
import { RouterError } from '../../src/unified/error.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import type { TextOperation } from '../../src/unified/request/parameters.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { bodyOf } from './arbitrary.ts';
import { MODELS } from './models-worth-reaching.ts';
import { bodiesOf, prepared, requestFor } from './sent.ts';

const SEED = 20_261_130;
const RUNS = 12;
const MODELS_TRIED = PROVIDERS.flatMap(({ slug }) => (MODELS[slug] ?? ['some-model']).map((model) => `@${slug}/${model}`));
const CASES = MODELS_TRIED.flatMap((model) => (['chat', 'completions'] as const).map((operation) => ({ model, operation })));

function holds(operation: TextOperation, model: string, law: (answer: Prepared, body: JsonObject) => void): void {
  fc.assert(
    fc.property(bodyOf(operation), (body) => {
      let answer: Prepared;
      try {
        answer = prepared(requestFor(operation, model, body));
      } catch (thrown) {
        if (thrown instanceof RouterError) return;
        throw thrown;
      }
      law(answer, body);
    }),
    { seed: SEED, numRuns: RUNS },
  );
}

/** The value that the client sent there: a field, or a field of a field. */
function sentAt(param: string, body: JsonObject): unknown {
  const [name = '', ...path] = param.split('.');
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body[name]);
}

/** One of several messages, and what formats have words of their own for, is told in the words of the contract. */
const isPlain = ({ param }: Adjustment) => !/^(messages|reasoning|reasoning_effort|tool_choice)\b/.test(param);

/** Counts stand for lists. */
const countOf = (value: unknown) => (Array.isArray(value) ? value.length : typeof value === 'string' ? 1 : null);

/** Whether a value stands anywhere in a body. */
function holdsValue(withTimeout: unknown, value: unknown): boolean {
  if (isDeepStrictEqual(withTimeout, value)) return true;
  if (Array.isArray(withTimeout)) return withTimeout.some((entry) => holdsValue(entry, value));
  return isObject(withTimeout) && Object.values(withTimeout).some((entry) => holdsValue(entry, value));
}

describe('a report', () => {
  it.each(CASES)('says what the client sent, and what the provider gets: $operation at $model', ({ model, operation }) => {
    holds(operation, model, (answer, body) => {
      const bodies = bodiesOf(answer);
      const isAsked = ({ param, from }: Adjustment) => {
        const sent = sentAt(param, body);
        return from === undefined || isDeepStrictEqual(from, sent) || from === countOf(sent);
      };
      const isSent = ({ action, to }: Adjustment) => action !== 'clamped' || bodies.some((one) => holdsValue(one, to));
      expect(answer.adjustments.filter(isPlain).filter((one) => !isAsked(one) || !isSent(one))).toEqual([]);
    });
  });
});

describe('a value that is changed twice', () => {
  const first: Adjustment = { param: 'top_k', action: 'clamped', from: 501, to: 500, reason: 'at most 500' };
  const other: Adjustment = { param: 'top_p', action: 'clamped', from: 501, to: 500, reason: 'other' };

  it.each<readonly [Adjustment, Adjustment]>([
    [
      { param: 'top_k', action: 'dropped', from: 500, reason: 'not while it thinks' },
      { param: 'top_k', action: 'dropped', from: 501, reason: 'not while it thinks' },
    ],
    [
      { param: 'top_k', action: 'clamped', from: 500, to: 40, reason: 'at most 40' },
      { param: 'top_k', action: 'clamped', from: 501, to: 40, reason: 'at most 500; at most 40' },
    ],
  ])('is one change: %j', (later, joined) => {
    expect(joinAdjustments([first, other], [later])).toEqual([other, joined]);
  });

  it('is not one of another parameter, or of another value', () => {
    const later: Adjustment = { param: 'top_k', action: 'clamped', from: 7, to: 1, reason: 'x' };
    expect(joinAdjustments([first, other], [later])).toEqual([first, other, later]);
  });
});
