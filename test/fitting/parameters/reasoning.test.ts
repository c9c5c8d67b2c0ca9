/** One request for reasoning, in the fields of providers with an effort, a budget, a switch, or several of them. */
import { describe, expect, it } from 'vitest';
import { fit } from '../../../src/fitting/fit.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Rules } from '../../../src/unified/rule.ts';
import { chatOperation } from '../../support/fake-providers.ts';
import { line, requestFor } from '../sent.ts';

const EFFORT: Rules = { reasoning_effort: { enum: ['low', 'high'] } };
const BUDGET: Rules = { 'reasoning.max_tokens': { type: 'integer', minimum: 1024, maximum: 8000, name: 'thinking_budget' } };
const TOGGLE: Rules = { 'reasoning.enabled': { type: 'boolean', name: 'enable_thinking' } };
const TYPED: Rules = {
  'reasoning.enabled': { type: 'boolean', name: 'thinking', values: { true: { type: 'enabled' }, false: { type: 'disabled' } } },
};
const ALWAYS: Rules = { 'reasoning.enabled': { enum: [true] }, ...EFFORT };

function thinking(rules: Rules, fields: JsonObject, maxOutputTokens: number | null = null) {
  const own = chatOperation({ parameters: { max_tokens: {}, ...rules } });
  const { parts, adjustments } = fit(requestFor('chat', '@acme/m', fields), {
    operation: 'chat',
    rules: own,
    model: 'm',
    maxOutputTokens,
    provider: 'acme',
    knownRefusals: new Map(),
  });
  const { max_tokens: _, ...sent } = parts[0]?.call.parameters ?? {};
  return [sent, adjustments.map(line)];
}

const effort = (word: string) => ({ reasoning: { effort: word } });
const budget = (tokens: number) => ({ reasoning: { max_tokens: tokens } });

const ROWS: readonly (readonly [what: string, rules: Rules, asked: JsonObject, sent: JsonObject, told: string[]])[] = [
  ['an effort it knows', EFFORT, effort('high'), { reasoning_effort: 'high' }, []],
  ['an effort it does not know', EFFORT, effort('max'), { reasoning_effort: 'high' }, ['reasoning.effort clamped "max" -> "high"']],
  [
    'an effort between two',
    EFFORT,
    { reasoning_effort: 'medium' },
    { reasoning_effort: 'low' },
    ['reasoning_effort clamped "medium" -> "low"'],
  ],
  [
    'a budget, on a provider of efforts',
    EFFORT,
    { ...budget(8000), max_tokens: 10_000 },
    { reasoning_effort: 'high' },
    ['reasoning.max_tokens renamed 8000 -> "high"'],
  ],
  [
    'a small budget, on a provider of efforts',
    EFFORT,
    { ...budget(2000), max_tokens: 10_000 },
    { reasoning_effort: 'low' },
    ['reasoning.max_tokens renamed 2000 -> "low"'],
  ],
  ['no thinking, on a provider that always thinks', EFFORT, effort('none'), {}, ['reasoning.effort dropped "none"']],
  ['a budget', BUDGET, budget(2000), { thinking_budget: 2000 }, []],
  ['a budget that is too large', BUDGET, budget(9000), { thinking_budget: 8000 }, ['reasoning.max_tokens clamped 9000 -> 8000']],
  [
    'an effort, on a provider of budgets',
    BUDGET,
    { ...effort('medium'), max_tokens: 6000 },
    { thinking_budget: 3000 },
    ['reasoning.effort renamed "medium" -> 3000'],
  ],
  [
    'an effort without a limit, on a provider of budgets',
    BUDGET,
    effort('low'),
    { thinking_budget: 3276 },
    ['reasoning.effort renamed "low" -> 3276'],
  ],
  [
    'the least effort, on a provider of budgets',
    BUDGET,
    { ...effort('minimal'), max_tokens: 2000 },
    { thinking_budget: 1024 },
    ['reasoning.effort renamed "minimal" -> 1024'],
  ],
  [
    'an effort that the limit leaves no room for',
    BUDGET,
    { ...effort('minimal'), max_tokens: 1200 },
    {},
    ['reasoning.effort dropped "minimal"'],
  ],
  [
    'an effort that the limit leaves no room for, on a provider that thinks by default',
    { ...BUDGET, ...TOGGLE },
    { ...effort('minimal'), max_tokens: 1200 },
    { enable_thinking: false },
    ['reasoning.effort dropped "minimal"'],
  ],
  [
    'a budget that leaves little room for the answer',
    BUDGET,
    { ...budget(4000), max_tokens: 4096 },
    { thinking_budget: 3277 },
    ['reasoning.max_tokens clamped 4000 -> 3277'],
  ],
  [
    'an effort of nearly the whole limit',
    BUDGET,
    { ...effort('max'), max_tokens: 2000 },
    { thinking_budget: 1600 },
    ['reasoning.effort renamed "max" -> 1600'],
  ],
  ['thinking on', TOGGLE, { reasoning: { enabled: true } }, { enable_thinking: true }, []],
  ['thinking off', TOGGLE, { reasoning: { enabled: false } }, { enable_thinking: false }, []],
  ['no effort', TOGGLE, effort('none'), { enable_thinking: false }, ['reasoning.effort renamed "none" -> false']],
  ['no budget', TOGGLE, budget(0), { enable_thinking: false }, ['reasoning.max_tokens renamed 0 -> false']],
  [
    'an effort, on a provider with a switch',
    TOGGLE,
    effort('high'),
    { enable_thinking: true },
    ['reasoning.effort clamped "high" -> "on"'],
  ],
  ['words of the provider', TYPED, { reasoning: { enabled: false } }, { thinking: { type: 'disabled' } }, []],
  ['a switch and an effort', { ...TOGGLE, ...EFFORT }, effort('high'), { enable_thinking: true, reasoning_effort: 'high' }, []],
  ['a switch and a budget', { ...TOGGLE, ...BUDGET }, budget(2000), { enable_thinking: true, thinking_budget: 2000 }, []],
  ['only the switch of both', { ...TOGGLE, ...BUDGET }, { reasoning: { enabled: true } }, { enable_thinking: true }, []],
  ['on, where it is always on', ALWAYS, { reasoning: { enabled: true } }, { 'reasoning.enabled': true }, []],
  ['off, where it is always on', ALWAYS, { reasoning: { enabled: false } }, {}, ['reasoning.enabled dropped false']],
  ['anything, on a provider that does not think', {}, effort('high'), {}, ['reasoning.effort dropped "high"']],
  [
    'a word that is not known',
    EFFORT,
    { reasoning: { effort: 'low', mood: 'calm' } },
    { reasoning_effort: 'low' },
    ['reasoning.mood dropped "calm"'],
  ],
];

describe('fitReasoning', () => {
  it.each(ROWS)('%s', (_, rules, asked, sent, told) => {
    expect(thinking(rules, asked)).toEqual([sent, told]);
  });

  it('computes a budget from the model limit when the client sets none', () => {
    expect(thinking(BUDGET, effort('high'), 5000)).toEqual([{ thinking_budget: 4000 }, ['reasoning.effort renamed "high" -> 4000']]);
  });
});
