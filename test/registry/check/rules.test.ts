/** Rules that never apply, or do something else than they look like. */
import { describe, expect, it } from 'vitest';
import type { RuleOrNot } from '../../../src/unified/rule.ts';
import { file, model, problemsOf } from './provider-file.ts';

const withRules = (parameters: object, more: object = {}) =>
  file({ operations: { chat: { dialect: 'openai-chat', parameters, ...more } } });
const AT = 'operations.chat.parameters';

describe('provider file rules: the name of a parameter', () => {
  it.each([
    ['temprature', 'temperature'],
    ['temperatur', 'temperature'],
    ['Temperature', 'temperature'],
    ['topk', 'top_k'],
    ['topP', 'top_p'],
    ['maxTokens', 'max_tokens'],
    ['max_token', 'max_tokens'],
    ['max.tokens', 'max_tokens'],
    ['frequency_penality', 'frequency_penalty'],
    ['penalty_presence', 'presence_penalty'],
    ['sede', 'seed'],
    ['stops', 'stop'],
    ['respone_format', 'response_format'],
    ['reasoning_efort', 'reasoning_effort'],
    ['reasoning.effort', 'reasoning_effort'],
    ['reasoning.maxtokens', 'reasoning.max_tokens'],
    ['toolchoice', 'tool_choice'],
  ])('%s is a slip, and %s is suggested', (name, meant) => {
    for (const rule of [{ type: 'number' }, false] satisfies RuleOrNot[]) {
      const [problem, ...more] = problemsOf(withRules({ [name]: rule }));
      expect(more).toEqual([]);
      expect(problem).toContain(`${AT}.${name}: is no parameter, so the rule never applies. Did you mean`);
      expect(problem).toContain(JSON.stringify(meant));
    }
  });

  it.each([
    'min_tokens',
    'min_completion_tokens',
    'typical_p',
    'regex',
    'store',
    'thinking',
    'ttl',
    'user_id',
    'x',
    'foo_bar',
    'top_n_sigma',
  ])('%s is a field of the provider', (name) => {
    expect(problemsOf(withRules({ [name]: { type: 'integer' } }))).toEqual([]);
  });

  it('may look like a slip where the file says that it is meant', () => {
    expect(problemsOf(withRules({ top_q: { name: 'top_q' } }))).toEqual([]);
    expect(problemsOf(withRules({ top_q: {} }))[0]).toContain('say so by "name": "top_q"');
  });

  it.each(['model', 'messages', 'stream', 'provider'])('%s is none that rules speak of', (name) => {
    expect(problemsOf(withRules({ [name]: false }))).toEqual([`${AT}.${name}: is not fitted by rules, so this one never applies`]);
  });

  it('is checked in exceptions too', () => {
    const byModel = { 'b*': { parameters: { temprature: {} } } };
    expect(problemsOf(withRules({}, { byModel }))[0]).toMatch(/^operations\.chat\.byModel\.b\*\.parameters\.temprature: .*"temperature"/);
  });
});

