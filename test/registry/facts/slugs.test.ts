/** Public names of models. */
import { describe, expect, it } from 'vitest';
import { addName, addOpenRouter, keyOf, noNames, slugFor } from '../../../src/registry/facts/slugs.ts';

const NAMES = noNames({
  spellings: { moonshot: 'moonshotai', zai: 'z-ai' },
  families: { 'meta-llama': ['llama'], deepseek: ['deepseek'], openai: ['gpt'], qwen: ['qwen'], 'z-ai': ['glm'] },
});
addOpenRouter(NAMES, [
  { id: 'meta-llama/llama-3.3-70b-instruct', canonical: 'meta/llama-3.3-70b' },
  { id: 'deepseek/deepseek-chat-v3.1', canonical: 'deepseek/v3.1' },
  { id: 'deepseek/deepseek-chat-v3.1:free' },
  { id: '~openai/gpt-latest' },
  { id: 'z-ai/glm-5' },
  { id: 'openai/gpt-oss-120b' },
]);
addName(NAMES, 'my-model', 'me/my-model');

describe('slugs of models: a slug', () => {
  it.each([
    ['meta-llama/llama-3.3-70b-instruct', 'together', 'meta-llama/llama-3.3-70b-instruct'],
    ['meta-llama/Llama-3.3-70B-Instruct', 'together', 'meta-llama/llama-3.3-70b-instruct'],
    ['llama3.3-70b', 'cerebras', 'meta-llama/llama-3.3-70b-instruct'],
    ['us.meta.llama3-3-70b-instruct-v1:0', 'amazon-bedrock', 'meta-llama/llama-3.3-70b-instruct'],
    ['accounts/fireworks/models/glm-5', 'fireworks', 'z-ai/glm-5'],
    ['zai-org/GLM-5-FP8', 'parasail', 'z-ai/glm-5'],
    ['openai-gpt-oss-120b', 'digitalocean', 'openai/gpt-oss-120b'],
    ['glm-9', 'zai', 'z-ai/glm-9'],
    ['own-thing', 'moonshot', 'moonshotai/own-thing'],
    ['my-model', 'elsewhere', 'me/my-model'],
  ])('of %s at %s is %s', (id, provider, slug) => {
    expect(slugFor({ id }, provider, NAMES)).toBe(slug);
  });

  it('is that of the model which a list says it is, except for a distilled model', () => {
    expect(slugFor({ id: 'ds-new', canonical: 'deepseek/v3.1' }, 'acme', NAMES)).toBe('deepseek/deepseek-chat-v3.1');
    expect(slugFor({ id: 'ds-distill', canonical: 'deepseek/v3.1' }, 'acme', NAMES)).toBe('acme/ds-distill');
  });
});

describe('slugs of models: a name', () => {
  it.each([
    ['openai/gpt-oss-120b', 'gpt-oss-120-b'],
    ['GPT-OSS-120B', 'gpt-oss-120-b'],
    ['kimi-k2p5', 'kimi-k-2-5'],
    ['claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['claude-opus-4-5@20251101', 'claude-opus-4-5'],
    ['glm-5-fp8', 'glm-5'],
  ])('%s has the words %s', (id, key) => {
    expect(keyOf(id)).toBe(key);
  });
});
