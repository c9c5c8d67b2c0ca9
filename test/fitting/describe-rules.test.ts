/** What is described of a rule is what becomes of a request. */
import { describe, expect, it } from 'vitest';
import { describeRules, differingNames, type ParameterRule } from '../../src/fitting/describe-rules.ts';
import type { Target } from '../../src/fitting/fit-parameter.ts';
import { samplesOf } from '../../src/fitting/sample-requests.ts';
import { operationFor, ruleGroupsOf } from '../../src/registry/operation.ts';
import type { OperationRules } from '../../src/registry/provider.ts';
import { PARAMETERS, type Operation } from '../../src/unified/request/parameters.ts';
import type { Rules } from '../../src/unified/rule.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { providerOf, sent } from './sent.ts';

const OPERATIONS = ['chat', 'completions', 'embeddings'] as const;

const targetOf = (provider: string, operation: Operation, rules: OperationRules): Target => ({
  provider,
  operation,
  rules,
  model: 'x',
  maxOutputTokens: null,
  knownRefusals: new Map(),
});

/** Rules of chat at a provider with these parameters. */
function described(parameters: Rules, known: Partial<Target> = {}): Record<string, ParameterRule> {
  const group = ruleGroupsOf(providerOf('novita'), 'chat')[0];
  if (group === undefined) throw new Error('the provider has no chat');
  const target = { ...targetOf('novita', 'chat', { ...group.rules, parameters }), ...known };
  return describeRules({ target, asked: 'chat', stated: parameters });
}

describe('describeRules', () => {
  it('describes a range by its keywords, and by what is said of a value outside', () => {
    const { temperature, top_p: topP } = described({ temperature: { type: 'number', minimum: 0, maximum: 1, name: 'heat' }, top_p: {} });
    const range = { type: 'number', minimum: 0, maximum: 1, name: 'heat' };
    expect(temperature).toEqual({ accepted: true, reason: 'this provider accepts numbers from 0 to 1', from: 'file', ...range });
    expect(topP).toEqual({ accepted: true, reason: null, from: 'file' });
  });

  it('tells what is not accepted from what the router does', () => {
    const { seed, session_id: session, stop, n, cache_control: mark } = described({ stop: { maxItems: 1 }, n: { emulate: true } });
    expect(seed).toEqual({ accepted: false, reason: 'this provider does not accept it', from: 'file' });
    expect(session).toMatchObject({ accepted: false, emulated: true });
    expect(stop).toMatchObject({
      accepted: true,
      emulated: true,
      maxItems: 1,
      reason: expect.stringContaining('at most 1 stop') as string,
    });
    expect(n).toMatchObject({ accepted: true, emulated: true, reason: expect.stringContaining('one choice at a time') as string });
    expect(mark).toEqual({ accepted: false, emulated: true, reason: null, from: 'format' });
  });

  it('counts what is sent in another form as accepted', () => {
    const effort = { type: 'string', enum: ['low', 'high'] } as const;
    const rules = described({ reasoning_effort: { ...effort, enum: [...effort.enum] } });
    expect(rules['reasoning']).toMatchObject({ accepted: true, reason: null });
    expect(rules['reasoning.effort']).toMatchObject({ accepted: true, reason: expect.stringContaining('only low, high') as string });
    expect(rules['reasoning.max_tokens']).toMatchObject({ accepted: true });
    expect(described({})['reasoning']).toMatchObject({ accepted: false, reason: 'this provider does not accept it' });
  });

  it('names the other parameters that a rule looks at', () => {
    const rule = { conflictsWith: ['top_p'], onlyWith: { reasoning_effort: ['none'] }, requiredWith: ['seed'], below: 'n' };
    expect(described({ temperature: rule })['temperature']).toMatchObject({
      conflicts_with: ['top_p'],
      only_with: { reasoning_effort: ['none'] },
      required_with: ['seed'],
      below: 'n',
      reason: 'this provider accepts it only where reasoning_effort is none',
    });
  });

  it('says where a rule is stated', () => {
    const rules = described({ temperature: { maximum: 1 }, max_tokens: {}, seed: {} }, { knownRefusals: new Map([['seed', null]]) });
    expect(rules['temperature']?.from).toBe('file');
    expect(rules['seed']).toMatchObject({ from: 'learned', accepted: false, reason: 'this provider refused it a short while ago' });
    expect(rules['min_p']?.from).toBe('format');
    expect(described({ max_tokens: {} }, { maxOutputTokens: 100 })['max_tokens']).toMatchObject({ from: 'model', maximum: 100 });
  });

  it('has fields of the provider, and not what the router sends itself', () => {
    const rules = described({ own_field: { type: 'string' }, other: false, stream_options: {} });
    expect(rules['own_field']).toEqual({ accepted: true, reason: null, from: 'file', type: 'string' });
    expect([rules['other'], rules['stream_options']]).toEqual([undefined, undefined]);
  });

  it.each([
    ['@anthropic/claude-3-haiku-20240307', 'temperature', { temperature: 2 }],
    ['@anthropic/claude-3-haiku-20240307', 'seed', { seed: 1 }],
    ['@openai/gpt-5', 'temperature', { temperature: 0 }],
    ['@cohere/command-a-03-2025', 'top_k', { top_k: 5000 }],
    ['@google-ai-studio/gemini-2.5-flash', 'stop', { stop: Array.from({ length: 64 }, (_, index) => `stop ${index}`) }],
    ['@mistral/mistral-large-latest', 'seed', { seed: Number.MIN_SAFE_INTEGER }],
  ] as const)('of %s it says of %s what a request would be told', (model, name, fields) => {
    const [, slug = '', id = ''] = /^@([^/]+)\/(.*)$/.exec(model) ?? [];
    const served = operationFor(providerOf(slug), 'chat', id);
    if (served === null) throw new Error(`${model} is not served`);
    const rule = describeRules({ target: targetOf(slug, served.operation, served.rules), asked: 'chat', stated: {} })[name];
    const { reason } = sent('chat', model, fields).adjustments.find(({ param }) => param === name) ?? {};
    expect(reason).toEqual(expect.any(String));
    expect(rule?.reason?.split('; ')).toContain(reason?.split('; ')[0]);
  });
});

describe('samplesOf', () => {
  it.each(OPERATIONS)('has a valid value of every parameter of %s', (operation) => {
    const names = samplesOf(operation).filter(({ requests }) => requests.length > 0);
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(PARAMETERS[operation])));
  });
});

describe('differingNames', () => {
  it.each(OPERATIONS)('misses no parameter of %s that a pattern of a provider file changes', (asked) => {
    for (const provider of PROVIDERS) {
      for (const { operation, rules: base, ofModels } of ruleGroupsOf(provider, asked)) {
        const describeAll = (rules: OperationRules) =>
          describeRules({ target: targetOf(provider.slug, operation, rules), asked, stated: rules.parameters });
        const general = describeAll(base);
        for (const { pattern, rules } of ofModels) {
          const names = differingNames(base, rules);
          if (names === null) continue;
          const missed = Object.entries(describeAll(rules)).filter(
            ([name, rule]) => !names.has(name) && JSON.stringify(rule) !== JSON.stringify(general[name]),
          );
          expect([provider.slug, pattern, missed]).toEqual([provider.slug, pattern, []]);
        }
      }
    }
  });
});
