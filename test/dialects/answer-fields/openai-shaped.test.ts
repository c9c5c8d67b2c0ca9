/** Fields of answers in the formats that are OpenAI's, or the same but for a few. */
import { mistralUpstream } from '../../../src/dialects/mistral/index.ts';
import { openaiChatUpstream } from '../../../src/dialects/openai-chat/upstream/index.ts';
import { openaiCompletionsUpstream } from '../../../src/dialects/openai-completions/upstream/index.ts';
import { workersAiUpstream } from '../../../src/dialects/workers-ai/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { COUNT, describeFields, MARK, type Becomes, type Row } from './field-table.ts';

const USAGE = { prompt_tokens: 9000, completion_tokens: 9000, total_tokens: 18_000 };
const TOKEN = { token: MARK, logprob: -1, bytes: null, top_logprobs: [] };
const own = (why: string): Becomes => ({ own: why });
const IDS = own('ids, times and versions are made by the router itself');
const HOST = own('the provider’s own bookkeeping: times, routes and filters of which the finish reason is the word');

const whole = (more: JsonObject = {}): JsonObject => ({
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop', ...more }],
  usage: USAGE,
});
const stream: JsonObject[] = [
  { model: 'm', choices: [{ index: 0, delta: { role: 'assistant', content: 'Hello' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { choices: [], usage: USAGE },
];

/** A field of the message or the delta, of a choice, beside the choices, of the usage. */
const ofMessage = (path: string, value: unknown, becomes: Becomes): Row => [
  `choices.0.message.${path}`,
  `0.choices.0.delta.${path}`,
  value,
  becomes,
];
const ofChoice = (path: string, value: unknown, becomes: Becomes): Row => [`choices.0.${path}`, `0.choices.0.${path}`, value, becomes];
const ofAnswer = (path: string, value: unknown, becomes: Becomes): Row => [path, `0.${path}`, value, becomes];
const ofUsage = (path: string, becomes: Becomes = 'carried'): Row => [`usage.${path}`, `2.usage.${path}`, COUNT, becomes];

const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };

/** Beside the choices and in them, of every OpenAI-shaped format. */
const SHARED: readonly Row[] = [
  ofAnswer('id', MARK, IDS),
  ofAnswer('object', MARK, IDS),
  ofAnswer('created', COUNT, IDS),
  ofAnswer('model', MARK, 'carried'),
  ofAnswer('system_fingerprint', MARK, 'carried'),
  ofAnswer('service_tier', MARK, 'carried'),
  ofChoice('finish_reason', MARK, 'carried'),
  ['choices.0.native_finish_reason', '1.choices.0.native_finish_reason', MARK, 'carried'],
  ofUsage('prompt_tokens'),
  ofUsage('completion_tokens'),
  ofUsage('total_tokens', own('the sum of the two')),
  ofUsage('prompt_tokens_details.cached_tokens'),
  ofUsage('completion_tokens_details.reasoning_tokens'),
  // vLLM, SGLang and Fireworks (their sources and API references, read 2026-11).
  ofChoice('prompt_logprobs', [MARK], { dropped: 'prompt_logprobs' }),
  ofChoice('prompt_token_ids', [1], { dropped: 'prompt_token_ids' }),
  ofChoice('token_ids', [1], { dropped: 'token_ids' }),
  ofChoice('hidden_states', [[1]], { dropped: 'hidden_states' }),
  ofChoice('raw_output', { completion: MARK }, { dropped: 'raw_output' }),
  ['choices.0.stop_reason', '1.choices.0.stop_reason', MARK, 'carried'],
  ['choices.0.matched_stop', '1.choices.0.matched_stop', MARK, 'carried'],
  ofAnswer('prompt_logprobs', [MARK], { dropped: 'prompt_logprobs' }),
  ofAnswer('prompt', [{ text: MARK }], { dropped: 'prompt' }),
];

const CHAT: readonly Row[] = [
  ...SHARED,
  ofMessage('role', 'assistant', own('it is always the same')),
  ofMessage('refusal', MARK, 'carried'),
  ofMessage('annotations', [{ type: 'url_citation', url_citation: { url: MARK } }], 'carried'),
  ofMessage('audio', { id: 'a', data: MARK }, 'carried'),
  ofMessage('images', [{ type: 'image_url', image_url: { url: MARK } }], 'carried'),
  ofMessage('reasoning', MARK, 'carried'),
  ofMessage('reasoning_content', MARK, 'carried'),
  ofMessage('reasoning_details', [{ type: 'reasoning.text', text: MARK }], 'carried'),
  ofMessage('extra_content', { google: { thought_signature: MARK } }, 'carried'),
  ofMessage('executed_tools', [{ name: MARK }], 'carried'),
  ofMessage('context', { citations: [MARK] }, { dropped: 'context' }),
  ofMessage('function_call', { name: MARK, arguments: '{}' }, 'carried'),
  ofMessage('tool_calls', [{ ...CALL, id: MARK }], 'carried'),
  ofMessage('tool_calls', [{ ...CALL, function: { name: MARK, arguments: '{}' } }], 'carried'),
  ofMessage('tool_calls', [{ ...CALL, function: { name: 'f', arguments: `{"a":"${MARK}"}` } }], 'carried'),
  ofMessage('tool_calls', [{ ...CALL, extra_content: { google: MARK } }], 'carried'),
  ofMessage('tool_calls', [{ id: 'call_1', type: 'custom', custom: { name: MARK, input: 'x' } }], 'carried'),
  ofMessage('tool_calls', [{ id: 'call_1', type: 'custom', custom: { name: 'f', input: MARK } }], 'carried'),
  ofMessage('content', [{ type: 'text', text: 'Hello' }, { type: 'odd' }], { dropped: 'content.odd' }),
  ofMessage(
    'content',
    [
      { type: 'text', text: 'Hello' },
      { type: 'thinking', thinking: MARK },
    ],
    'carried',
  ),
  ofChoice('logprobs', { content: [TOKEN] }, 'carried'),
  ofChoice('logprobs', { content: [{ ...TOKEN, token: 'x', top_logprobs: [TOKEN] }] }, 'carried'),
  ofChoice('logprobs', { tokens: [MARK], token_logprobs: [-1] }, 'carried'),
  ofChoice('logprobs', -COUNT, 'carried'), // Together
  ofChoice('reasoning_logprobs', { content: [TOKEN] }, { dropped: 'reasoning_logprobs' }), // Cerebras
  ofChoice('content_filter_results', { hate: { filtered: false } }, HOST),
  ofChoice('seed', COUNT, HOST),
  ofChoice('usage', { prompt_tokens: COUNT, completion_tokens: 7 }, 'carried'), // Moonshot
  ofAnswer('citations', [`https://${MARK}.example/`], 'carried'),
  ofAnswer('search_results', [{ title: MARK, url: 'https://a.example/' }], 'carried'),
  ofAnswer('related_questions', [MARK], 'carried'),
  ofAnswer('web_search', [{ title: MARK, link: 'https://a.example/' }], 'carried'),
  ofAnswer('images', [{ image_url: MARK }], { dropped: 'images' }),
  ofAnswer('videos', [{ url: MARK }], { dropped: 'videos' }),
  ofAnswer('search_info', { search_results: [MARK] }, { dropped: 'search_info' }),
  ofAnswer('x_groq', { id: MARK }, HOST),
  ofAnswer('timings', { predicted_ms: COUNT }, HOST),
  ofAnswer('time_info', { total_time: COUNT }, HOST),
  ofAnswer('perf_metrics', { 'server-processing-time': COUNT }, HOST),
  ofAnswer('prompt_filter_results', [{ prompt_index: 0 }], HOST),
  ofAnswer('obfuscation', MARK, own('letters that mean nothing')),
  ofUsage('prompt_tokens_details.audio_tokens'),
  ofUsage('prompt_tokens_details.cache_write_tokens'),
  ofUsage('completion_tokens_details.audio_tokens'),
  ofUsage('completion_tokens_details.accepted_prediction_tokens'),
  ofUsage('completion_tokens_details.rejected_prediction_tokens'),
  ofUsage('prompt_cache_hit_tokens'),
  ofUsage('num_sources_used'),
  ofUsage('num_search_queries'),
  ofUsage('citation_tokens'),
  ofUsage('cost'),
  ofUsage('estimated_cost'),
  ofUsage('queue_time', HOST),
];

describeFields({
  dialect: openaiChatUpstream,
  source:
    'API references of OpenAI, Perplexity, Together, Groq, Cerebras, Azure, Alibaba and the sources of vLLM and SGLang; read 2026-08 to 2026-11-20',
  whole: whole(),
  stream,
  rows: CHAT,
});

describeFields({
  dialect: mistralUpstream,
  source: 'Mistral’s SDK 2.7.0 and API reference, read 2026-11-20',
  whole: whole(),
  stream,
  rows: [
    ofAnswer('id', MARK, IDS),
    ofAnswer('created', COUNT, IDS),
    ofAnswer('model', MARK, 'carried'),
    ofChoice('finish_reason', MARK, 'carried'),
    ofMessage('prefix', true, own('it repeats a field of the request')),
    ofMessage('tool_calls', [{ id: MARK, function: { name: 'f', arguments: '{}' } }], 'carried'),
    ofMessage('tool_calls', [{ id: 'null', function: { name: 'f', arguments: { a: MARK } } }], 'carried'),
    ...(
      [
        [{ type: 'text', text: MARK }, 'carried'],
        [{ type: 'thinking', thinking: [{ type: 'text', text: MARK }] }, 'carried'],
        [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }], signature: MARK }, 'carried'],
        [
          {
            type: 'thinking',
            thinking: [
              { type: 'text', text: 'hm' },
              { type: 'reference', reference_ids: [1] },
            ],
          },
          { dropped: 'content.reference' },
        ],
        [{ type: 'reference', reference_ids: [COUNT] }, 'carried'],
        [{ type: 'tool_file', file_id: MARK }, { dropped: 'content.tool_file' }],
        [{ type: 'image_url', image_url: MARK }, { dropped: 'content.image_url' }],
        [{ type: 'document_url', document_url: MARK }, { dropped: 'content.document_url' }],
        [{ type: 'input_audio', input_audio: MARK }, { dropped: 'content.input_audio' }],
      ] as [JsonObject, Becomes][]
    ).map(([part, becomes]) => ofMessage('content', [{ type: 'text', text: 'Hello' }, part], becomes)),
    ofUsage('prompt_tokens'),
    ofUsage('completion_tokens'),
    ofUsage('num_cached_tokens'),
    ofUsage('prompt_tokens_details.cached_tokens'),
    ofUsage('prompt_token_details.cached_tokens'),
    ofUsage('prompt_audio_seconds'),
  ],
});

