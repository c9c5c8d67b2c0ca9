/** Sizes of a prompt that is too long, from the words of providers. The texts are those of `test/errors/`. */
import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/unified/error.ts';
import { readPromptOverflow, withPromptEstimate } from '../../src/unified/prompt-overflow.ts';

describe('readPromptOverflow', () => {
  it.each([
    ['prompt is too long: 213462 tokens > 200000 maximum', 213_462, 200_000],
    ['input length and `max_tokens` exceed context limit: 197199 + 21333 > 200000, decrease input length', 218_532, 200_000],
    ["This model's maximum context length is 8192 tokens. However, your messages resulted in 8545 tokens.", 8545, 8192],
    [
      'maximum context length is 65536 tokens. However, you requested 66343 tokens (62247 in the messages, 4096 in the completion).',
      66_343,
      65_536,
    ],
    [
      "This model's maximum context length is 131072 tokens. However, you requested 16000 output tokens and your prompt contains at least 115073 input tokens",
      131_073,
      131_072,
    ],
    ['Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 509178 tokens.', 509_178, 272_000],
    ['The prompt is too long: 40177, model maximum context length: 32767', 40_177, 32_767],
    ['Prompt contains 40000 tokens, too large for model with 32768 maximum context length', 40_000, 32_768],
    ['[input_too_large] Current message (1149677 tokens) exceeds budget (975424 tokens)', 1_149_677, 975_424],
    ['The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).', 1_196_265, 1_048_575],
    ['Input length 131393 exceeds the maximum allowed input length of 131040 tokens.', 131_393, 131_040],
    ['too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292.', 4292, 4081],
    ["The input (516,368 tokens) is longer than the model's context length (262,144 tokens).", 516_368, 262_144],
    ['Trying to keep the first 111490 tokens when context the overflows. Loaded with context length of only 32768 tokens', 111_490, 32_768],
    ['Prompt tokens limit exceeded: 230799 > 91442. To increase, visit https://openrouter.ai/settings/keys', 230_799, 91_442],
  ])('reads both sizes: %s', (text, prompt, maximum) => {
    expect(readPromptOverflow(text, 5)).toEqual({ prompt, maximum });
  });

  it.each([
    ['Input is too long for requested model.', 200_000, 200_000],
    ['Input is too long for requested model.', null, null],
    ['prompt too long; exceeded max context length by 812 tokens', 32_000, 32_000],
    ['Your request exceeded model token limit : 262144', null, 262_144],
    ['Your request exceeded model token limit : 262144', 256_000, 256_000],
    ['invalid params, context window exceeds limit (2013)', null, null],
  ])('invents no size: %s', (text, context, maximum) => {
    expect(readPromptOverflow(text, context)).toEqual({ prompt: null, maximum });
  });
});

describe('withPromptEstimate', () => {
  const tooLong = (tokens: { prompt: number | null; maximum: number | null }) =>
    new RouterError('context_length_exceeded', 'too long', { param: 'messages', tokens });

  it('adds the estimate, which is more than the limit', () => {
    expect(withPromptEstimate(tooLong({ prompt: null, maximum: 1000 }), () => 1200.2).details).toEqual({
      param: 'messages',
      tokens: { prompt: 1201, maximum: 1000 },
    });
    expect(withPromptEstimate(tooLong({ prompt: null, maximum: 1000 }), () => 900).details.tokens?.prompt).toBe(1001);
  });

  it('leaves sizes that a provider stated, and other errors', () => {
    const other = new RouterError('invalid_request', 'no', {});
    for (const error of [tooLong({ prompt: 5000, maximum: 4000 }), tooLong({ prompt: null, maximum: null }), other])
      expect(withPromptEstimate(error, () => 9)).toBe(error);
  });
});
