/** Values in a report, for every provider file: `from` is what the client sent, `to` is what the provider gets. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { joinAdjustments, type Adjustment } from '../../src/unified/adjustment.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { createBreachFinder, SLUGS, type Law } from './random-requests.ts';
import { bodiesOf } from './sent.ts';

const breaches = createBreachFinder({ seed: 20_261_130, runsFor: () => 12, minKept: 0 });

/** The value that the client sent there: a field, or a field of a field. */
function sentAt(param: string, body: JsonObject): unknown {
  const [name = '', ...path] = param.split('.');
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body[name]);
}

/** One of several messages, and values that formats name differently, are reported in unified names. */
const isPlain = ({ param }: Adjustment) => !/^(messages|reasoning|reasoning_effort|tool_choice)\b/.test(param);

/** Counts stand for lists. */
const countOf = (value: unknown) => (Array.isArray(value) ? value.length : typeof value === 'string' ? 1 : null);

/** Whether a value stands anywhere in a body. */
function holdsValue(withTimeout: unknown, value: unknown): boolean {
  if (isDeepStrictEqual(withTimeout, value)) return true;
  if (Array.isArray(withTimeout)) return withTimeout.some((entry) => holdsValue(entry, value));
  return isObject(withTimeout) && Object.values(withTimeout).some((entry) => holdsValue(entry, value));
}

/** Clamped values stand in a body; `from` is what the client sent, or how many entries it had. */
const isTrue: Law = ({ answer, body }) => {
  const bodies = bodiesOf(answer);
  const isAsked = ({ param, from }: Adjustment) => {
    const sent = sentAt(param, body);
    return from === undefined || isDeepStrictEqual(from, sent) || from === countOf(sent);
  };
  const isSent = ({ action, to }: Adjustment) => action !== 'clamped' || bodies.some((one) => holdsValue(one, to));
  expect(answer.adjustments.filter(isPlain).filter((one) => !isAsked(one) || !isSent(one))).toEqual([]);
};

describe.each(SLUGS)('adjustments of a random request to %s', (slug) => {
  it('contain the value of the client and the sent value', () => expect(breaches(slug, isTrue)).toEqual([]));
});

describe('joinAdjustments with a value that is changed twice', () => {
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
  ])('returns one change: %j', (later, joined) => {
    expect(joinAdjustments([first, other], [later])).toEqual([other, joined]);
  });

  it('keeps changes of another parameter or another value', () => {
    const later: Adjustment = { param: 'top_k', action: 'clamped', from: 7, to: 1, reason: 'x' };
    expect(joinAdjustments([first, other], [later])).toEqual([first, other, later]);
  });
});
