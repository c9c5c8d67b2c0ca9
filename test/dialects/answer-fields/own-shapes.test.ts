/** Fields of answers in the formats that have a shape of their own. */
import { anthropicUpstream } from '../../../src/dialects/anthropic/upstream/index.ts';
import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';
import { cohereUpstream } from '../../../src/dialects/cohere/index.ts';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import { ollamaUpstream } from '../../../src/dialects/ollama/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { COUNT, describeFields, MARK, type Becomes, type Row } from './field-table.ts';

const own = (why: string): Becomes => ({ own: why });
const dropped = (name: string): Becomes => ({ dropped: name });
const IDS = own('ids, times and versions are made by the router itself');
const HOST = own('the provider’s own bookkeeping');
const TEXT = { type: 'text', text: 'Hello' };

// Cohere.
{
  const usage = { billed_units: { input_tokens: 5, output_tokens: 7 } };
  const says = (type: string, message: JsonObject, more: JsonObject = {}) => ({ type, index: 0, delta: { message }, ...more });
  const ofContent = (field: string, becomes: Becomes): Row => [
    `message.content.0.${field}`,
    `1.delta.message.content.${field}`,
    MARK,
    becomes,
  ];
  const ofEnd = (field: string, becomes: Becomes, value: unknown = COUNT): Row => [field, `3.delta.${field}`, value, becomes];
  const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
  const ofCall = (call: JsonObject): Row => ['message.tool_calls.0', '2', call, 'carried'];
  const asStart = ([path, , call, becomes]: Row): Row[] => [
    [path, null, call, becomes],
    [null, '2', says('tool-call-start', { tool_calls: call }), becomes],
  ];
  describeFields({
    dialect: cohereUpstream,
    source: 'types of cohere-ai 8.1.0, V2ChatResponse and V2ChatStreamResponse, read 2026-11-21',
    whole: { message: { role: 'assistant', content: [TEXT] }, finish_reason: 'COMPLETE', usage },
    stream: [
      { type: 'message-start' },
      says('content-delta', { content: { text: 'Hello' } }),
      { type: 'content-end', index: 0 },
      { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage } },
    ],
    rows: [
      ['id', '0.id', MARK, IDS],
      ['message.role', '0.delta.message.role', 'assistant', own('it is always the same')],
      ofContent('thinking', 'carried'),
      ofContent('image_url', dropped('image_url')),
      ofContent('document', dropped('document')),
      ['message.content', null, [TEXT, { type: 'thinking', thinking: MARK }], 'carried'],
      ['message.tool_plan', null, MARK, 'carried'],
      [null, '2', says('tool-plan-delta', { tool_plan: MARK }), 'carried'],
      ...asStart(ofCall({ ...CALL, id: MARK })),
      ...asStart(ofCall({ ...CALL, function: { name: MARK, arguments: '{}' } })),
      ...asStart(ofCall({ ...CALL, function: { name: 'f', arguments: `{"a":"${MARK}"}` } })),
      ['message.citations', null, [{ start: 0, end: 5, text: MARK, sources: [] }], 'carried'],
      [null, '2', says('citation-start', { citations: { start: 0, end: 5, text: MARK } }), 'carried'],
      ['logprobs', null, [{ text: MARK, token_ids: [1], logprobs: [-1] }], 'carried'],
      [null, '1.logprobs', { text: MARK, token_ids: [1], logprobs: [-1] }, 'carried'],
      [
        null,
        '2',
        says('content-delta', { content: { thinking: 'hm' } }, { logprobs: { text: 'hm', token_ids: [1], logprobs: [-1] } }),
        dropped('logprobs'),
      ],
      [null, '2', { type: 'debug', prompt: MARK }, HOST],
      ofEnd('finish_reason', 'carried', MARK),
      ofEnd('usage.billed_units.input_tokens', 'carried'),
      ofEnd('usage.billed_units.output_tokens', 'carried'),
      ofEnd('usage.billed_units.search_units', 'carried'),
      ofEnd('usage.tokens.input_tokens', own('it counts a hidden preamble that is not paid for')),
      ofEnd('usage.cached_tokens', dropped('cached_tokens')),
      ofEnd('usage.cached_tokens', own('there were none'), 0),
    ],
  });
}

