import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { joinReasoningDetails } from '../../../../src/unified/request/reasoning.ts';
import { replayBody, replayEvents } from '../../replay.ts';
import { block, jsonDelta, messageEnd, messageStart, signatureDelta, textDelta, thinkingDelta } from './wire.ts';

const read = (...events: (JsonObject | string)[]) => replayEvents(anthropicUpstream, events);
const readBody = (fields: JsonObject) => replayBody(anthropicUpstream, { id: 'msg_1', type: 'message', content: [], ...fields });
const hello = block(0, { type: 'text', text: '' }, textDelta('Hello'));
const FORMAT = 'anthropic-claude-v1';

describe('Anthropic decoder: the first word', () => {
  it('tells model and tier', () => {
    const outcome = read(
      messageStart({ input_tokens: 1, output_tokens: 1, service_tier: 'priority' }),
      ...hello,
      ...messageEnd('end_turn'),
    );
    expect(outcome.result.starts).toEqual([{ type: 'start', model: 'claude-x', systemFingerprint: null, serviceTier: 'priority' }]);
  });

  it('may come twice', () => {
    const outcome = read(messageStart(), messageStart(null, 'msg_2'), ...hello, messageStart(null, 'msg_2'), ...messageEnd('end_turn'));
    expect(outcome.error).toBeNull();
    expect(outcome.result.choices).toMatchObject([{ text: 'Hello', finishReason: 'stop' }]);
  });

  it('of another message in the middle is an error, not two halves glued together', () => {
    const outcome = read(messageStart(), ...hello, messageStart(null, 'msg_2'), ...hello, ...messageEnd('end_turn'));
    expect(outcome.error?.message).toBe('the upstream began another answer in the middle of this one');
    expect(outcome.result.choices[0]?.text).toBe('Hello');
  });
});

describe('Anthropic decoder: blocks', () => {
  it('are counted apart: tools from 0, whatever stands before and between them', () => {
    const outcome = read(
      messageStart(),
      ...block(0, { type: 'thinking', thinking: '' }, thinkingDelta('Hm.'), signatureDelta('s1')),
      ...block(1, { type: 'text', text: '' }, textDelta('One moment.')),
      ...block(2, { type: 'tool_use', id: 'toolu_1', name: 'now', input: {} }, jsonDelta('')),
      { type: 'ping' },
      ...block(3, { type: 'text', text: '' }, textDelta(' And:')),
      ...block(4, { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} }, jsonDelta('{"a":'), jsonDelta('1}')),
      ...messageEnd('tool_use'),
    );
    expect(outcome.result.choices).toMatchObject([
      {
        text: 'One moment. And:',
        reasoning: 'Hm.',
        toolCalls: [
          { id: 'toolu_1', name: 'now', arguments: '{}' },
          { id: 'toolu_2', name: 'look', arguments: '{"a":1}' },
        ],
        finishReason: 'tool_calls',
      },
    ]);
  });

  it('may begin with what they hold, and may never be ended', () => {
    const outcome = read(
      messageStart(),
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hel' } },
      { type: 'content_block_delta', index: 0, delta: textDelta('lo') },
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'toolu_1', name: 'look', input: { a: 1 } } },
      ...messageEnd('tool_use'),
    );
    expect(outcome.result.choices).toMatchObject([{ text: 'Hello', toolCalls: [{ name: 'look', arguments: '{"a":1}' }] }]);
  });

  it('that are numbered alike are two', () => {
    const tool = (id: string) => ({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id, name: 'now' } });
    const outcome = read(messageStart(), tool('toolu_1'), tool('toolu_2'), ...messageEnd('tool_use'));
    expect(outcome.result.choices[0]?.toolCalls).toEqual([
      { id: 'toolu_1', name: 'now', arguments: '{}' },
      { id: 'toolu_2', name: 'now', arguments: '{}' },
    ]);
  });

  it("of the provider's own tools are no calls", () => {
    const outcome = read(
      messageStart(),
      ...block(0, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }, jsonDelta('{"query":"Inn"}')),
      ...block(1, { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] }),
      ...block(2, { type: 'text', text: '' }, textDelta('High.')),
      ...messageEnd('end_turn'),
    );
    expect(outcome.result.choices).toMatchObject([{ text: 'High.', toolCalls: [], finishReason: 'stop' }]);
  });
});

