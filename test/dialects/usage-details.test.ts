/** What each format counts besides prompt and completion tokens, as a client gets it. */
import { describe, expect, it } from 'vitest';
import { decodeUsage as decodeCohere } from '../../src/dialects/cohere/counts.ts';
import { createCounts } from '../../src/dialects/anthropic/upstream/usage.ts';
import { decodeBody as decodeBedrock } from '../../src/dialects/bedrock/decode.ts';
import { decodeBody as decodeGemini } from '../../src/dialects/gemini/decode.ts';
import { decodeUsage } from '../../src/dialects/openai-common/upstream/usage.ts';
import { decodeBody as decodeResponses } from '../../src/dialects/openai-responses/upstream/decode.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { renderUsage } from '../../src/dialects/openai-common/client/usage.ts';
import type { Usage } from '../../src/unified/response/usage.ts';

function usageIn(events: readonly StreamEvent[]): Usage | null {
  const event = events.find((one) => one.type === 'usage');
  return event?.usage ?? null;
}
const told = (usage: Usage | null) => (usage === null ? null : renderUsage(usage));
const openai = (raw: JsonObject) => told(decodeUsage({ prompt_tokens: 100, completion_tokens: 50, ...raw }, []));
function anthropic(...raw: JsonObject[]): Usage | null {
  const counts = createCounts();
  for (const one of raw) counts.take(one);
  return counts.usage();
}

describe('usage of an OpenAI-shaped answer', () => {
  it.each<readonly [string, JsonObject, JsonObject]>([
    [
      'OpenAI, all details',
      {
        prompt_tokens_details: { cached_tokens: 10, audio_tokens: 20, text_tokens: 60, image_tokens: 20, cache_write_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 7, audio_tokens: 8, accepted_prediction_tokens: 3, rejected_prediction_tokens: 4 },
      },
      {
        prompt_tokens_details: { cached_tokens: 10, cache_write_tokens: 5, audio_tokens: 20, text_tokens: 60, image_tokens: 20 },
        completion_tokens_details: { reasoning_tokens: 7, audio_tokens: 8, accepted_prediction_tokens: 3, rejected_prediction_tokens: 4 },
      },
    ],
    [
      'a cache write without a cached count',
      { prompt_tokens_details: { cache_write_tokens: 5 } },
      { prompt_tokens_details: { cache_write_tokens: 5 } },
    ],
    ['details without reasoning', { completion_tokens_details: { audio_tokens: 8 } }, { completion_tokens_details: { audio_tokens: 8 } }],
    ['nulls', { prompt_tokens_details: { cached_tokens: null, audio_tokens: null }, completion_tokens_details: null, cost: null }, {}],
    [
      'OpenRouter',
      {
        cost: 0.01,
        is_byok: true,
        cost_details: { upstream_inference_cost: null, upstream_inference_prompt_cost: 0.004, upstream_inference_completions_cost: 0.005 },
        prompt_tokens_details: { video_tokens: 9 },
        server_tool_use: { web_search_requests: 2 },
      },
      {
        cost: 0.01,
        is_byok: true,
        cost_details: { upstream_inference_prompt_cost: 0.004, upstream_inference_completions_cost: 0.005 },
        prompt_tokens_details: { video_tokens: 9 },
        server_tool_use: { web_search_requests: 2 },
        server_tool_use_details: { web_search_requests: 2 },
      },
    ],
    [
      'Perplexity',
      {
        citation_tokens: 40,
        num_search_queries: 3,
        cost: { input_tokens_cost: 0.001, output_tokens_cost: 0.002, request_cost: 0.005, total_cost: 0.008 },
      },
      {
        citation_tokens: 40,
        num_search_queries: 3,
        cost: 0.008,
        cost_details: { upstream_inference_prompt_cost: 0.001, upstream_inference_completions_cost: 0.002, request_cost: 0.005 },
      },
    ],
    ['xAI', { num_sources_used: 4, cost_in_usd_ticks: 1_466_250 }, { num_sources_used: 4, cost: 0.000146625 }],
    ['DeepInfra', { estimated_cost: 0.0002 }, { cost: 0.0002 }],
    ['a cost in digits', { cost: '0.0002' }, { cost: 0.0002 }],
    ['DeepSeek', { prompt_cache_hit_tokens: 30, prompt_cache_miss_tokens: 70 }, { prompt_tokens_details: { cached_tokens: 30 } }],
    ['Inception', { cached_input_tokens: 30 }, { prompt_tokens_details: { cached_tokens: 30 } }],
    [
      'Mistral',
      { num_cached_tokens: 30, prompt_audio_seconds: 12 },
      { prompt_tokens_details: { cached_tokens: 30 }, prompt_audio_seconds: 12 },
    ],
    [
      'Alibaba',
      { prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 60, cache_creation: { ephemeral_5m_input_tokens: 60 } } },
      { prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 60 }, cache_creation: { ephemeral_5m_input_tokens: 60 } },
    ],
    ['more cached tokens than the prompt has', { prompt_tokens_details: { cached_tokens: 101 } }, {}],
    [
      'more audio than the prompt has',
      { prompt_tokens_details: { audio_tokens: 101, cached_tokens: 3 } },
      { prompt_tokens_details: { cached_tokens: 3 } },
    ],
    ['modalities that are more than the prompt together', { prompt_tokens_details: { audio_tokens: 60, text_tokens: 60 } }, {}],
    ['counts that are no counts', { prompt_tokens_details: { cached_tokens: -1, audio_tokens: 0.5 } }, {}],
  ])('%s', (_, raw, expected) => {
    expect(openai(raw)).toEqual({ prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, calls: 1, ...expected });
  });
});