describe('provider file rules: the words of a rule', () => {
  it.each<readonly [rule: Record<string, unknown>, problem: RegExp]>([
    [{ type: 'string', minimum: 1 }, /minimum: has no effect on the type string/],
    [{ type: 'boolean', exclusiveMaximum: 1 }, /exclusiveMaximum: has no effect/],
    [{ type: 'number', maxItems: 3 }, /maxItems: has no effect/],
    [{ type: 'integer', maxLength: 3 }, /maxLength: has no effect/],
    [{ type: 'array', enum: ['a'] }, /enum: has no effect/],
    [{ type: 'object', values: { a: 1 } }, /values: has no effect/],
    [{ type: 'number', minimum: 0, exclusiveMinimum: 0 }, /exclusiveMinimum: stands beside minimum/],
    [{ type: 'number', maximum: 2, exclusiveMaximum: 1 }, /exclusiveMaximum: stands beside maximum/],
    [{ type: 'integer', exclusiveMinimum: 1, exclusiveMaximum: 2 }, /exclusiveMinimum: leaves no value/],
    [{ type: 'number', minimum: 0.1, maximum: 0.4, multipleOf: 0.5 }, /minimum: leaves no value/],
    [{ type: 'string', enum: ['a', 3] }, /enum\.1: is never sent: 3 is not of the type string/],
    [{ type: 'integer', enum: [1, 1.5] }, /enum\.1: is never sent/],
    [{ type: 'boolean', enum: ['true'] }, /enum\.0: is never sent/],
    [{ type: 'integer', requiredWith: ['temprature'] }, /requiredWith\.0: no parameter is called "temprature"/],
    [{ type: 'integer', enum: [1, 9], maximum: 8 }, /enum\.1: is never sent: 9 is out of bounds/],
    [{ type: 'string', enum: ['a', 'a'] }, /enum\.1: is stated twice/],
    [{ type: 'boolean', values: { True: 1 } }, /values\.True: is never written.*Did you mean "true"/],
    [{ type: 'string', enum: ['low', 'high'], values: { hgih: 1, high: 2 } }, /values\.hgih: is never written/],
    [{ type: 'integer', maximum: 5, values: { '6': 'six' } }, /values\.6: is never written/],
    [{ type: 'integer', default: 'a' }, /default: expected the type integer/],
    [{ type: 'number', minimum: 0, maximum: 1, default: 2 }, /default: 2 is out of the bounds/],
    [{ type: 'string', enum: ['low', 'high'], default: 'hihg' }, /default: is none of the values of enum/],
    [{ type: 'integer', minimum: 0, default: -1, required: true }, /default: -1 is out of the bounds/],
    [{ type: 'integer', required: true }, /required: has no effect without "default"/],
    [{ conflictsWith: ['foo'] }, /conflictsWith\.0: a parameter does not conflict with itself/],
    [{ conflictsWith: ['temprature'] }, /conflictsWith\.0: no parameter is called "temprature".*Did you mean "temperature"/],
    [{ onlyWith: { temprature: [1] } }, /onlyWith\.temprature: no parameter is called "temprature"/],
    [{ type: 'number', below: 'max_token' }, /below: no parameter is called "max_token"/],
    [
      { type: 'number', narrowed: [{ with: 'topk', when: { maximum: 1 }, to: { maximum: 1 } }] },
      /narrowed\.0\.with: no parameter is called "topk"/,
    ],
    [{ emulate: true }, /emulate: has no effect: the router itself can do stop, n, best_of, echo/],
  ])('%j is found', (rule, problem) => {
    const [found, ...more] = problemsOf(withRules({ foo: rule }));
    expect(more).toEqual([]);
    expect(found).toMatch(problem);
    expect(found).toMatch(/^operations\.chat\.parameters\.foo\./);
  });

  it.each<Record<string, unknown>>([
    { type: ['string', 'array'], maxItems: 4, maxLength: 9 },
    { type: 'object', enum: ['text', 'json_object'] },
    { type: 'integer', minimum: 0, default: -1 },
    { type: 'boolean', values: { true: { type: 'enabled' }, false: 0 } },
    { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 2 },
    { enum: ['a', 1, true], values: { a: 'b', 1: 2, true: 3 } },
    { type: 'string', values: { anything: 'else' } },
    { conflictsWith: ['stream', 'tools', 'bar'] },
    { type: 'string', required: true, default: 'x' },
  ])('%j is right', (rule) => {
    expect(problemsOf(withRules({ foo: rule, bar: {} }))).toEqual([]);
  });

  it.each<readonly [rules: object, problem: RegExp]>([
    [{ temperature: { type: 'string' } }, /temperature\.type: never applies: the parameter is a number from 0 to 2/],
    [{ parallel_tool_calls: { type: 'integer' } }, /parallel_tool_calls\.type: never applies/],
    [{ tools: { type: 'object' } }, /tools\.type: never applies/],
    [{ reasoning_effort: { type: 'string', enum: ['low', 'hgih'] } }, /reasoning_effort\.enum\.1: is never sent.*Did you mean "high"/],
    [{ response_format: { type: 'object', enum: ['json_obect'] } }, /response_format\.enum\.0: is never sent.*Did you mean "json_object"/],
    [
      { tools: false, tool_choice: { type: 'string' }, parallel_tool_calls: false },
      /tool_choice: never applies: it means nothing without tools/,
    ],
  ])('%j is found by what requests can hold', (rules, problem) => {
    const [found, ...more] = problemsOf(withRules(rules));
    expect(more).toEqual([]);
    expect(found).toMatch(problem);
  });

  it('need a limit that may be sent where one is demanded', () => {
    const rules = { max_tokens: { type: 'integer', required: true } };
    expect(problemsOf(withRules(rules))[0]).toMatch(/max_tokens\.required: has no effect/);
    expect(problemsOf({ ...withRules(rules), models: [model({ maxOutputTokens: 10 })] })).toEqual([]);
  });
});

describe('provider file rules: names on the wire', () => {
  it('are not shared by two parameters that can be sent together', () => {
    expect(problemsOf(withRules({ top_k: { name: 'k' }, min_p: { name: 'k' } }))).toEqual([
      expect.stringMatching(/top_k\.name: is sent under the name of min_p as well/),
      expect.stringMatching(/min_p\.name: is sent under the name of top_k as well/),
    ]);
    expect(problemsOf(withRules({ top_k: { name: 'temperature' } }))[0]).toMatch(/under the name of temperature as well/);
    expect(problemsOf(withRules({ top_k: { name: 'k' }, min_p: { name: 'k', conflictsWith: ['top_k'] } }))).toEqual([]);
    expect(problemsOf(withRules({ max_tokens: { name: 'max_completion_tokens' } }))).toEqual([]);
    const thinking = { 'reasoning.enabled': { name: 'thinking' }, thinking: { conflictsWith: ['reasoning'] } };
    expect(problemsOf(withRules(thinking))).toEqual([]);
  });

  it('are those of the format, unless the file says otherwise', () => {
    const cohere = (rule: object) => file({ operations: { chat: { dialect: 'cohere', parameters: { stop: rule } } } });
    expect(problemsOf(cohere({ maxItems: 2 }))[0]).toMatch(
      /stop: takes the place of the dialect's rule, which is sent as "stop_sequences"/,
    );
    expect(problemsOf(cohere({ maxItems: 2, name: 'stop_sequences' }))).toEqual([]);
  });

  it('of the parts of reasoning have no effect beside the whole', () => {
    const rules = { reasoning: { type: 'object' }, 'reasoning.max_tokens': { type: 'integer' } };
    expect(problemsOf(withRules(rules))).toEqual([expect.stringMatching(/parameters\.reasoning\.max_tokens: never applies/)]);
  });
});