// Ollama.
{
  const ofMessage = (field: string, value: unknown, becomes: Becomes): Row => [`message.${field}`, `0.message.${field}`, value, becomes];
  const ofEnd = (field: string, value: unknown, becomes: Becomes): Row => [field, `1.${field}`, value, becomes];
  const last = { done: true, done_reason: 'stop', prompt_eval_count: 5, eval_count: 7 };
  const TOKENS = [{ token: MARK, logprob: -1, bytes: null, top_logprobs: [] }];
  describeFields({
    dialect: ollamaUpstream,
    source: 'docs/api.md and api/types.go of github.com/ollama/ollama (fb30760, 2026-08-21), read 2026-11-20',
    whole: { message: { role: 'assistant', content: 'Hello' }, ...last },
    stream: [
      { message: { role: 'assistant', content: 'Hello' }, done: false },
      { message: { role: 'assistant', content: '' }, ...last },
    ],
    rows: [
      ['model', '0.model', MARK, 'carried'],
      ['created_at', '0.created_at', MARK, IDS],
      ['remote_model', '0.remote_model', MARK, HOST],
      ['remote_host', '0.remote_host', MARK, HOST],
      ofMessage('thinking', MARK, 'carried'),
      ofMessage('images', [MARK], dropped('images')),
      ofMessage('tool_calls', [{ id: MARK, function: { name: 'f', arguments: {} } }], 'carried'),
      ofMessage('tool_calls', [{ function: { index: 0, name: MARK, arguments: {} } }], 'carried'),
      ofMessage('tool_calls', [{ function: { name: 'f', arguments: { a: MARK } } }], 'carried'),
      ofMessage('tool_name', MARK, own('it is of messages that a client sends')),
      ['logprobs', '0.logprobs', TOKENS, 'carried'],
      [null, '0', { message: { thinking: 'hm', content: 'Hello' }, logprobs: TOKENS }, dropped('logprobs')],
      ofEnd('done_reason', MARK, 'carried'),
      ofEnd('prompt_eval_count', COUNT, 'carried'),
      ofEnd('eval_count', COUNT, 'carried'),
      ...['total_duration', 'load_duration', 'prompt_eval_duration', 'eval_duration'].map((field) => ofEnd(field, COUNT, HOST)),
    ],
  });
}

// Anthropic.
{
  const readFirstContent = (block: JsonObject, index = 1) => ({ type: 'content_block_start', index, content_block: block });
  const grow = (delta: JsonObject, index = 0) => ({ type: 'content_block_delta', index, delta });
  /** A block beside the text. */
  const ofBlock = (block: JsonObject, becomes: Becomes): Row[] => [
    ['content.1', null, block, becomes],
    [null, '3', readFirstContent(block), becomes],
  ];
  const ofDelta = (delta: JsonObject, becomes: Becomes, block: JsonObject = TEXT): Row => [
    null,
    '3',
    grow(delta, block === TEXT ? 0 : 1),
    becomes,
  ];
  const ofEnd = (field: string, value: unknown, becomes: Becomes): Row => [field, `4.delta.${field}`, value, becomes];
  const ofUsage = (field: string, becomes: Becomes = 'carried'): Row => [`usage.${field}`, `4.usage.${field}`, COUNT, becomes];
  const usage = { input_tokens: 9000, output_tokens: 9000 };
  const ofWritten = (field: string): Row => [
    'usage',
    '4.usage',
    { ...usage, cache_creation_input_tokens: 9000, cache_creation: { [field]: COUNT } },
    'carried',
  ];
  const SERVER = [
    'server_tool_use',
    'web_search_tool_result',
    'web_fetch_tool_result',
    'code_execution_tool_result',
    'container_upload',
    'mcp_tool_use',
    'mcp_tool_result',
    'tool_search_tool_result',
    'compaction',
  ];
  describeFields({
    dialect: anthropicUpstream,
    source: '@anthropic-ai/sdk 1.11.0, resources/messages, read 2026-11-20',
    whole: { type: 'message', role: 'assistant', content: [TEXT], stop_reason: 'end_turn', usage },
    stream: [
      { type: 'message_start', message: { type: 'message', role: 'assistant', content: [], usage: { input_tokens: 1, output_tokens: 1 } } },
      readFirstContent({ type: 'text', text: '' }, 0),
      grow({ type: 'text_delta', text: 'Hello' }),
      { type: 'ping' },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
      { type: 'message_stop' },
    ],
    rows: [
      ['id', '0.message.id', MARK, IDS],
      ['model', '0.message.model', MARK, 'carried'],
      ['usage.service_tier', '0.message.usage.service_tier', MARK, 'carried'],
      ...ofBlock({ type: 'text', text: MARK }, 'carried'),
      ...ofBlock({ type: 'thinking', thinking: MARK, signature: '' }, 'carried'),
      ...ofBlock({ type: 'thinking', thinking: 'hm', signature: MARK }, 'carried'),
      ...ofBlock({ type: 'redacted_thinking', data: MARK }, 'carried'),
      ...ofBlock({ type: 'tool_use', id: MARK, name: 'f', input: {} }, 'carried'),
      ...ofBlock({ type: 'tool_use', id: 'c', name: MARK, input: {} }, 'carried'),
      ...ofBlock({ type: 'tool_use', id: 'c', name: 'f', input: { a: MARK } }, 'carried'),
      ...SERVER.flatMap((type) => ofBlock({ type, content: MARK }, dropped(`content.${type}`))),
      ...ofBlock({ ...TEXT, citations: [{ type: 'web_search_result_location', url: MARK, title: 't' }] }, 'carried'),
      ...ofBlock({ ...TEXT, citations: [{ type: 'char_location', cited_text: MARK }] }, dropped('content.citations')),
      ofDelta({ type: 'text_delta', text: MARK }, 'carried'),
      ofDelta({ type: 'citations_delta', citation: { url: MARK } }, 'carried'),
      ofDelta({ type: 'citations_delta', citation: { type: 'page_location' } }, dropped('content.citations')),
      ofEnd('stop_reason', MARK, 'carried'),
      ofEnd('stop_sequence', MARK, 'carried'),
      ofEnd('stop_details', { type: 'refusal', explanation: MARK }, 'carried'),
      ofEnd('container', { id: MARK }, dropped('container')),
      ofEnd('context_management', { applied_edits: [{ type: MARK }] }, dropped('context_management')),
      ofUsage('input_tokens'),
      ofUsage('output_tokens'),
      ofUsage('cache_creation_input_tokens'),
      ofUsage('cache_read_input_tokens'),
      ofWritten('ephemeral_5m_input_tokens'),
      ofWritten('ephemeral_1h_input_tokens'),
      ofUsage('output_tokens_details.thinking_tokens'),
      ofUsage('server_tool_use.web_search_requests'),
      ofUsage('server_tool_use.web_fetch_requests'),
    ],
  });
}

