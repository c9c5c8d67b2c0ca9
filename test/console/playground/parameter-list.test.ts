/** Unified parameters as controls. */
import { describe, expect, it } from 'vitest';
import {
  controlOf,
  describeAcceptance,
  describeRange,
  groupParameters,
  isForeign,
  parameterValue,
  rangeWarning,
  readTyped,
  shownValue,
  withParameter,
  type ParameterInfo,
  type ProviderRules,
} from '../../../src/console/pages/playground/parameter-list.ts';
import type { ParameterRule } from '../../../src/fitting/describe-rules.ts';
import { describeUnified } from '../../../src/http/unified-parameters.ts';

const UNIFIED: readonly ParameterInfo[] = describeUnified('chat');
const infoOf = (name: string) => UNIFIED.find((info) => info.name === name) ?? { name };

describe('groups', () => {
  it('have every unified parameter once, but those with an editor of their own', () => {
    const names = groupParameters(UNIFIED, '').flatMap(({ parameters }) => parameters.map(({ name }) => name));
    const own = new Set(['tools', 'response_format']);
    expect(names.toSorted()).toEqual(
      UNIFIED.map(({ name }) => name)
        .filter((name) => !own.has(name))
        .toSorted(),
    );
  });

  it('have what is searched for, by name or range', () => {
    const names = (text: string) => groupParameters(UNIFIED, text).flatMap(({ parameters }) => parameters.map(({ name }) => name));
    expect(names('PENALTY')).toEqual(['frequency_penalty', 'presence_penalty', 'repetition_penalty']);
    expect(names('token ids')).toEqual(['logit_bias']);
    expect(names('no such parameter')).toEqual([]);
  });

  it('put a parameter that they do not know under Other', () => {
    expect(groupParameters([{ name: 'brand_new' }], '')).toEqual([{ title: 'Other', parameters: [{ name: 'brand_new' }] }]);
  });
});

describe('controls', () => {
  it.each([
    ['temperature', 'number'],
    ['seed', 'number'],
    ['logprobs', 'switch'],
    ['verbosity', 'choice'],
    ['user', 'text'],
    ['stop', 'json'],
    ['logit_bias', 'json'],
    ['reasoning.effort', 'choice'],
  ])('%s has a %s', (name, control) => {
    expect(controlOf(infoOf(name))).toBe(control);
  });

  it('show a value so that it is read back', () => {
    const values: [string, unknown][] = [
      ['temperature', 0.5],
      ['logprobs', false],
      ['verbosity', 'low'],
      ['user', 'a "b"'],
      ['stop', ['\n']],
    ];
    for (const [name, value] of values) expect(readTyped(infoOf(name), shownValue(infoOf(name), value))).toEqual({ value, error: null });
  });

  it('read an empty control as not set', () => {
    for (const info of UNIFIED) expect(readTyped(info, '')).toEqual({ error: null });
  });

  it('refuse what is no number, and numbers that would lose digits', () => {
    expect(readTyped(infoOf('temperature'), 'warm').error).toBe('Expected a number, got warm.');
    expect(readTyped(infoOf('seed'), '2512292042121000001').error).toMatch(/Expected a number/);
    expect(readTyped(infoOf('stop'), '["a"').error).toBe('Line 1, column 5: expected a comma or ], found the end of the text.');
  });

  it('leave values of another kind to the JSON view', () => {
    expect(isForeign(infoOf('temperature'), '1')).toBe(true);
    expect(isForeign(infoOf('temperature'), null)).toBe(true);
    expect(isForeign(infoOf('verbosity'), 'loud')).toBe(true);
    expect(isForeign(infoOf('stop'), 'x')).toBe(false);
    expect(isForeign(infoOf('temperature'), undefined)).toBe(false);
  });

  it('warn of values that the router refuses', () => {
    expect(rangeWarning(infoOf('temperature'), 2.5)).toBe('Above 2: the router refuses it.');
    expect(rangeWarning(infoOf('n'), 0)).toBe('Below 1: the router refuses it.');
    expect(rangeWarning(infoOf('n'), 1.5)).toBe('Not a whole number: the router refuses it.');
    expect(rangeWarning(infoOf('temperature'), 2)).toBeNull();
  });

  it('state the range in words', () => {
    expect(describeRange(infoOf('temperature'))).toBe('a number from 0 to 2');
    expect(describeRange(infoOf('reasoning.max_tokens'))).toBe('integer, from 0');
  });
});

describe('values of a request', () => {
  it('are set and removed, within objects too, and other fields stay', () => {
    const request = { a: 1, reasoning: { exclude: true } };
    const set = withParameter(request, 'reasoning.effort', 'high');
    expect(set).toEqual({ a: 1, reasoning: { exclude: true, effort: 'high' } });
    expect(parameterValue(set, 'reasoning.effort')).toBe('high');
    expect(withParameter(withParameter(set, 'reasoning.effort', undefined), 'reasoning.exclude', undefined)).toEqual({ a: 1 });
    expect(withParameter(request, 'top_k', 4)).toEqual({ ...request, top_k: 4 });
  });
});

describe('what providers accept', () => {
  const rules = (slug: string, rule: Partial<ParameterRule>): ProviderRules => ({
    slug,
    name: slug.toUpperCase(),
    rules: { top_k: { accepted: true, reason: null, from: 'file', ...rule } },
  });

  it('is stated for a few', () => {
    const few = [
      rules('a', { minimum: 1, maximum: 100, type: 'integer' }),
      rules('b', { accepted: false, reason: 'this provider does not accept it' }),
      rules('c', { accepted: false, reason: 'this provider does not accept it' }),
      rules('d', { accepted: false, emulated: true, name: 'topK' }),
    ];
    expect(describeAcceptance('top_k', few)).toEqual(['1 to 100: A', 'not accepted: B, C', 'by the router: D']);
    expect(describeAcceptance('top_k', [rules('e', { name: 'topK' })])).toEqual(['as topK: E']);
  });

  it('is counted for many', () => {
    const many = Array.from({ length: 9 }, (_, index) => rules(`p${index}`, { accepted: index < 7 }));
    expect(describeAcceptance('top_k', many)).toEqual(['7 of 9 providers of this model accept it, or the router does it for them.']);
    expect(describeAcceptance('seed', many)).toEqual([]);
  });
});