describe('Anthropic decoder: reasoning', () => {
  const details = [
    { type: 'reasoning.text', text: 'Let me think.', signature: 's1', format: FORMAT, index: 0 },
    { type: 'reasoning.encrypted', data: 'c2VjcmV0', format: FORMAT, index: 1 },
    { type: 'reasoning.text', text: '', signature: 's2', format: FORMAT, index: 2 },
  ];

  it('keeps its signatures, also of blocks whose text is kept from us', () => {
    const outcome = read(
      messageStart(),
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        thinkingDelta('Let me '),
        thinkingDelta('think.'),
        signatureDelta('s1'),
      ),
      ...block(1, { type: 'redacted_thinking', data: 'c2VjcmV0' }),
      ...block(2, { type: 'thinking', thinking: '', signature: '' }, signatureDelta('s2')),
      ...block(3, { type: 'text', text: '' }, textDelta('Done.')),
      ...messageEnd('end_turn'),
    );
    expect(outcome.result.choices).toMatchObject([{ text: 'Done.', reasoning: 'Let me think.' }]);
    expect(joinReasoningDetails(outcome.result.choices[0]?.reasoningDetails ?? [])).toEqual(details);
  });

  it('is the same in a whole answer', () => {
    const outcome = readBody({
      content: [
        { type: 'thinking', thinking: 'Let me think.', signature: 's1' },
        { type: 'redacted_thinking', data: 'c2VjcmV0' },
        { type: 'thinking', thinking: '', signature: 's2' },
        { type: 'text', text: 'Done.' },
      ],
      stop_reason: 'end_turn',
    });
    expect(outcome.result.choices).toMatchObject([{ text: 'Done.', reasoning: 'Let me think.', reasoningDetails: details }]);
  });
});

describe('Anthropic decoder: usage', () => {
  it('is the last word, never the sum', () => {
    const first = { input_tokens: 43, cache_creation_input_tokens: 5, cache_read_input_tokens: 0, output_tokens: 3 };
    const last = {
      input_tokens: 61,
      cache_creation_input_tokens: 7,
      cache_read_input_tokens: 20,
      output_tokens: 30,
      output_tokens_details: { thinking_tokens: 12 },
    };
    expect(read(messageStart(first), ...hello, ...messageEnd('end_turn', last)).result.usage).toMatchObject({
      promptTokens: 88,
      completionTokens: 30,
      cachedTokens: 20,
      cacheWriteTokens: 7,
      reasoningTokens: 12,
    });
  });

  it('that is reported only at first or only at last is kept', () => {
    const outcome = read(
      messageStart({ input_tokens: 9, cache_read_input_tokens: 2, output_tokens: 1 }),
      ...hello,
      ...messageEnd('end_turn'),
    );
    expect(outcome.result.usage).toMatchObject({
      promptTokens: 11,
      completionTokens: 6,
      cachedTokens: 2,
      cacheWriteTokens: null,
      reasoningTokens: null,
    });
  });

  it('of a beginning is not taken for that of the whole', () => {
    expect(read(messageStart(), ...hello).events.at(-1)).toMatchObject({ type: 'error', usage: null });
    expect(read(messageStart(), ...hello, ...messageEnd('end_turn', null)).result.usage).toBeNull();
    // As this router writes it: the count at the start is an estimate.
    const estimated = messageStart({ input_tokens: 5, output_tokens: 0 });
    const unknown = { input_tokens: null, output_tokens: null };
    expect(read(estimated, ...hello, ...messageEnd('end_turn', unknown)).result.usage).toBeNull();
  });
});

