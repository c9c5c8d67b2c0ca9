/** Parts of an answer that have no place in the client's: reported when they arrive, once each. */
import { describe, expect, it } from 'vitest';
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import { anthropicUpstream } from '../../src/dialects/anthropic/upstream/index.ts';
import { bedrockUpstream } from '../../src/dialects/bedrock/index.ts';
import { geminiUpstream } from '../../src/dialects/gemini/index.ts';
import { mistralUpstream } from '../../src/dialects/mistral/index.ts';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/upstream/index.ts';
import { openaiResponsesUpstream } from '../../src/dialects/openai-responses/upstream/index.ts';
import { event } from '../dialects/replay.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { bodyRead } from '../support/read-stream.ts';
import { chatBody, createFakeRouter } from '../support/fake-router.ts';

const TEXT = { type: 'text', text: 'a' };

describe('what a format names and an answer has no place for', () => {
  it.each<[string, UpstreamDialect, unknown, string[]]>([
    [
      'openai-chat',
      openaiChatUpstream,
      { choices: [{ message: { content: [TEXT, { type: 'odd' }] }, hidden_states: [1], finish_reason: 'stop' }], videos: [1] },
      ['videos', 'content.odd', 'hidden_states'],
    ],
    [
      'mistral',
      mistralUpstream,
      { choices: [{ message: { content: [TEXT, { type: 'tool_file', file_id: 'f' }] }, finish_reason: 'stop' }] },
      ['content.tool_file'],
    ],
    [
      'anthropic',
      anthropicUpstream,
      {
        type: 'message',
        content: [{ ...TEXT, citations: [{ type: 'page_location' }] }, { type: 'server_tool_use' }],
        stop_reason: 'end_turn',
      },
      ['content.citations', 'content.server_tool_use'],
    ],
    [
      'bedrock',
      bedrockUpstream,
      { output: { message: { content: [{ text: 'a' }, { citationsContent: { content: [], citations: [1] } }] } }, stopReason: 'end_turn' },
      ['citations'],
    ],
    [
      'gemini',
      geminiUpstream,
      {
        candidates: [
          {
            content: { parts: [{ text: 'a' }, { executableCode: { code: '1' } }] },
            citationMetadata: { citations: [1] },
            finishReason: 'STOP',
          },
        ],
      },
      ['executableCode', 'citationMetadata'],
    ],
    [
      'openai-responses',
      openaiResponsesUpstream,
      {
        object: 'response',
        status: 'completed',
        output: [{ type: 'web_search_call' }, { type: 'message', content: [{ type: 'output_text', text: 'a' }] }],
      },
      ['output.web_search_call'],
    ],
  ])('is reported by the decoder (%s)', (_, dialect, body, fields) => {
    const told: string[] = [];
    const events = dialect.decodeBody(body, { quirks: [], dropped: (field) => told.push(field) });
    expect(told).toEqual(fields);
    expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(1);
  });

  it('is reported once, and nothing is said of what is empty', async () => {
    const piece = { choices: [{ index: 0, delta: { content: 'a' }, hidden_states: [1] }], videos: [], images: null };
    const frames = [piece, piece, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }, '[DONE]'].map(event);
    const router = createFakeRouter(acme({ operations: { chat: [chatOperation()] } }), () => new Response(bodyOf(...frames)));
    const { adjustments } = await bodyRead(await router.ask(chatBody()));
    expect(adjustments).toEqual([
      {
        param: 'answer.hidden_states',
        action: 'dropped',
        reason: 'Acme sent hidden_states: inner values of the model have no place in an answer (SGLang)',
      },
    ]);
  });
});

it('the pages that an answer of Gemini rests on are annotations, each once', () => {
  const groundingMetadata = { groundingChunks: [{ web: { uri: 'https://a.example/', title: 'A' } }, { retrievedContext: {} }] };
  const chunk = { content: { parts: [{ text: 'a' }] }, groundingMetadata };
  const events = [{ candidates: [chunk] }, { candidates: [{ ...chunk, finishReason: 'STOP' }] }].map((one) => JSON.stringify(one));
  const decoder = geminiUpstream.createDecoder({ quirks: [] });
  const extras = events.flatMap((payload) => decoder.push(payload)).filter(({ type }) => type === 'citation');
  expect(extras).toEqual([
    {
      type: 'citation',
      choice: 0,
      citations: [{ type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A' } }],
    },
  ]);
});
