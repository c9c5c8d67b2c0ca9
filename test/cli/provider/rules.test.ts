/** `tributary provider show` and `diff`: what is accepted, in words, and what differs. */
import { describe, expect, it } from 'vitest';
import { ageInDays, describeAuth, describeMissing } from '../../../src/cli/provider/describe-provider.ts';
import { compareSides } from '../../../src/cli/provider/compare-rules.ts';
import { describeAccepted, describeConditions } from '../../../src/cli/provider/rule-words.ts';
import type { ParameterRule } from '../../../src/fitting/describe-rules.ts';
import { createAccess } from '../../../src/platform/provider-access.ts';
import { PROVIDERS } from '../../registry/all-providers.ts';
import { runCli } from '../run-cli.ts';

const rule = (words: Partial<ParameterRule> = {}): ParameterRule => ({ accepted: true, reason: null, from: 'file', ...words });

describe('describeAccepted', () => {
  it.each<[string, Partial<ParameterRule>]>([
    ['any value', {}],
    ['-', { accepted: false }],
    ['done by the router', { accepted: false, emulated: true }],
    ['number, 0 to 2', { type: 'number', minimum: 0, maximum: 2 }],
    ['number, above 0, below 2', { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 2 }],
    ['number, above 0, up to 1', { type: 'number', exclusiveMinimum: 0, maximum: 1 }],
    ['number, from 0, below 1', { type: 'number', minimum: 0, exclusiveMaximum: 1 }],
    ['integer, 1 or more', { type: 'integer', minimum: 1 }],
    ['integer, up to 9', { type: 'integer', maximum: 9 }],
    ['integer, below 9', { type: 'integer', exclusiveMaximum: 9 }],
    ['integer, above 9', { type: 'integer', exclusiveMinimum: 9 }],
    ['string or object', { type: ['string', 'object'] }],
    ['low | high, default "low"', { type: 'string', enum: ['low', 'high'], default: 'low' }],
    ['1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 and 2 more', { enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }],
    ['array, at most 4 entries, required', { type: 'array', maxItems: 4, required: true }],
    ['string, at most 64 characters', { type: 'string', maxLength: 64 }],
    ['integer, multiples of 8, partly done by the router', { type: 'integer', multipleOf: 8, emulated: true }],
  ])('is "%s"', (expected, words) => {
    expect(describeAccepted(rule(words))).toBe(expected);
  });

  it('states conditions on other parameters', () => {
    const conditions = describeConditions(
      rule({
        conflicts_with: ['stream'],
        required_with: ['tools'],
        only_with: { reasoning_effort: ['none', 'low'] },
        below: 'max_tokens',
        narrowed: [{ with: 'temperature', when: { maximum: 0 }, to: { maximum: 1 } }],
      }),
    );
    expect(conditions).toEqual([
      'not beside stream',
      'required beside tools',
      'only where reasoning_effort is none or low',
      'below max_tokens',
      'up to 1 where temperature is up to 0',
    ]);
  });
});

describe('compareSides', () => {
  const side = (rules: Record<string, ParameterRule>, dialect = 'openai-chat') => ({ operation: 'chat' as const, dialect, rules });

  it('finds rules that differ, and counts the others', () => {
    const a = side({
      top_k: rule({ minimum: 1 }),
      n: rule({ maximum: 4 }),
      seed: rule({ from: 'format' }),
      stop: rule({ accepted: false }),
    });
    const b = side({ top_k: rule({ minimum: 1, from: 'model' }), n: rule({ maximum: 8 }), seed: rule(), user: rule() });
    const found = compareSides('chat', a, b);
    expect(found).toMatchObject({ dialect: null, same: 3 });
    expect(found.differences.map(({ parameter }) => parameter)).toEqual(['n', 'user']);
    expect(found.differences[1]).toEqual({ parameter: 'user', a: null, b: rule() });
  });

  it('is the same for keywords in another order, and compares names of prototypes', () => {
    const a = side({ constructor: rule({ minimum: 1, maximum: 2 }) });
    expect(compareSides('chat', a, side({ constructor: rule({ maximum: 2, minimum: 1 }) })).differences).toEqual([]);
    expect(compareSides('chat', a, side({})).differences).toHaveLength(1);
    const onlyWith = side({ user: rule({ only_with: { n: [1], seed: [2] } }) });
    const reversed = side({ user: rule({ only_with: { seed: [2], n: [1] } }) });
    expect(compareSides('chat', onlyWith, reversed).differences).toEqual([]);
  });

  it('reports another wire format, and an operation that one side lacks', () => {
    expect(compareSides('chat', side({}), side({}, 'gemini')).dialect).toEqual({ a: 'openai-chat', b: 'gemini' });
    expect(compareSides('chat', side({}), null).dialect).toEqual({ a: 'openai-chat', b: null });
  });
});