// Gemini.
{
  const ofCandidate = (field: string, value: unknown, becomes: Becomes): Row => [
    `candidates.0.${field}`,
    `0.candidates.0.${field}`,
    value,
    becomes,
  ];
  const ofPart = (part: JsonObject, becomes: Becomes): Row => ofCandidate('content.parts.1', part, becomes);
  const ofGrounding = (field: string, value: unknown, becomes: Becomes): Row => ofCandidate(`groundingMetadata.${field}`, value, becomes);
  const ofUsage = (field: string, becomes: Becomes = 'carried'): Row => [
    `usageMetadata.${field}`,
    `0.usageMetadata.${field}`,
    COUNT,
    becomes,
  ];
  const whole = {
    candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 9000, candidatesTokenCount: 9000, totalTokenCount: 18_000 },
  };
  describeFields({
    dialect: geminiUpstream,
    source: 'generativelanguage v1beta protos and the REST reference of Vertex, GenerateContentResponse, read 2026-11-20',
    whole,
    stream: [whole],
    rows: [
      ['modelVersion', '0.modelVersion', MARK, 'carried'],
      ['responseId', '0.responseId', MARK, IDS],
      ['createTime', '0.createTime', MARK, IDS],
      ofCandidate('finishReason', MARK, 'carried'),
      ofCandidate('safetyRatings', [{ category: MARK }], HOST),
      ofCandidate('tokenCount', COUNT, own('the usage counts them')),
      ofCandidate('avgLogprobs', -COUNT, own('the average of the log probabilities')),
      ofCandidate('logprobsResult', { chosenCandidates: [{ token: MARK, logProbability: -1 }] }, 'carried'),
      ofCandidate('citationMetadata', { citationSources: [{ uri: MARK }] }, dropped('citationMetadata')),
      ofCandidate('groundingAttributions', [{ content: MARK }], dropped('groundingAttributions')),
      ofCandidate('urlContextMetadata', { urlMetadata: [{ retrievedUrl: MARK }] }, dropped('urlContextMetadata')),
      ofPart({ text: MARK }, 'carried'),
      ofPart({ text: MARK, thought: true }, 'carried'),
      ofPart({ text: 'a', thoughtSignature: MARK }, 'carried'),
      ofPart({ inlineData: { mimeType: 'image/png', data: MARK } }, 'carried'),
      ofPart({ functionCall: { name: MARK, args: {} } }, 'carried'),
      ofPart({ functionCall: { name: 'f', args: { a: MARK } } }, 'carried'),
      ofPart({ functionCall: { id: MARK, name: 'f', args: {} } }, 'carried'),
      ...['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse', 'functionResponse', 'fileData'].map((field) =>
        ofPart({ [field]: { code: MARK } }, dropped(field)),
      ),
      ofGrounding('groundingChunks', [{ web: { uri: MARK, title: 't' } }], 'carried'),
      ofGrounding('groundingChunks', [{ web: { uri: 'https://a.example/', title: MARK } }], 'carried'),
      ofGrounding('groundingChunks', [{ maps: { uri: MARK } }], 'carried'),
      ofGrounding('groundingChunks', [{ retrievedContext: { uri: MARK } }], 'carried'),
      ofGrounding('groundingSupports', [{ segment: { text: MARK } }], dropped('groundingSupports')),
      ofGrounding('searchEntryPoint', { renderedContent: MARK }, dropped('searchEntryPoint')),
      ofGrounding('googleMapsWidgetContextToken', MARK, dropped('googleMapsWidgetContextToken')),
      ofGrounding('retrievalMetadata', { googleSearchDynamicRetrievalScore: 0.5 }, HOST),
      ofUsage('promptTokenCount'),
      ofUsage('candidatesTokenCount'),
      ofUsage('cachedContentTokenCount'),
      ofUsage('thoughtsTokenCount'),
      ofUsage('totalTokenCount', own('the sum of the others')),
    ],
  });
}

