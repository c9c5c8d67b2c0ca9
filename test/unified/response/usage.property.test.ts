/** Whatever an upstream counts: parts are at most their wholes, nothing is null, and sums keep both laws. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeUsage } from '../../../src/dialects/openai-common/upstream/usage.ts';
import { isObject, type JsonObject } from '../../../src/lib/json.ts';
import { renderUsage } from '../../../src/dialects/openai-common/client/usage.ts';
import { sumUsage, type Usage } from '../../../src/unified/response/usage.ts';

const count = fc.oneof(fc.nat({ max: 100 }), fc.constantFrom<unknown>(null, -1, 1.5, '7', 'many', {}));
const members = (...names: string[]) => fc.record(Object.fromEntries(names.map((name) => [name, count])), { requiredKeys: [] });
const raw = fc.record(
  {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    prompt_tokens_details: members('cached_tokens', 'cache_write_tokens', 'audio_tokens', 'image_tokens', 'text_tokens', 'video_tokens'),
    completion_tokens_details: members(
      'reasoning_tokens',
      'audio_tokens',
      'text_tokens',
      'image_tokens',
      'accepted_prediction_tokens',
      'rejected_prediction_tokens',
    ),
    cache_creation: members('ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens'),
    server_tool_use: members('web_search_requests', 'web_fetch_requests'),
    cost: count,
  },
  { requiredKeys: [] },
);

/** What is wrong with a usage object. */
function complaints(usage: JsonObject): string[] {
  const found: string[] = [];
  const of = (group: string) => (isObject(usage[group]) ? usage[group] : {}) as Record<string, number | undefined>;
  const [prompt, completion, created] = [of('prompt_tokens_details'), of('completion_tokens_details'), of('cache_creation')];
  const atMost = (name: string, whole: unknown, ...parts: (number | undefined)[]) => {
    if (parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) > Number(whole ?? 0)) found.push(`${name}: more than the whole`);
  };
  if (usage['total_tokens'] !== Number(usage['prompt_tokens']) + Number(usage['completion_tokens'])) found.push('total_tokens is no sum');
  atMost('cache', usage['prompt_tokens'], prompt['cached_tokens'], prompt['cache_write_tokens']);
  atMost(
    'modalities',
    usage['prompt_tokens'],
    prompt['text_tokens'],
    prompt['audio_tokens'],
    prompt['image_tokens'],
    prompt['video_tokens'],
  );
  atMost('writes', prompt['cache_write_tokens'], created['ephemeral_5m_input_tokens'], created['ephemeral_1h_input_tokens']);
  atMost('reasoning', usage['completion_tokens'], completion['reasoning_tokens']);
  atMost('completion', usage['completion_tokens'], completion['text_tokens'], completion['audio_tokens'], completion['image_tokens']);
  atMost('predictions', usage['completion_tokens'], completion['accepted_prediction_tokens'], completion['rejected_prediction_tokens']);
  if (JSON.stringify(usage).includes('null')) found.push('a null');
  return found;
}

it('usageOf and sumUsage keep parts within their counts', () => {
  fc.assert(
    fc.property(fc.array(raw, { minLength: 1, maxLength: 4 }), (all) => {
      const decoded = all.map((one) => decodeUsage(one, [])).filter((usage): usage is Usage => usage !== null);
      const sum = sumUsage(decoded, decoded.length);
      expect([...decoded, ...(sum === null ? [] : [sum])].flatMap((usage) => complaints(renderUsage(usage)))).toEqual([]);
      expect(sum?.promptTokens ?? 0).toBe(decoded.reduce((total, { promptTokens }) => total + promptTokens, 0));
    }),
    {
      numRuns: 500,
      examples: [
        [
          [
            { prompt_tokens: 1, cache_creation: { ephemeral_5m_input_tokens: 1 } },
            { prompt_tokens: 0, cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1 } },
          ],
        ],
      ],
    },
  );
});