describe('provider descriptions', () => {
  const provider = (slug: string) => PROVIDERS.find((one) => one.slug === slug) ?? PROVIDERS[0]!;
  const missing = (slug: string, variables: Record<string, string> = {}) =>
    describeMissing(provider(slug), createAccess(variables)(provider(slug)));

  it('name what is missing, and never a value', () => {
    expect(missing('groq')).toBe('set GROQ_API_KEY in .dev.vars');
    expect(missing('groq', { GROQ_API_KEY: 'sk-1' })).toBeNull();
    expect(missing('vllm')).toBeNull();
    expect(missing('octoai')).toMatch(/^discontinued: /);
    expect(missing('groq', { GROQ_API_KEY: 'sk-1', GROQ_BASE_URL: 'ftp://secret' })).not.toMatch(/secret|sk-1/);
  });

  it('name how a key is sent', () => {
    expect(provider('anthropic').auth.map(describeAuth)).toEqual(['header x-api-key with ANTHROPIC_API_KEY']);
    expect(provider('amazon-bedrock').auth.map(describeAuth)[1]).toBe('AWS signature with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
    expect(provider('vllm').auth.map(describeAuth)).toEqual(['bearer with VLLM_API_KEY, optional']);
  });

  it('count the days of facts', () => {
    expect([ageInDays('2026-09-30', '2026-12-01'), ageInDays('2026-12-01', '2026-12-01')]).toEqual([62, 0]);
  });
});

describe('tributary provider show', () => {
  it('prints what a provider needs, accepts and offers', async () => {
    const { code, stdout } = await runCli(['provider', 'show', 'groq']);
    expect(code).toBe(0);
    expect(stdout).toContain('State      set GROQ_API_KEY in .dev.vars\n');
    expect(stdout).toMatch(/^max_tokens +max_completion_tokens +integer, 1 or more .*file$/m);
    expect(stdout).toMatch(/^logit_bias +- +this provider does not accept it +file$/m);
    expect(stdout).toMatch(/^Models: \d+$/m);
  });

  it('prints JSON with the variables that are missing, and no values', async () => {
    const { code, stdout } = await runCli(['provider', 'show', 'groq', '--json'], { environment: { GROQ_API_KEY: 'sk-secret' } });
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { is_ready: boolean; missing: string[]; models: { id: string }[] };
    expect(document).toMatchObject({ is_ready: true, missing: [], provider: { slug: 'groq', file: 'providers/groq.jsonc' } });
    expect(document.models.map(({ id }) => id)).toEqual(PROVIDERS.find(({ slug }) => slug === 'groq')?.models.map(({ id }) => id));
    expect(stdout).not.toContain('sk-secret');
  });

  it('prints the rules of one model', async () => {
    const { code, stdout } = await runCli(['provider', 'show', 'openrouter', '--model', 'openai/gpt-4o', '--json']);
    expect(code).toBe(0);
    const { rules } = JSON.parse(stdout) as { rules: { models: string; rules: Record<string, ParameterRule> }[] };
    expect(rules).toHaveLength(1);
    expect(Object.values(rules[0]?.rules ?? {}).some(({ from }) => from === 'model')).toBe(true);
  });

  it('counts the models that it does not print, and prints them with --all', async () => {
    const listed = PROVIDERS.find(({ slug }) => slug === 'openrouter')?.models.length ?? 0;
    expect((await runCli(['provider', 'show', 'openrouter'])).stdout).toContain(`\n${listed - 20} more: --all prints them.\n`);
    expect((await runCli(['provider', 'show', 'openrouter', '--all'])).stdout).not.toContain('more: --all');
  });

  it.each([
    [['show', 'grok'], /No provider is called "grok"\. Did you mean "groq"/],
    [['show', 'openai', '--model', ''], /No operation of openai serves the model ""/],
    [['diff', 'groq'], /nothing to compare with/],
    [['diff', 'groq', 'nvita'], /Did you mean "novita"/],
    [['diff', 'groq', 'novita', ...['a', 'b', 'c'].flatMap((name) => ['--model', name])], /3 times; expected at most twice/],
  ])('refuses %j', async (words, message) => {
    const { code, stdout, stderr } = await runCli(['provider', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('tributary provider diff', () => {
  it('prints both rules of each parameter that differs, and exits with 1 only where asked', async () => {
    const plain = await runCli(['provider', 'diff', 'groq', 'novita']);
    expect(plain.code).toBe(0);
    expect(plain.stdout).toMatch(/^top_k +- +integer, above 1, below 128$/m);
    expect((await runCli(['provider', 'diff', 'groq', 'novita', '--exit-code'])).code).toBe(1);
  });

  it('finds nothing between a provider and itself', async () => {
    const { code, stdout } = await runCli(['provider', 'diff', 'groq', 'groq', '--exit-code']);
    expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({ code: 0, last: 'No differences in what is accepted.' });
  });

  it('compares two models of one provider, as JSON', async () => {
    const words = ['provider', 'diff', 'anthropic', '--model', 'claude-opus-4-1', '--model', 'claude-opus-5', '--json', '--exit-code'];
    const { code, stdout } = await runCli(words);
    expect(code).toBe(1);
    const document = JSON.parse(stdout) as {
      differences: number;
      operations: { operation: string; differences: { parameter: string }[] }[];
    };
    expect(document).toMatchObject({
      a: { provider: 'anthropic', model: 'claude-opus-4-1' },
      b: { provider: 'anthropic', model: 'claude-opus-5' },
    });
    expect(document.operations.map(({ operation }) => operation)).toEqual(['chat']);
    expect(document.operations[0]?.differences.map(({ parameter }) => parameter)).toContain('temperature');
  });
});
