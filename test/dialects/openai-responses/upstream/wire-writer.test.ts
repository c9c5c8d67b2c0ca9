import { openaiResponsesUpstream } from '../../../../src/dialects/openai-responses/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { bytesOf } from '../../replay.ts';
import { describeWireWriter } from '../../wire-writer-contract.ts';
import { responseEvent, responseOf, streamOf } from './wire.ts';

/** The host names its events as well. */
const frame = (event: JsonObject) => bytesOf(`event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`);
const odd = (type: string, fields: JsonObject = {}) => frame(responseEvent(type, fields));

describeWireWriter({
  dialect: openaiResponsesUpstream,
  stream: (answer) => streamOf(answer).map(frame),
  body: responseOf,
  errorEvent: frame({ type: 'error', sequence_number: 3, code: 'server_error', message: 'no capacity', param: null }),
  oddEvents: [
    bytesOf(': ping\n\n'),
    frame({ type: 'keepalive', sequence_number: 3 }),
    odd('queued', { response: { status: 'queued' } }),
    odd('web_search_call.searching', { item_id: 'ws_1', output_index: 90 }),
    odd('output_item.added', { output_index: 90, item: { type: 'web_search_call', id: 'ws_1', status: 'in_progress' } }),
    odd('output_item.done', { output_index: 90, item: { type: 'hologram', id: 'h_1', content: [7], summary: 'x' } }),
    odd('output_item.done', { output_index: 90, item: null }),
    odd('output_text.delta', { output_index: 91 }),
    odd('function_call_arguments.delta', { output_index: 92, delta: '{"lost' }),
    odd('output_text.annotation.added', { output_index: 90, annotation: { type: 'x' } }),
    odd('hologram.delta', { output_index: 90, delta: 'x' }),
    frame({ odd: true }),
  ],
  finishes: [
    ['completed', 'stop'],
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['failed', 'error'],
    ['cancelled', 'error'],
  ],
  ending: { finish: null, wordless: null, isClosed: true },
  ordinary: { stop: 'completed', tools: 'completed', length: 'max_output_tokens' },
});
