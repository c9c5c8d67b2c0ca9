/** The provider files as data: every row of the five documents the project began with is a rule. */
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './all-providers.ts';
import { operationFor } from '../../src/registry/operation.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { fitValue } from '../../src/fitting/fit-value.ts';
import type { Rule, RuleOrNot } from '../../src/unified/rule.ts';

const find = (slug: string): CompiledProvider => {
  const found = PROVIDERS.find((provider) => provider.slug === slug);
  if (found === undefined) throw new Error(`no provider file is called ${slug}`);
  return found;
};

/** Rules as the documents state them: `[from, to]` closed, `(from, to)` open; false = not there; a type = no range is stated. */
type StatedRules = Readonly<Record<string, RuleOrNot>>;
const closed = (minimum: number, maximum: number) => ({ minimum, maximum });
const open = (exclusiveMinimum: number, exclusiveMaximum: number) => ({ exclusiveMinimum, exclusiveMaximum });
const anyNumber = { type: 'number' } as const;
const anyInteger = { type: 'integer' } as const;
const ids = { type: 'object' } as const;

const MATRIX: readonly (readonly [slug: string, operation: Operation, stated: StatedRules])[] = [
  [
    'tokensmind',
    'completions',
    {
      best_of: { ...anyInteger, conflictsWith: ['stream'] },
      max_tokens: anyInteger,
      temperature: closed(0, 2),
      top_p: { exclusiveMinimum: 0, maximum: 1 },
      top_k: { ...anyInteger, ...open(1, 128) },
      min_p: anyNumber,
      top_a: false,
      frequency_penalty: open(-2, 2),
      presence_penalty: open(-2, 2),
      repetition_penalty: open(0, 2),
      seed: anyInteger,
      n: { ...anyInteger, ...open(0, 128) },
      stop: { maxItems: 4 },
      stream_options: ids,
      logit_bias: ids,
      logprobs: { ...anyInteger, maximum: 5 },
      top_logprobs: false,
      echo: false,
      suffix: false,
      user: false,
      response_format: false,
      tools: false,
      ignore_eos: false,
      log_prompt: false,
      loglikelihood: false,
      peft: false,
    },
  ],
  [
    'openrouter',
    'chat',
    {
      max_tokens: { ...anyInteger, minimum: 1 },
      temperature: closed(0, 2),
      top_p: closed(0, 1),
      top_k: { ...anyInteger, minimum: 0 },
      min_p: closed(0, 1),
      top_a: closed(0, 1),
      frequency_penalty: closed(-2, 2),
      presence_penalty: closed(-2, 2),
      repetition_penalty: closed(0, 2),
      seed: anyInteger,
      logit_bias: ids,
      logprobs: { type: 'boolean' },
      top_logprobs: closed(0, 20),
      response_format: ids,
      stop: { type: 'array' },
      best_of: false,
      echo: false,
      suffix: false,
      ignore_eos: false,
    },
  ],
  [
    'novita',
    'chat',
    {
      max_tokens: anyInteger,
      temperature: open(0, 2),
      top_p: { exclusiveMinimum: 0, maximum: 1 },
      top_k: { ...anyInteger, ...open(1, 128) },
      min_p: closed(0, 1),
      top_a: false,
      frequency_penalty: open(-2, 2),
      presence_penalty: open(-2, 2),
      repetition_penalty: open(0, 2),
      seed: anyInteger,
      n: { ...anyInteger, ...open(1, 128) },
      stop: { type: 'array' },
      stream_options: ids,
      logit_bias: ids,
      logprobs: { type: 'boolean' },
      top_logprobs: closed(0, 20),
      response_format: { enum: ['json_schema', 'json_object'] },
      tools: { type: 'array' },
      context_length_exceeded_behavior: {},
      best_of: false,
      echo: false,
      suffix: false,
      user: false,
      ignore_eos: false,
      log_prompt: false,
      loglikelihood: false,
      peft: false,
    },
  ],
  [
    'completions-compatible',
    'completions',
    {
      best_of: anyInteger,
      max_tokens: anyInteger,
      temperature: closed(0, 2),
      top_p: anyNumber,
      frequency_penalty: closed(-2, 2),
      presence_penalty: closed(-2, 2),
      seed: anyInteger,
      n: anyInteger,
      stop: { maxItems: 4 },
      stream_options: ids,
      logit_bias: ids,
      logprobs: anyInteger,
      echo: { type: 'boolean' },
      user: { type: 'string' },
      top_k: false,
      min_p: false,
      top_a: false,
      repetition_penalty: false,
      suffix: false,
      response_format: false,
      tools: false,
      ignore_eos: false,
      log_prompt: false,
      loglikelihood: false,
      peft: false,
    },
  ],
  [
    'octoai',
    'completions',
    {
      best_of: { ...anyInteger, default: 1 },
      max_tokens: { ...anyInteger, default: 512 },
      temperature: { ...anyNumber, default: 1 },
      top_p: { ...anyNumber, default: 1 },
      min_p: { ...anyNumber, default: 0 },
      frequency_penalty: { ...anyNumber, default: 0 },
      presence_penalty: { ...anyNumber, default: 0 },
      repetition_penalty: { ...anyNumber, default: 1 },
      seed: { ...anyInteger, default: 0 },
      n: { ...anyInteger, default: 1 },
      stop: { type: ['string', 'array'] },
      stream_options: ids,
      logit_bias: ids,
      logprobs: anyInteger,
      echo: { type: 'boolean' },
      suffix: { type: 'string' },
      user: { type: 'string' },
      ignore_eos: { type: 'boolean' },
      log_prompt: { type: 'boolean' },
      loglikelihood: { type: 'boolean' },
      peft: { type: 'string' },
      top_k: false,
      top_a: false,
      response_format: false,
      tools: false,
    },
  ],
];

