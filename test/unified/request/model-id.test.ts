/** Which texts are no model ids, and which unusual ids stay legal. */
import { describe, expect, it } from 'vitest';
import { hasDotSegment, modelIdObjection, pathIdObjection } from '../../../src/unified/request/model-id.ts';

/** Ids in use at providers, on servers of one's own, and in the catalogue. */
const LEGAL_IN_PATHS = [
  'gpt-4.1',
  'openai/gpt-4o:free',
  '@cf/meta/llama-3.1-8b-instruct',
  '@hf/thebloke/zephyr-7b-beta-awq',
  'anthropic.claude-3-5-sonnet-20241022-v2:0',
  'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'a..b',
  'v1...2',
  '.hidden',
  '..name',
  'name..',
  'Qwen2.5 Coder (32B)',
  'модель-7b',
  'é',
  '日本語/モデル',
  'ft:gpt-4o-mini-2024-07-18:acme::9xYz',
];

/** Legal where the id stands in the body: paths of files, as servers call models that were loaded from one. */
const LEGAL_IN_BODIES = ['/models/llama-3', './merged-model', 'C:\\models\\llama.gguf', 'what?', 'a#1', '100%', 'a;b', 'a//b', 'x/'];

/** Spellings of `.` and `..` that some parser resolves. */
const DOT_SEGMENTS = [
  '.',
  '..',
  '../x',
  'x/..',
  'x/../y',
  'x/./y',
  '../../../../zones/ZONE/purge_cache',
  '%2e%2e/x',
  '%2E%2e/x',
  '.%2e/x',
  'x/%2E',
  '%252e%252e/x',
  '%25252E%2525252e/x',
  '..%2fx',
  'x%2f..%2fy',
  'x%5c..%5cy',
  'x\\..\\y',
  '..\\x',
  '..;/x',
  '..;a=b/x',
  'x/..?y',
  'x/..#y',
  '．．/x',
  '․․/x',
  '‥/x',
  '…/x',
  'x／..／y',
  '%EF%BC%8E%EF%BC%8E/x',
  '.\u200b./x',
  '.\u00ad./x',
  '.%0a./x',
  '%c0%ae%c0%ae/x',
  '..%c0%afx',
  '%u002e%u002e/x',
  ' ../x',
  '.. /x',
  '..\u00a0/x',
];

describe('modelIdObjection', () => {
  it.each([...LEGAL_IN_PATHS, ...LEGAL_IN_BODIES, '@vllm/./merged-model', '@novita/a'])('returns null for %j', (id) => {
    expect(modelIdObjection(id)).toBeNull();
  });

  it.each(DOT_SEGMENTS.flatMap((id) => [id, `@cloudflare-workers-ai/${id}`]))('rejects %j', (id) => {
    expect(modelIdObjection(id)).toMatch(/segment|control character/);
  });

  it.each(['a\nb', 'a\rb', 'a\tb', 'a\0', '\u001b[31m', '\u007f', '\u0085', 'a\u2028b', 'a\u2029b', '@p\n/x'])('rejects %j', (id) => {
    expect(modelIdObjection(id)).toContain('control character');
  });

  it.each(['\ud800', 'a\udc00b', '@x/\ud83d'])('rejects the lone surrogate in %j', (id) => {
    expect(modelIdObjection(id)).toContain('surrogate');
  });
});

describe('pathIdObjection', () => {
  it.each(LEGAL_IN_PATHS)('returns null for %j', (id) => {
    expect(pathIdObjection(id)).toBeNull();
  });

  it.each([...LEGAL_IN_BODIES, ...DOT_SEGMENTS])('rejects %j', (id) => {
    expect(pathIdObjection(id)).not.toBeNull();
  });
});

describe('hasDotSegment', () => {
  it('decodes a text up to five times, and treats text encoded more often as a dot segment', () => {
    const encoded = (times: number, hex: string) => `%${'25'.repeat(times - 1)}${hex}`;
    for (const times of [1, 2, 5, 6, 250]) expect(hasDotSegment(encoded(times, '2e'))).toBe(true);
    expect([1, 2, 5, 6, 250].map((times) => hasDotSegment(encoded(times, '2d')))).toEqual([false, false, false, true, true]);
  });
});