describeFields({
  dialect: openaiCompletionsUpstream,
  source: 'OpenAI’s reference of legacy completions (read 2026-08-21), Together’s, and the sources of vLLM, SGLang and TGI',
  whole: { model: 'm', choices: [{ index: 0, text: 'Hello', finish_reason: 'stop' }], usage: USAGE },
  stream: [
    { model: 'm', choices: [{ index: 0, text: 'Hello', finish_reason: null }] },
    { choices: [{ index: 0, text: '', finish_reason: 'stop' }] },
    { choices: [], usage: USAGE },
  ],
  rows: [
    ...SHARED,
    ofChoice('logprobs', { tokens: [MARK], token_logprobs: [-1], top_logprobs: [{}], text_offset: [0] }, 'carried'),
    ofChoice('logprobs', { tokens: ['x'], token_logprobs: [-1], top_logprobs: [{ [MARK]: -1 }], text_offset: [0] }, 'carried'),
    ofChoice('logprobs', { tokens: ['x'], token_logprobs: [-1], top_logprobs: [{}], text_offset: [COUNT] }, 'carried'),
    ofChoice('reasoning', MARK, 'carried'),
    ofChoice('seed', COUNT, HOST),
  ],
});

describeFields({
  dialect: workersAiUpstream,
  source: '@cloudflare/workers-types 5.20261117.1 and workers-ai-provider 4.0.0, read 2026-11-20; the provider’s own form',
  whole: { response: 'Hello', usage: USAGE },
  stream: [{ response: 'Hello' }, { response: '' }, { response: '', usage: USAGE }],
  rows: [
    ['response', '0.response', `Hello ${MARK}`, 'carried'],
    ['response', null, { answer: MARK }, 'carried'],
    ofAnswer('tool_calls', [{ name: MARK, arguments: {} }], 'carried'),
    ofAnswer('tool_calls', [{ name: 'f', arguments: { a: MARK } }], 'carried'),
    ofAnswer('tool_calls', [{ id: MARK, name: 'f', arguments: {} }], 'carried'),
    ofAnswer('tool_calls', [{ type: 'function', function: { name: MARK, arguments: '{}' } }], 'carried'),
    ofAnswer('reasoning', MARK, 'carried'),
    ofAnswer('reasoning_content', MARK, 'carried'),
    ofAnswer('finish_reason', MARK, 'carried'),
    ofAnswer('p', MARK, own('letters that mean nothing')),
    ofAnswer('prompt_logprobs', [MARK], { dropped: 'prompt_logprobs' }),
    ofUsage('prompt_tokens'),
    ofUsage('completion_tokens'),
    ofUsage('prompt_tokens_details.cached_tokens'),
    ofUsage('total_tokens', own('the sum of the two')),
  ],
});

describeFields({
  dialect: workersAiUpstream,
  source: 'the same; OpenAI’s form',
  whole: whole(),
  stream,
  rows: CHAT.filter(([path]) => path !== 'choices.0.message.images'),
});