it('usage of a Responses API tells its searches, its tier, and tools with fees of their own', () => {
  const body = (output: JsonObject[]) => ({
    object: 'response',
    status: 'completed',
    model: 'm',
    service_tier: 'flex',
    output,
    usage: { input_tokens: 10, output_tokens: 5, input_tokens_details: { cached_tokens: 2 } },
  });
  const text = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] };
  const searched = usageIn(decodeResponses(body([{ type: 'web_search_call', status: 'completed' }, text])));
  expect(searched).toMatchObject({ promptTokens: 10, cachedTokens: 2, parts: { webSearches: 1 }, serviceTier: 'flex' });
  expect(usageIn(decodeResponses(body([{ type: 'file_search_call', status: 'completed' }, text])))?.isUnpriced).toBe(true);
});

describe('usage of Anthropic', () => {
  const full = {
    input_tokens: 10,
    output_tokens: 20,
    cache_creation_input_tokens: 30,
    cache_read_input_tokens: 40,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
    service_tier: 'priority',
  };

  it('tells how long a cache was written for, and its searches', () => {
    expect(told(anthropic(full))).toEqual({
      prompt_tokens: 80,
      completion_tokens: 20,
      total_tokens: 100,
      prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 30 },
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
      server_tool_use_details: { web_search_requests: 2 },
      calls: 1,
    });
  });

  it.each<readonly [JsonObject, string | undefined]>([
    [{ service_tier: 'standard', inference_geo: 'not_available' }, 'standard'],
    [{ service_tier: 'batch' }, 'batch'],
    [{ service_tier: 'standard', speed: 'fast' }, 'fast'],
    [{ service_tier: 'priority', inference_geo: 'us' }, 'priority+us'],
    [{}, undefined],
  ])('%j is the tier %s', (raw, tier) => {
    expect(anthropic({ input_tokens: 1, output_tokens: 1, ...raw })?.serviceTier).toBe(tier);
  });

  it('keeps the tier of the first event', () => {
    expect(anthropic({ ...full, output_tokens: 1 }, { output_tokens: 20 })?.serviceTier).toBe('priority');
  });

  it.each([
    [[{ type: 'message' }], undefined],
    [
      [
        { type: 'message', model: 'a' },
        { type: 'message', model: 'b' },
      ],
      true,
    ],
    [[{ type: 'compaction' }, { type: 'message' }], true],
  ])('of the iterations %j has a cost that is not known: %s', (iterations, expected) => {
    expect(anthropic({ input_tokens: 1, output_tokens: 1, iterations })?.isUnpriced).toBe(expected);
  });
});

describe('usage of Gemini', () => {
  const gemini = (usageMetadata: JsonObject, candidate: JsonObject = {}) =>
    usageIn(decodeGemini({ candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason: 'STOP', ...candidate }], usageMetadata }));

  it('tells modalities, results of tools, thoughts and searches', () => {
    const usage = gemini(
      {
        promptTokenCount: 100,
        candidatesTokenCount: 20,
        thoughtsTokenCount: 5,
        toolUsePromptTokenCount: 8,
        cachedContentTokenCount: 30,
        promptTokensDetails: [
          { modality: 'TEXT', tokenCount: 60 },
          { modality: 'AUDIO', tokenCount: 40 },
        ],
        cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 30 }],
        candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 20 }],
      },
      { groundingMetadata: { webSearchQueries: ['a', 'b'] } },
    );
    expect(told(usage)).toEqual({
      prompt_tokens: 108,
      completion_tokens: 25,
      total_tokens: 133,
      prompt_tokens_details: { cached_tokens: 30, text_tokens: 60, audio_tokens: 40, tool_use_tokens: 8, cached_audio_tokens: 30 },
      completion_tokens_details: { reasoning_tokens: 5, image_tokens: 20 },
      server_tool_use: { web_search_requests: 2 },
      server_tool_use_details: { web_search_requests: 2 },
      calls: 1,
    });
  });

  it.each([
    ['ON_DEMAND', ''],
    ['ON_DEMAND_FLEX', 'flex'],
    ['PROVISIONED_THROUGHPUT', 'provisioned_throughput'],
  ])('%s is the tier %j', (trafficType, tier) => {
    expect(gemini({ promptTokenCount: 1, trafficType })?.serviceTier).toBe(tier);
  });
});

it('usage of Bedrock tells how long a cache was written for, and its tier', () => {
  const usage = usageIn(
    decodeBedrock(
      {
        output: { message: { role: 'assistant', content: [{ text: 'a' }] } },
        stopReason: 'end_turn',
        usage: {
          inputTokens: 10,
          outputTokens: 5,
          cacheWriteInputTokens: 30,
          cacheDetails: [
            { ttl: '1h', inputTokens: 20 },
            { ttl: '5m', inputTokens: 10 },
          ],
        },
        serviceTier: { type: 'flex' },
      },
      { quirks: [] },
    ),
  );
  expect(usage).toMatchObject({
    promptTokens: 40,
    cacheWriteTokens: 30,
    parts: { cacheWrite5m: 10, cacheWrite1h: 20 },
    serviceTier: 'flex',
  });
});

it('usage of Cohere tells the searches that are billed, whose price is not one of tokens', () => {
  const usage = decodeCohere({ billed_units: { input_tokens: 5, output_tokens: 2, search_units: 1 } });
  expect(usage).toMatchObject({ parts: { searchUnits: 1 }, isUnpriced: true });
});