describe('Anthropic decoder: a refusal', () => {
  const stop_details = { type: 'refusal', category: 'cyber', explanation: 'This was blocked.' };

  it('may come without any content', () => {
    const outcome = read(messageStart(), ...messageEnd('refusal', { output_tokens: 5 }, { stop_details }));
    expect(outcome.result.choices).toMatchObject([
      { text: '', refusal: 'This was blocked.', finishReason: 'content_filter', nativeReason: 'refusal' },
    ]);
    expect(readBody({ stop_reason: 'refusal', stop_details }).result.choices).toMatchObject(outcome.result.choices);
  });

  it('may say nothing of itself', () => {
    const outcome = read(messageStart(), ...hello, ...messageEnd('refusal'));
    expect(outcome.error).toBeNull();
    expect(outcome.result.choices).toMatchObject([{ text: 'Hello', refusal: '', finishReason: 'content_filter' }]);
  });
});

describe('Anthropic decoder: sources', () => {
  const found = {
    type: 'web_search_result_location',
    url: 'https://example.org/inn',
    title: 'Inn',
    cited_text: 'It is high.',
    encrypted_index: 'x',
  };
  const annotations = [{ type: 'url_citation', url_citation: { url: 'https://example.org/inn', title: 'Inn', content: 'It is high.' } }];

  it('are reported once, at the end', () => {
    const cited = { type: 'citations_delta', citation: found };
    const elsewhere = { type: 'citations_delta', citation: { type: 'char_location', cited_text: 'x', document_index: 0 } };
    const outcome = read(
      messageStart(),
      ...block(0, { type: 'text', text: '' }, cited, elsewhere, textDelta('High.')),
      ...messageEnd('end_turn'),
    );
    expect(outcome.result.choices).toMatchObject([{ text: 'High.', extra: { annotations } }]);
  });

  it('are found in a whole answer', () => {
    const outcome = readBody({ content: [{ type: 'text', text: 'High.', citations: [found] }], stop_reason: 'end_turn' });
    expect(outcome.result.choices).toMatchObject([{ text: 'High.', extra: { annotations } }]);
  });
});

describe('Anthropic decoder: an answer', () => {
  it.each([
    ['overloaded_error', 'provider_overloaded'],
    ['api_error', 'provider_unavailable'],
    ['rate_limit_error', 'rate_limit_exceeded'],
    ['invalid_request_error', 'invalid_request'],
    ['timeout_error', 'timeout'],
  ])('may break off with %s', (type, unified) => {
    const outcome = read(messageStart(), ...hello, { type: 'error', error: { type, message: 'Sorry' } }, ...messageEnd('end_turn'));
    expect(outcome.error).toMatchObject({ type: unified, message: 'Sorry' });
  });

  it('may be an error in a document of status 200, whatever it calls itself', () => {
    expect(replayBody(anthropicUpstream, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }).error?.type).toBe(
      'provider_overloaded',
    );
    expect(replayBody(anthropicUpstream, { error: { message: 'proxy says no' } }).error?.message).toBe('proxy says no');
    expect(replayBody(anthropicUpstream, { message: 'proxy says no' }).error?.message).toBe('proxy says no');
  });

  it('that ends on purpose without a reason has stopped', () => {
    expect(readBody({ content: [{ type: 'text', text: 'Hel' }], stop_reason: null })).toMatchObject({ error: null, defaulted: 'stop' });
    expect(read(messageStart(), ...hello, { type: 'message_stop' })).toMatchObject({ error: null, defaulted: 'stop' });
  });

  it('is over after its last word, in either form', () => {
    const outcome = read(messageStart(), ...hello, ...messageEnd('end_turn'), '[DONE]', { type: 'error', error: { message: 'late' } });
    expect(outcome.events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'choice-end', 'end']);
    const [delta] = messageEnd('end_turn');
    expect(read(messageStart(), ...hello, delta ?? {}, '[DONE]').events.at(-1)?.type).toBe('end');
  });

  it.each([
    [{ type: 'message_start' }],
    [{ type: 'content_block_start', index: 'x', content_block: 7 }],
    [{ type: 'content_block_delta', index: null, delta: [] }],
    [{ type: 'message_delta' }],
    [{ type: 'message_delta', delta: { stop_reason: 7 }, usage: 'none' }],
    [{}],
  ])('survives %j', (odd) => {
    expect(read(messageStart(), ...hello, odd, ...messageEnd('end_turn')).error).toBeNull();
  });
});
