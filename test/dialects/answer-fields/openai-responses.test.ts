/** Fields of answers in the format of OpenAI's Responses. */
import { openaiResponsesUpstream } from '../../../src/dialects/openai-responses/upstream/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { COUNT, describeFields, MARK, type Becomes, type Row } from './field-table.ts';

const own = (why: string): Becomes => ({ own: why });
const dropped = (name: string): Becomes => ({ dropped: name });
const IDS = own('ids, times and versions are made by the router itself');

const item = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello', annotations: [] }] };
const usage = { input_tokens: 9000, output_tokens: 9000, total_tokens: 18_000 };
const whole = { object: 'response', status: 'completed', model: 'm', output: [item], usage };
/** An item beside the message, streamed as a whole. */
const ofItem = (made: JsonObject, becomes: Becomes): Row => ['output.1', '2', made, becomes];
const asDone = ([path, at, made, becomes]: Row): Row[] => [
  [path, null, made, becomes],
  [null, at, { type: 'response.output_item.done', output_index: 1, item: made }, becomes],
];
const ofPart = (part: JsonObject, becomes: Becomes): Row[] => asDone(ofItem({ type: 'message', content: [part] }, becomes));
const ofDelta = (type: string, more: JsonObject = {}): Row => [
  null,
  '2',
  { type: `response.${type}`, output_index: 1, delta: MARK, ...more },
  'carried',
];
const ofAnswer = (field: string, value: unknown, becomes: Becomes): Row => [field, `3.response.${field}`, value, becomes];
const ofUsage = (field: string, becomes: Becomes = 'carried'): Row => ofAnswer(`usage.${field}`, COUNT, becomes);
const ECHO = own('it repeats the request');
const SERVER = [
  'web_search_call',
  'file_search_call',
  'computer_call',
  'code_interpreter_call',
  'local_shell_call',
  'shell_call',
  'apply_patch_call',
  'mcp_call',
  'mcp_list_tools',
  'mcp_approval_request',
  'compaction',
];
describeFields({
  dialect: openaiResponsesUpstream,
  source: 'SDK openai 6.49.0, Response and ResponseStreamEvent, read 2026-11-20',
  whole,
  stream: [
    { type: 'response.created', response: { status: 'in_progress', model: 'm' } },
    { type: 'response.output_text.delta', output_index: 0, delta: 'Hello' },
    { type: 'response.in_progress' },
    { type: 'response.completed', response: { status: 'completed', model: 'm', output: [item], usage } },
  ],
  rows: [
    ['id', '0.response.id', MARK, IDS],
    ['created_at', '0.response.created_at', COUNT, IDS],
    ['model', '0.response.model', MARK, 'carried'],
    ['service_tier', '0.response.service_tier', MARK, 'carried'],
    ...['instructions', 'previous_response_id', 'user', 'prompt_cache_key', 'safety_identifier'].map((field) =>
      ofAnswer(field, MARK, ECHO),
    ),
    ofAnswer('metadata', { a: MARK }, ECHO),
    ofAnswer('incomplete_details', { reason: MARK }, 'carried'),
    ...ofPart({ type: 'output_text', text: MARK }, 'carried'),
    ...ofPart({ type: 'output_text', text: 'a', annotations: [{ type: 'url_citation', url: MARK }] }, 'carried'),
    ...ofPart({ type: 'output_text', text: 'a', annotations: [{ type: 'file_citation', file_id: MARK }] }, 'carried'),
    ...ofPart({ type: 'output_text', text: 'a', logprobs: [{ token: MARK, logprob: -1 }] }, 'carried'),
    ...ofPart({ type: 'refusal', refusal: MARK }, 'carried'),
    ...ofPart({ type: 'odd', odd: MARK }, dropped('content.odd')),
    ...asDone(ofItem({ type: 'message', content: [], phase: MARK }, 'carried')),
    ...asDone(ofItem({ type: 'function_call', call_id: MARK, name: 'f', arguments: '{}' }, 'carried')),
    ...asDone(ofItem({ type: 'function_call', call_id: 'c', name: MARK, arguments: '{}' }, 'carried')),
    ...asDone(ofItem({ type: 'function_call', call_id: 'c', name: 'f', arguments: `{"a":"${MARK}"}` }, 'carried')),
    ...asDone(ofItem({ type: 'custom_tool_call', call_id: 'c', name: 'f', input: MARK }, 'carried')),
    ...asDone(ofItem({ type: 'reasoning', summary: [{ type: 'summary_text', text: MARK }] }, 'carried')),
    ...asDone(ofItem({ type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: MARK }] }, 'carried')),
    ...asDone(ofItem({ type: 'reasoning', summary: [], encrypted_content: MARK }, 'carried')),
    ...asDone(ofItem({ type: 'image_generation_call', result: MARK }, 'carried')),
    ...SERVER.flatMap((type) => asDone(ofItem({ type, id: MARK }, dropped(`output.${type}`)))),
    ofDelta('output_text.delta'),
    ofDelta('output_text.delta', { delta: 'a', logprobs: [{ token: MARK, logprob: -1 }] }),
    ofDelta('refusal.delta'),
    ofDelta('reasoning_summary_text.delta'),
    ofDelta('reasoning_text.delta'),
    ofUsage('input_tokens'),
    ofUsage('output_tokens'),
    ofUsage('input_tokens_details.cached_tokens'),
    ofUsage('input_tokens_details.cache_write_tokens'),
    ofUsage('output_tokens_details.reasoning_tokens'),
    ofUsage('total_tokens', own('the sum of the two')),
  ],
});
