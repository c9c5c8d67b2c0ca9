// The five documents the project began with, as numbers: what the oracle knows of a system.
// Written by hand from the documents; must not look at the router's own data.

import type { Range } from '../checks.ts';
import type { Operation } from '../question.ts';

/** A number as a document describes it. */
export interface NumberRule extends Range {
  readonly whole?: boolean;
}

/** The contents of one document. */
export interface Document {
  readonly slug: string;
  readonly operation: Exclude<Operation, 'embeddings'>;
  readonly numbers: Readonly<Record<string, NumberRule>>;
  /** Other fields that are taken as they come, with the type of their value. */
  readonly fields: Readonly<Record<string, 'string' | 'boolean'>>;
  /** Takes lists of prompts and token ids. */
  readonly anyPrompt: boolean;
  /** Most choices of one call. */
  readonly mostChoices: number;
  readonly mostStops: number;
  readonly echo: boolean;
  /** Whether `best_of`, greater than `n`, is taken beside `n` and `stream`; null = it is unknown. */
  readonly bestOf: ((n: number, stream: boolean) => boolean) | null;
  /** Most alternatives, and whether `logprobs` is their number or a switch beside `top_logprobs`. */
  readonly logprobs: { readonly most: number; readonly isNumber: boolean };
  /** Name of the limit that OpenAI renamed. */
  readonly maxCompletionTokens: string;
  /** Whether streams carry usage. */
  readonly streamsUsage: boolean;
}

const share = { min: 0, max: 1 };

export const tokensmind: Document = {
  slug: 'tokensmind',
  operation: 'completions',
  numbers: {
    temperature: { min: 0, max: 2 },
    top_p: { above: 0, max: 1 },
    top_k: { above: 1, below: 128, whole: true },
    min_p: share,
    frequency_penalty: { above: -2, below: 2 },
    presence_penalty: { above: -2, below: 2 },
    repetition_penalty: { above: 0, below: 2 },
    max_tokens: { min: 0, whole: true },
  },
  fields: {},
  anyPrompt: true,
  mostChoices: 127,
  mostStops: 4,
  echo: false,
  bestOf: (_, stream) => !stream,
  logprobs: { most: 5, isNumber: true },
  maxCompletionTokens: 'max_tokens',
  streamsUsage: true,
};

const openrouter: Document = {
  slug: 'openrouter',
  operation: 'chat',
  numbers: {
    temperature: { min: 0, max: 2 },
    top_p: share,
    top_k: { min: 0, whole: true },
    min_p: share,
    top_a: share,
    frequency_penalty: { min: -2, max: 2 },
    presence_penalty: { min: -2, max: 2 },
    repetition_penalty: { min: 0, max: 2 },
    max_tokens: { min: 1, whole: true },
    max_completion_tokens: { min: 1, whole: true },
  },
  fields: { user: 'string' },
  anyPrompt: false,
  mostChoices: 1,
  mostStops: 4,
  echo: false,
  bestOf: null,
  logprobs: { most: 20, isNumber: false },
  maxCompletionTokens: 'max_completion_tokens',
  streamsUsage: true,
};

export const novita: Document = {
  slug: 'novita',
  operation: 'chat',
  numbers: {
    temperature: { above: 0, below: 2 },
    top_p: { above: 0, max: 1 },
    top_k: { above: 1, below: 128, whole: true },
    min_p: share,
    frequency_penalty: { above: -2, below: 2 },
    presence_penalty: { above: -2, below: 2 },
    repetition_penalty: { above: 0, below: 2 },
    max_tokens: { min: 1, whole: true },
  },
  fields: {},
  anyPrompt: false,
  mostChoices: 127,
  // The page counts none; four is the limit of the format that the provider copies.
  mostStops: 4,
  echo: false,
  bestOf: null,
  logprobs: { most: 20, isNumber: false },
  maxCompletionTokens: 'max_tokens',
  streamsUsage: true,
};

const completionsCompatible: Document = {
  slug: 'completions-compatible',
  operation: 'completions',
  numbers: {
    temperature: { min: 0, max: 2 },
    top_p: {},
    frequency_penalty: { min: -2, max: 2 },
    presence_penalty: { min: -2, max: 2 },
    max_tokens: { min: 0, whole: true },
  },
  fields: { user: 'string' },
  anyPrompt: false,
  mostChoices: Infinity,
  mostStops: 4,
  echo: true,
  // "May conflict" with n.
  bestOf: (n) => n === 1,
  logprobs: { most: Infinity, isNumber: true },
  maxCompletionTokens: 'max_tokens',
  streamsUsage: false,
};

export const octoai: Document = {
  slug: 'octoai',
  operation: 'completions',
  numbers: {
    temperature: {},
    top_p: {},
    min_p: share,
    frequency_penalty: {},
    presence_penalty: {},
    repetition_penalty: {},
    max_tokens: { whole: true },
  },
  fields: { user: 'string', suffix: 'string', peft: 'string', ignore_eos: 'boolean', log_prompt: 'boolean', loglikelihood: 'boolean' },
  anyPrompt: true,
  mostChoices: Infinity,
  mostStops: Infinity,
  echo: true,
  bestOf: () => true,
  logprobs: { most: Infinity, isNumber: true },
  maxCompletionTokens: 'max_tokens',
  streamsUsage: true,
};

export const DOCUMENTS: readonly Document[] = [tokensmind, openrouter, novita, completionsCompatible, octoai];