// Bedrock.
{
  const delta = (piece: JsonObject, contentBlockIndex = 0) => ({ contentBlockDelta: { contentBlockIndex, delta: piece } });
  const ofBlock = (whole: JsonObject, piece: JsonObject | null, becomes: Becomes): Row[] => [
    ['output.message.content.1', null, whole, becomes],
    ...(piece === null ? [] : [[null, '2', delta(piece, 1), becomes] as const]),
  ];
  const ofAnswer = (field: string, event: string, value: unknown, becomes: Becomes): Row => [field, `${event}.${field}`, value, becomes];
  const ofUsage = (field: string, becomes: Becomes = 'carried'): Row => ofAnswer(`usage.${field}`, '4.metadata', COUNT, becomes);
  const usage = { inputTokens: 9000, outputTokens: 9000, totalTokens: 18_000 };
  const tool = (toolUse: JsonObject): Row[] => [
    ['output.message.content.1', null, { toolUse }, 'carried'],
    [null, '2', { contentBlockStart: { contentBlockIndex: 1, start: { toolUse } } }, 'carried'],
  ];
  describeFields({
    dialect: bedrockUpstream,
    source: 'botocore 1.43.107, ConverseResponse and ConverseStreamOutput, read 2026-11-20',
    whole: { output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } }, stopReason: 'end_turn', usage },
    stream: [
      { messageStart: { role: 'assistant' } },
      delta({ text: 'Hello' }),
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: 'end_turn' } },
      { metadata: { usage } },
    ],
    rows: [
      ...ofBlock({ text: MARK }, { text: MARK }, 'carried'),
      ...ofBlock({ reasoningContent: { reasoningText: { text: MARK } } }, { reasoningContent: { text: MARK } }, 'carried'),
      ...ofBlock(
        { reasoningContent: { reasoningText: { text: 'a', signature: MARK } } },
        { reasoningContent: { signature: MARK } },
        'carried',
      ),
      ...ofBlock({ reasoningContent: { redactedContent: MARK } }, { reasoningContent: { redactedContent: MARK } }, 'carried'),
      ...ofBlock({ toolUse: { toolUseId: 'c', name: 'f', input: { a: MARK } } }, { toolUse: { input: `{"a":"${MARK}"}` } }, 'carried'),
      ...tool({ toolUseId: MARK, name: 'f' }),
      ...tool({ toolUseId: 'c', name: MARK }),
      ...ofBlock({ citationsContent: { content: [{ text: MARK }] } }, null, 'carried'),
      ...ofBlock({ citationsContent: { content: [{ text: 'a' }], citations: [{ title: MARK }] } }, null, dropped('citations')),
      ...ofBlock({ citation: { title: MARK } }, { citation: { title: MARK } }, dropped('citation')),
      ...['image', 'audio', 'video', 'document', 'guardContent', 'searchResult', 'toolResult'].flatMap((field) =>
        ofBlock({ [field]: { source: MARK } }, { [field]: { source: MARK } }, dropped(field)),
      ),
      [null, '2', { contentBlockStart: { contentBlockIndex: 1, start: { image: { format: MARK } } } }, dropped('image')],
      [null, '2', { contentBlockStart: { contentBlockIndex: 1, start: { toolResult: { type: MARK } } } }, dropped('toolResult')],
      ofAnswer('stopReason', '3.messageStop', MARK, 'carried'),
      ofAnswer('additionalModelResponseFields', '3.messageStop', { a: MARK }, dropped('additionalModelResponseFields')),
      ofAnswer('trace', '4.metadata', { guardrail: { a: MARK } }, dropped('trace')),
      ofAnswer('metrics', '4.metadata', { latencyMs: COUNT }, HOST),
      ofAnswer('serviceTier', '4.metadata', { type: MARK }, 'carried'),
      ofUsage('inputTokens'),
      ofUsage('outputTokens'),
      ofUsage('cacheReadInputTokens'),
      ofUsage('cacheWriteInputTokens'),
      ofUsage('totalTokens', own('the sum of the others')),
    ],
  });
}
