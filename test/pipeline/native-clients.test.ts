/** The real client formats in front of the providers that speak them, from the provider files: what goes out, and what comes back. */
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { sealState } from '../../src/dialects/shared/envelope.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { ReasoningState } from '../../src/unified/request/reasoning.ts';
import { RouterError } from '../../src/unified/error.ts';
import { event } from '../dialects/replay.ts';
import { createClientRouter } from '../support/client-router.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { ask } from './ask.ts';

const MESSAGES: JsonObject = {
  max_tokens: 99,
  context_management: { edits: [] },
  messages: [{ role: 'user', content: 'Hi' }],
  unheard_of: [1],
};
const message: JsonObject = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [], usage: { input_tokens: 5 } };
const delta = (index: number, fields: JsonObject) => ({ type: 'content_block_delta', index, delta: fields });
const STREAM: JsonObject[] = [
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  delta(0, { type: 'thinking_delta', thinking: 'Hm', estimated_tokens: 2 }),
  delta(0, { type: 'signature_delta', signature: 'c2ln' }),
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} } },
  { type: 'content_block_stop', index: 1 },
  { type: 'content_block_start', index: 2, content_block: { type: 'text', text: '' } },
  delta(2, { type: 'text_delta', text: 'It ' }),
  delta(2, { type: 'text_delta', text: 'is' }),
  delta(2, { type: 'unheard_of', more: 1 }),
  { type: 'content_block_stop', index: 2 },
];

describe('POST /messages in front of Claude', () => {
  it.each([
    ['@anthropic/claude-opus-5', '/v1/messages', { model: 'claude-opus-5' }],
    ['@google-vertex/claude-opus-5@default', '/claude-opus-5@default:rawPredict', { anthropic_version: 'vertex-2023-10-16' }],
    [
      '@amazon-bedrock/anthropic.claude-opus-5',
      '/model/anthropic.claude-opus-5/invoke',
      { anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['one-2026', 'two-2026'] },
    ],
  ])("at %s sends the client's body, and returns the whole answer", async (model, path, own) => {
    const answer = { ...message, content: [{ type: 'text', text: 'x' }, { type: 'unheard_of' }], stop_reason: 'pause_turn', more: 1 };
    const { sent, response } = await ask(anthropicClient, { ...MESSAGES, model, provider: { allow_fallbacks: false } }, () =>
      Response.json(answer),
    );
    expect(sent.url.endsWith(path)).toBe(true);
    expect(sent.body).toEqual({ ...MESSAGES, ...own });
    expect(sent.headers.get('anthropic-version')).toBe(model.startsWith('@amazon') ? null : '2026-10-21');
    const { content, stop_reason: reason, more } = answer;
    expect(await response.json()).toMatchObject({ id: 'msg_1', content, stop_reason: reason, more });
  });

  it('returns every event of a stream, known or not', async () => {
    const end = { type: 'message_delta', delta: { stop_reason: 'pause_turn', container: { id: 'c' } }, usage: { output_tokens: 7 } };
    const events = [{ type: 'message_start', message }, ...STREAM, end, { type: 'message_stop' }];
    const { response } = await ask(
      anthropicClient,
      { ...MESSAGES, model: '@anthropic/claude-opus-5', stream: true },
      () => new Response(bodyOf(...events.map(event)), { headers: { 'content-type': 'text/event-stream' } }),
    );
    const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
    const written = lines.map((line) => JSON.parse(line.slice(6)) as JsonObject);
    expect(written.slice(1, -2)).toEqual(STREAM);
    expect(written.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
    expect(written.at(-2)).toMatchObject(end);
  });

  it('returns the body of an error, word for word', async () => {
    const refusal = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'context_management: Extra inputs are not permitted' },
      request_id: 'req_9',
    };
    const asked = ask(anthropicClient, { ...MESSAGES, model: '@anthropic/claude-opus-5' }, () => Response.json(refusal, { status: 400 }));
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    if (!(error instanceof RouterError)) throw new Error('no RouterError');
    const { status, body } = anthropicClient.encodeError(error, { id: 'msg_1' });
    expect([status, body]).toEqual([400, refusal]);
  });

  it('sends reasoning that the provider made in its own form, and none of another', async () => {
    const state = (provider: string): ReasoningState => ({
      kind: 'signature',
      format: 'anthropic-claude-v1',
      data: `bare ${provider}`,
      provider,
      model: null,
    });
    const thinking = (signature: string | null) => ({ type: 'thinking', thinking: 'Hm', signature });
    const text = { type: 'text', text: 'It is.', cache_control: { type: 'ephemeral' } };
    const answer = { role: 'assistant', content: [thinking(sealState(state('anthropic'))), thinking(sealState(state('amazon-bedrock'))), thinking('bare'), text] }; // prettier-ignore
    const body = {
      ...MESSAGES,
      model: '@anthropic/claude-opus-5',
      messages: [{ role: 'user', content: 'Hi' }, answer, { role: 'user', content: 'And?' }],
    };
    const { sent } = await ask(anthropicClient, body, () => Response.json({ ...message, stop_reason: 'end_turn' }));
    const messages = sent.body['messages'] as JsonObject[];
    expect(messages[1]).toEqual({ role: 'assistant', content: [thinking('bare anthropic'), thinking('bare'), text] });
    expect([messages[0], messages[2]]).toEqual([body.messages[0], body.messages[2]]);
  });
});

describe('POST /responses in front of OpenAI', () => {
  it("sends the client's body, and returns items that no other format has", async () => {
    const body: JsonObject = { input: 'Hi', tools: [{ type: 'web_search' }], unheard_of: 1, store: true };
    const answer = {
      id: 'resp_9',
      object: 'response',
      model: 'gpt-5.5',
      status: 'completed',
      more: 1,
      output: [
        {
          type: 'web_search_call',
          id: 'ws_1',
          status: 'completed',
        },
      ],
      usage: {
        input_tokens: 1,
        output_tokens: 1,
      },
    };
    const { sent, response } = await ask(openaiResponsesClient, { ...body, model: '@openai/gpt-5.5' }, () => Response.json(answer));
    expect(sent.body).toEqual({ ...body, model: 'gpt-5.5' });
    const { usage: _, ...rest } = answer;
    expect(await response.json()).toMatchObject(rest);
  });
});

describe('response-healing for a client in front of a provider of its format', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false };
  const body: JsonObject = {
    model: '@openai/gpt-5.5',
    input: 'Hi',
    text: { format: { type: 'json_schema', name: 'x', schema } },
    plugins: [{ id: 'response-healing' }],
  };
  const answer = (text: string): JsonObject => ({
    id: 'resp_1',
    object: 'response',
    model: 'gpt-5.5',
    status: 'completed',
    output: [
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] },
    ],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  });

  it('repairs the text of a Response, and keeps its other items', async () => {
    const router = createClientRouter(() => Response.json(answer('```json\n{"a": 1,}\n```')));
    const written = (await (await router.ask(openaiResponsesClient, body)).json()) as JsonObject;
    expect(router.sent[0]?.body).not.toHaveProperty('plugins');
    expect(written['output']).toMatchObject([
      { type: 'web_search_call', id: 'ws_1' },
      { type: 'message', content: [{ text: '{"a": 1}' }] },
    ]);
    expect(JSON.stringify(written['tributary'])).toContain('response-healing repaired it');
  });

  it('changes nothing of an answer that is JSON', async () => {
    const router = createClientRouter(() => Response.json(answer('{"a":   1}')));
    expect(await (await router.ask(openaiResponsesClient, body)).json()).toMatchObject({ output: answer('{"a":   1}')['output'] });
  });
});
