import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { parseOpenAi } from '../../src/dialects/openai-common/client/parse.ts';
import { RouterError } from '../../src/unified/error.ts';
import { prepared } from '../fitting/sent.ts';
import { PROVIDERS } from '../registry/all-providers.ts';

const call = (id: string) => ({ id, type: 'function', function: { name: 'look', arguments: '{"at":1}' } });
const tool = { type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } };

/** Messages that OpenAI takes as they are. */
const PLAIN = {
  texts: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', name: 'Ann', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
  ],
  parts: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  calls: [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: null, tool_calls: [call('call_1')] },
    { role: 'tool', tool_call_id: 'call_1', content: 'seen' },
  ],
};

/** Messages that are changed on the way. */
const CHANGED = {
  'a name with white space': [{ role: 'user', name: 'Ann Other', content: 'Hi' }],
  'an empty field': [{ role: 'assistant', content: 'Hi', refusal: null }],
  'a field of another provider': [{ role: 'assistant', content: 'Hi', reasoning: 'Well.' }],
  'a call with its index': [
    PLAIN.calls[0],
    { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call('call_1') }] },
    PLAIN.calls[2],
  ],
  'arguments as an object': [
    { role: 'assistant', content: null, tool_calls: [{ ...call('call_1'), function: { name: 'look', arguments: {} } }] },
    PLAIN.calls[2],
  ],
  'a legacy call': [
    { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
    { role: 'function', name: 'look', content: 'seen' },
  ],
  'a failed tool': [PLAIN.calls[1], { ...PLAIN.calls[2], is_error: true }],
  'a cache mark': [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] }],
  'a result with a picture': [
    PLAIN.calls[1],
    { ...PLAIN.calls[2], content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] },
  ],
  'two ids that are one': [PLAIN.calls[1], PLAIN.calls[2], PLAIN.calls[1], PLAIN.calls[2]],
};

function freezeDeep<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freezeDeep);
  return value;
}

/** What a function throws; null = nothing. */
function errorOf(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (thrown) {
    return thrown;
  }
}

const bodyOf = (model: string, messages: unknown) =>
  freezeDeep(structuredClone({ model, max_tokens: 100, temperature: 1, tools: [tool], messages }));

describe('a parsed body', () => {
  it.each(Object.entries(PLAIN))('is sent on as the same messages and tools where nothing changes: %s', (_, messages) => {
    const body = bodyOf('@openai/gpt-4o', messages);
    const sent = prepared(parseOpenAi('chat', body)).parts[0]?.body ?? {};
    expect(sent['messages']).toBe(body.messages);
    expect(sent['tools']).toBe(body.tools);
  });

  it.each(Object.entries(CHANGED))('is sent on as other messages with %s', (_, messages) => {
    const body = bodyOf('@openai/gpt-4o', messages);
    expect(prepared(parseOpenAi('chat', body)).parts[0]?.body['messages']).not.toBe(body.messages);
  });

  it('is sent on as the same messages to an upstream of the same format', () => {
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hi', unknown: 1 }] }];
    const body = freezeDeep({ model: '@anthropic/claude-opus-4-6', max_tokens: 100, messages });
    expect(prepared(anthropicClient.parse(body, () => null, 'answer')).parts[0]?.body['messages']).toBe(body.messages);
  });

  // The bytes that it came as may be sent for it, so nothing may change it in place: a frozen body throws where something does.
  it.each(PROVIDERS.map(({ slug, operations }) => [slug, operations] as const))('is not changed in place for %s', (slug, operations) => {
    if (operations.chat === undefined) return;
    const thrown = [...Object.values(PLAIN), ...Object.values(CHANGED)].map((messages) =>
      errorOf(() => prepared(parseOpenAi('chat', bodyOf(`@${slug}/m`, messages)))),
    );
    expect(thrown.filter((error) => error !== null && !(error instanceof RouterError))).toEqual([]);
  });
});
