/** Answers of an upstream that speaks Messages, through its native decoder and this encoder: what comes in goes out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../../../src/dialects/anthropic/client/index.ts';
import { anthropicNative } from '../../../../src/dialects/anthropic/upstream/native.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { openRecordings } from '../../../support/recordings.ts';
import { headOf } from '../../answer-head.ts';
import { bytesOf, payloadsOf, replay, replayBody } from '../../replay.ts';
import { eventsIn } from './read-message.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/anthropic');
const RECORDINGS = openRecordings('anthropic');
const request = anthropicClient.parse({ model: 'a/b', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }, () => null);
const meta = headOf({ id: 'msg_1' });

/** The payloads that leave, without what the router adds or changes. */
function written(payloads: readonly string[]): unknown[] {
  const { events } = replay(anthropicNative, [bytesOf(payloads.map((payload) => `data: ${payload}\n\n`).join(''))]);
  return eventsIn(anthropicClient.createEncoder(meta, request).push(events)).map(compared);
}

/** A payload as it is compared: no field of the router's own, no keys that are null. */
function compared(payload: JsonObject): unknown {
  const { tributary: _, usage, message, ...rest } = payload;
  const { cost: _cost, ...counts } = (usage ?? {}) as JsonObject;
  return JSON.parse(JSON.stringify({ ...rest, message, usage: counts }, withoutNull));
}

const withoutNull = (_: string, value: unknown) => value ?? undefined;

const STREAMS = [
  ...readdirSync(FIXTURES).map((file) => [file, payloadsOf([readFileSync(join(FIXTURES, file))])] as const),
  ...RECORDINGS.names.map((name) => [name, RECORDINGS.linesOf(name)] as const),
];

describe('a stream of a native upstream', () => {
  it.each(STREAMS)('leaves as it came: %s', (_, payloads) => {
    const sent = payloads.map((payload) => JSON.parse(payload) as JsonObject);
    expect(written(payloads)).toEqual(sent.map(compared));
  });

  it('keeps server tools, citations and fields that are not known', () => {
    const payloads = [
      {
        type: 'message_start',
        message: { id: 'msg_u', type: 'message', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 3, output_tokens: 1 } },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} } },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"q":"x"}' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'web_search_tool_result', tool_use_id: 's', content: [{ url: 'u', encrypted_content: 'E' }] },
      },
      { type: 'content_block_stop', index: 1 },
      { type: 'content_block_start', index: 2, content_block: { type: 'text', text: '', citations: [] } },
      {
        type: 'content_block_delta',
        index: 2,
        delta: { type: 'citations_delta', citation: { type: 'web_search_result_location', url: 'u', encrypted_index: 'I' } },
      },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Hi', odd: 1 } },
      { type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: ' there' } },
      { type: 'content_block_stop', index: 2 },
      { type: 'content_block_start', index: 3, content_block: { type: 'thinking', thinking: '', signature: '' } },
      { type: 'content_block_delta', index: 3, delta: { type: 'thinking_delta', thinking: 'Hm.', estimated_tokens: 2 } },
      { type: 'content_block_delta', index: 3, delta: { type: 'signature_delta', signature: 'c2ln' } },
      { type: 'content_block_stop', index: 3 },
      { type: 'new_event', a: 1 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'pause_turn', container: { id: 'c' } },
        usage: { output_tokens: 9 },
        context_management: { applied_edits: [] },
      },
      { type: 'message_stop' },
    ];
    expect(written(payloads.map((payload) => JSON.stringify(payload)))).toEqual(payloads.map(compared));
  });
});

describe.skipIf(!RECORDINGS.exists)('a body of a native upstream', () => {
  it.each(RECORDINGS.names)('leaves as it came: %s', (name) => {
    const body = RECORDINGS.documentOf(`${name}.json`) as JsonObject;
    const { tributary: _, ...sent } = anthropicClient.encodeBody(replayBody(anthropicNative, body).result, meta, request);
    expect(sent).toEqual(body);
  });
});
