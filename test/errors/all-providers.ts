/** Every list, by the slug of its provider. */
import { ALIBABA } from './alibaba.ts';
import { AMAZON_BEDROCK } from './amazon-bedrock.ts';
import { ANTHROPIC } from './anthropic.ts';
import { AZURE_OPENAI } from './azure-openai.ts';
import { BLIND_OTHERS } from './blind-others.ts';
import { BLIND_VLLM } from './blind-vllm.ts';
import { BLIND } from './blind.ts';
import { COHERE } from './cohere.ts';
import { DEEPSEEK } from './deepseek.ts';
import type { ErrorCase } from './error-case.ts';
import { FIREWORKS } from './fireworks.ts';
import { GOOGLE_AI_STUDIO, GOOGLE_VERTEX } from './google.ts';
import { GROQ } from './groq.ts';
import { MISTRAL } from './mistral.ts';
import { OPENAI } from './openai.ts';
import { OPENROUTER } from './openrouter.ts';
import { SHORT_DOCUMENTS } from './short-documents.ts';
import { REPORTED_OTHERS } from './reported-others.ts';
import { REPORTED } from './reported.ts';
import * as others from './others.ts';
import { SMALLER_CLOUDS } from './smaller-clouds.ts';
import { TOGETHER } from './together.ts';
import { XAI } from './xai.ts';

/** The fifteen largest: at least ten cases each. */
export const LARGEST: Readonly<Record<string, readonly ErrorCase[]>> = {
  openai: OPENAI,
  anthropic: ANTHROPIC,
  'google-ai-studio': GOOGLE_AI_STUDIO,
  'google-vertex': GOOGLE_VERTEX,
  'azure-openai': AZURE_OPENAI,
  'amazon-bedrock': AMAZON_BEDROCK,
  openrouter: OPENROUTER,
  mistral: MISTRAL,
  groq: GROQ,
  together: TOGETHER,
  fireworks: FIREWORKS,
  deepseek: DEEPSEEK,
  xai: XAI,
  cohere: COHERE,
  alibaba: ALIBABA,
};

const DOCUMENTED: Readonly<Record<string, readonly ErrorCase[]>> = {
  ...LARGEST,
  moonshot: others.MOONSHOT,
  zai: others.ZAI,
  minimax: others.MINIMAX,
  cerebras: others.CEREBRAS,
  'llama-cpp': others.LLAMA_CPP,
  'lm-studio': others.LM_STUDIO,
  ollama: others.OLLAMA,
  sglang: others.SGLANG,
  huggingface: others.HUGGINGFACE,
  'github-models': others.GITHUB_MODELS,
  'cloudflare-workers-ai': others.CLOUDFLARE_WORKERS_AI,
};

const LISTS: readonly Readonly<Record<string, readonly ErrorCase[]>>[] = [
  DOCUMENTED,
  REPORTED,
  REPORTED_OTHERS,
  BLIND,
  BLIND_OTHERS,
  SMALLER_CLOUDS,
  { vllm: BLIND_VLLM },
  SHORT_DOCUMENTS,
];

export const ALL: Readonly<Record<string, readonly ErrorCase[]>> = Object.fromEntries(
  [...new Set(LISTS.flatMap((list) => Object.keys(list)))].map((slug) => [slug, LISTS.flatMap((list) => list[slug] ?? [])]),
);