describe.each(MATRIX)('%s %s', (slug, operation, stated) => {
  const rules = operationFor(find(slug), operation, 'any-model')?.rules.parameters ?? {};

  const there = Object.entries(stated).filter(([, rule]) => rule !== false);
  const absent = Object.keys(stated).filter((name) => stated[name] === false);

  it.each(there)('%s is what the document states', (name, rule) => {
    expect(rules[name]).toMatchObject(rule || {});
  });

  it.each(absent)('%s is not on the page', (name) => {
    expect(rules[name] ?? false).toBe(false);
  });
});

it.each([
  ['tokensmind', 'frequency_penalty'],
  ['octoai', 'temperature'],
  ['octoai', 'frequency_penalty'],
  ['octoai', 'repetition_penalty'],
  ['completions-compatible', 'top_p'],
])('%s states no closed bound for %s, so none is applied', (slug, name) => {
  const rule = find(slug).operations.completions?.[0]?.parameters[name];
  expect(rule).not.toHaveProperty('minimum');
  expect(rule).not.toHaveProperty('maximum');
});

it.each([
  ['tokensmind', ['text', 'texts', 'tokens', 'token-lists']],
  ['completions-compatible', ['text']],
  ['octoai', ['text', 'texts', 'tokens', 'token-lists']],
])('%s reads the kinds of prompt its document names', (slug, kinds) => {
  expect(find(slug).operations.completions?.[0]?.prompts).toEqual(kinds);
});

describe.each(PROVIDERS.map((provider) => ({ slug: provider.slug, provider })))('the file of $slug', ({ slug, provider }) => {
  it('says where its facts come from', () => {
    expect(new URL(provider.docs).protocol).toMatch(/^https?:$/);
    for (const model of provider.models) expect(model.source).toMatch(/^https:\/\//);
  });

  it('names a secret that belongs to it', () => {
    const prefix = slug.toUpperCase().replaceAll('-', '_');
    for (const { secret } of provider.auth) expect(secret).toMatch(new RegExp(`^(${prefix}|AWS|GOOGLE|CLOUDFLARE)_`));
  });

  it('offers only models that one of its operations serves', () => {
    expect(
      provider.models.filter(({ id }) => operationFor(provider, 'chat', id) === null && operationFor(provider, 'embeddings', id) === null),
    ).toEqual([]);
    expect(new Set(provider.models.map(({ id }) => id)).size).toBe(provider.models.length);
  });

  it('states defaults of the type its rules ask for', () => {
    const rules = Object.values(provider.operations)
      .flatMap((alternatives) => alternatives)
      .flatMap(({ parameters }) => Object.entries(parameters));
    const wrong = rules.filter(([, rule]) => rule !== false && rule.default !== undefined && !isOfItsType(rule));
    expect(wrong).toEqual([]);
  });
});

/** The type alone: a default may lie outside the range of what a client may send, as -1 for "no limit". */
const isOfItsType = ({ type, default: value }: Rule) => type === undefined || fitValue(value, { type }).kind === 'same';

it.each(['octoai', 'github-models'])('%s is marked as closed, and has no address of its own that a key could be sent to', (slug) => {
  const variable = `${slug.toUpperCase().replaceAll('-', '_')}_BASE_URL`;
  expect(find(slug)).toMatchObject({ baseUrl: null, discontinued: expect.stringContaining(variable) });
});

it('every file the project promises is there', () => {
  expect(PROVIDERS.map(({ slug }) => slug)).toEqual(
    expect.arrayContaining([
      'tokensmind',
      'novita',
      'octoai',
      'completions-compatible',
      'openrouter',
      'openai',
      'fireworks',
      'together',
      'groq',
      'deepinfra',
      'deepseek',
      'cerebras',
      'vllm',
      'llama-cpp',
    ]),
  );
});

describe('a deployment at Azure, which has a name of its own,', () => {
  const azure = PROVIDERS.find(({ slug }) => slug === 'azure-openai');
  const served = (operation: Operation, deployment: string) => azure && operationFor(azure, operation, deployment)?.operation;

  it('is asked for what the client asks of it', () => {
    expect(served('chat', 'my-deployment')).toBe('chat');
    expect(served('embeddings', 'my-deployment')).toBe('embeddings');
    expect(served('embeddings', 'text-embedding-3-large')).toBe('embeddings');
  });

  it('makes no embeddings where it is called like a model that makes none, and chats not where it is called like one that makes them', () => {
    expect(served('embeddings', 'gpt-5.4')).toBeUndefined();
    expect(served('chat', 'text-embedding-3-large')).toBeUndefined();
  });
});
