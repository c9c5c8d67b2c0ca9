/** The body of a client in the upstream's own format goes out as it came, with the model and the stream flag of the call, and the router's edits. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicNative } from '../../src/dialects/anthropic/upstream/native.ts';
import { bedrockMessages } from '../../src/dialects/bedrock-messages.ts';
import type { FittedCall, UpstreamDialect } from '../../src/dialects/dialect.ts';
import { openaiResponsesNative } from '../../src/dialects/openai-responses/upstream/native.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Block, Conversation, Turn } from '../../src/unified/request/conversation.ts';
import { conversationOf, TurnsConversation } from '../../src/unified/request/turns-conversation.ts';
import { PLAIN_CALL } from './plain-call.ts';

const FIELD = { anthropic: 'messages', 'openai-responses': 'input' } as const;
type Format = keyof typeof FIELD;

type Sent = { format: Format; body: JsonObject; turns?: readonly Turn[]; headers?: Record<string, string> };

const conversationIn = ({ format, body, turns = [] }: Sent): Conversation =>
  new TurnsConversation({ source: { format, value: body[FIELD[format]] }, readTurns: () => turns });

function callOf(sent: Sent, changes: Partial<FittedCall> & { conversation?: Conversation } = {}): FittedCall {
  const { conversation = conversationIn(sent), ...others } = changes;
  const { format, body, headers = {} } = sent;
  return {
    ...PLAIN_CALL,
    model: 'upstream-id',
    input: { kind: 'messages', conversation },
    native: { format, body, headers },
    ...others,
  };
}

const text = (of: string, path: string, more: Partial<Block> = {}): Block => ({ type: 'text', text: of, path, ...more }) as Block;
const turn = (role: Turn['role'], path: string, ...blocks: Block[]): Turn => ({ role, blocks, path, fields: {} });
const image = (url: string, path: string, original: JsonObject): Block => ({
  type: 'image',
  source: { kind: 'url', url },
  url,
  detail: null,
  path,
  original,
});

const DIALECTS: [Format, UpstreamDialect][] = [
  ['anthropic', anthropicNative],
  ['openai-responses', openaiResponsesNative],
];

describe.each(DIALECTS)('a body of %s', (format, dialect) => {
  const aBody = fc
    .dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 })
    .filter((body) => !('__proto__' in body))
    .chain((others) =>
      fc.record({ others: fc.constant(others), entries: fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 }), stream: fc.boolean() }),
    )
    .map(({ others, entries, stream }) => ({ ...others, model: 'a/client-id', [FIELD[format]]: entries, stream }) as JsonObject);

  it("is the client's own, text for text, but for the model and the stream flag", () => {
    fc.assert(
      fc.property(aBody, fc.boolean(), (body, stream) => {
        const { body: sent, adjustments } = dialect.render(callOf({ format, body }, { stream }));
        const expected: JsonObject = { ...body, model: 'upstream-id' };
        if (stream) expected['stream'] = true;
        else if (body['stream'] === true) delete expected['stream'];
        expect(JSON.stringify(sent)).toBe(JSON.stringify(expected));
        expect(adjustments).toEqual([]);
        expect(sent[FIELD[format]]).toBe(body[FIELD[format]]);
      }),
      { seed: 20_261_130, numRuns: 200 },
    );
  });

  it('is sent with the headers that belong to it', () => {
    const sent = { format, body: { [FIELD[format]]: [] }, headers: { 'anthropic-beta': 'a,b', 'anthropic-version': '2026-10-21' } };
    expect(dialect.render(callOf(sent)).headers).toEqual(sent.headers);
  });

  it('is refused without such a body, which planning never asks for', () => {
    const { native: _, ...call } = callOf({ format, body: {} });
    expect(() => dialect.render(call)).toThrow('no body of its own');
  });
});

describe('edits of the router in a body of the Messages API', () => {
  const picture = { type: 'image', source: { type: 'url', url: 'https://a.example/1.png' }, cache_control: { type: 'ephemeral' } };
  const thinking = { type: 'thinking', thinking: 'Hm', signature: 'trb1.x' };
  const native = { type: 'server_tool_use', id: 's', name: 'web_search', input: {} };
  const body: JsonObject = {
    system: 'Be kind.',
    messages: [
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: [thinking, native, { type: 'tool_use', id: 't', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'here' }, picture] }, picture] },
      { role: 'assistant', content: [thinking] },
      { role: 'assistant', content: [{ type: 'text', text: 'It ', citations: null }] },
    ],
  };
  const state = { kind: 'signature', format: 'anthropic-claude-v1', data: 'bare', provider: 'anthropic', model: null } as const;
  const thought = (path: string): Block => ({
    type: 'reasoning',
    kind: 'text',
    text: 'Hm',
    format: state.format,
    id: null,
    state,
    path,
    original: thinking,
  });
  // The server tool is no block of ours: what is not read stays.
  const turns: Turn[] = [
    turn('system', 'system', text('Be kind.', 'system')),
    turn('user', 'messages[0]', text('Look', 'messages[0].content')),
    turn('assistant', 'messages[1]', thought('messages[1].content[0]'), {
      type: 'tool-call',
      id: 't',
      name: 'f',
      input: '{}',
      kind: 'function',
      path: 'messages[1].content[2]',
    }),
    turn(
      'user',
      'messages[2]',
      {
        type: 'tool-result',
        callId: 't',
        name: 'f',
        isError: false,
        path: 'messages[2].content[0]',
        blocks: [
          text('here', 'messages[2].content[0].content[0]'),
          image(picture.source.url, 'messages[2].content[0].content[1]', picture),
        ],
      },
      image(picture.source.url, 'messages[2].content[1]', picture),
    ),
    turn('assistant', 'messages[3]', thought('messages[3].content[0]')),
    turn('assistant', 'messages[4]', text('It ', 'messages[4].content[0]')),
  ];
  const sent: Sent = { format: 'anthropic', body, turns };
  const given = body['messages'] as JsonObject[];
  const messagesOf = (conversation: Conversation) =>
    anthropicNative.render(callOf(sent, { conversation })).body['messages'] as JsonObject[];

  it('put fetched files in the place of their addresses, with everything else of the block', () => {
    const messages = messagesOf(conversationIn(sent).withFiles(new Map([[picture.source.url, 'data:image/png;base64,AAAA']])));
    const fetched = { ...picture, source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    expect(messages[2]).toEqual({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'here' }, fetched] }, fetched],
    });
    expect([0, 1, 3, 4].every((index) => messages[index] === given[index])).toBe(true);
  });

  it('go on with an answer that was begun, in its last block or behind the last message', () => {
    const begun = messagesOf(conversationIn(sent).withAnswerBegun('is.'));
    expect(begun.at(-1)).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'It is.', citations: null }] });
    const short: Sent = { ...sent, body: { ...body, messages: given.slice(0, 1) }, turns: turns.slice(0, 2) };
    const { body: rendered } = anthropicNative.render(callOf(short, { conversation: conversationIn(short).withAnswerBegun('It') }));
    expect(rendered['messages']).toEqual([given[0], { role: 'assistant', content: 'It' }]);
    expect(rendered['system']).toBe('Be kind.');
  });

  it('leave out blocks, and messages of nothing else', () => {
    const origin = conversationIn(sent) as TurnsConversation;
    const kept = turns.map((one) => ({ ...one, blocks: one.blocks.filter(({ type }) => type !== 'reasoning') }));
    const messages = messagesOf(conversationOf(kept, origin));
    expect(messages).toEqual([
      given[0],
      { role: 'assistant', content: [native, { type: 'tool_use', id: 't', name: 'f', input: {} }] },
      given[2],
      given[4],
    ]);
  });

  it('write the state of reasoning bare where it came in an envelope', () => {
    const origin = conversationIn(sent) as TurnsConversation;
    const bare = turns.map((one) => ({
      ...one,
      blocks: one.blocks.map((block) => (block.type === 'reasoning' ? { ...block, original: undefined } : block) as Block),
    }));
    const messages = messagesOf(conversationOf(bare, origin));
    expect(messages[3]).toEqual({ role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm', signature: 'bare' }] });
  });

  it('change system text and text that is no list', () => {
    const shortened = turns.map((one) => (one.path === 'messages[0]' ? turn('user', one.path, text('Lo', 'messages[0].content')) : one));
    expect(messagesOf(conversationOf(shortened, conversationIn(sent) as TurnsConversation))[0]).toEqual({ role: 'user', content: 'Lo' });
    const instructed = anthropicNative.render(callOf(sent, { conversation: conversationIn(sent).withInstruction('Be brief.') }));
    expect(instructed.body['system']).toBe('Be kind.\n\nBe brief.');
  });
});

describe('edits of the router in a body of Responses', () => {
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'trb1.x' };
  const call = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' };
  const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
  const body: JsonObject = { store: false, input: [{ role: 'user', content: 'Look' }, reasoning, call, search] };
  const state = { kind: 'encrypted', format: 'openai-responses-v1', data: 'gAAA', provider: 'openai', model: null } as const;
  const thought: Block = { type: 'reasoning', kind: 'encrypted', text: 'Hm', format: state.format, id: 'rs_9', state, path: 'input[1]' };
  const turns: Turn[] = [
    turn('user', 'input[0]', text('Look', 'input[0].content')),
    turn(
      'assistant',
      'input[1]',
      { ...thought, original: reasoning },
      {
        type: 'tool-call',
        id: 'c',
        name: 'f',
        input: '{}',
        kind: 'function',
        path: 'input[2]',
        original: call,
      },
    ),
  ];
  const sent: Sent = { format: 'openai-responses', body, turns };
  const [user] = body['input'] as JsonObject[];
  const inputOf = (changed: readonly Turn[], of = sent) => {
    const conversation = conversationOf(changed, conversationIn(of) as TurnsConversation);
    return openaiResponsesNative.render(callOf(of, { conversation })).body['input'];
  };

  it('write the state of reasoning bare where it came in an envelope, or leave the item out', () => {
    const [first, second] = turns as [Turn, Turn];
    const bare = { ...reasoning, id: 'rs_9', encrypted_content: 'gAAA' };
    expect(inputOf([first, { ...second, blocks: [thought, ...second.blocks.slice(1)] }])).toEqual([user, bare, call, search]);
    expect(inputOf([first, { ...second, blocks: second.blocks.slice(1) }])).toEqual([user, call, search]);
  });

  it('go on with an answer that was begun', () => {
    const conversation = conversationIn(sent).withAnswerBegun('It');
    const { body: rendered } = openaiResponsesNative.render(callOf(sent, { conversation }));
    expect((rendered['input'] as unknown[]).at(-1)).toEqual({ role: 'assistant', content: 'It' });
    const short: Sent = { ...sent, body: { input: 'Look' }, turns: [turn('user', 'input', text('Look', 'input'))] };
    const begun = openaiResponsesNative.render(callOf(short, { conversation: conversationIn(short).withAnswerBegun('It') }));
    expect(begun.body['input']).toEqual([
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: 'It' },
    ]);
  });

  it('include what the provider would refuse: ids of another form, and reasoning that it has no content of', () => {
    const kept = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'gAAA' };
    const stored = { type: 'reasoning', id: 'rs_3', summary: [] };
    const foreign = { ...call, id: 'call_9' };
    const given = { format: 'openai-responses', body: { store: false, input: [reasoning, stored, kept, call, foreign] } } as const;
    const { body: rendered, adjustments } = openaiResponsesNative.render(callOf(given));
    const { id: _, ...nameless } = call;
    expect(rendered['input']).toEqual([kept, call, nameless]);
    expect(adjustments).toMatchObject([{ param: 'input', action: 'dropped' }]);
    const kept2 = openaiResponsesNative.render(callOf({ ...given, body: { input: [stored, kept] } }));
    expect(kept2.body['input']).toEqual([stored, kept]);
  });
});

describe('a body of the Messages API at other providers', () => {
  const body = { model: 'claude', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }], stream: true };
  const headers = { 'anthropic-beta': 'one-2025, two-2026', 'anthropic-version': '2026-10-21' };

  it('names the version instead of the model at Vertex, unless the client names one', () => {
    const call = callOf({ format: 'anthropic', body, headers }, { quirks: ['version-in-body'], stream: true });
    const { model: _, ...rest } = body;
    expect(anthropicNative.render(call)).toMatchObject({ body: { anthropic_version: 'vertex-2023-10-16', ...rest }, headers });
    expect(anthropicNative.render(call).body).not.toHaveProperty('model');
  });

  it('names the version and the betas at Bedrock, whose address has the model and says whether it streams', () => {
    const { model: _, stream: __, ...rest } = body;
    const sent: Sent = { format: 'anthropic', body, headers };
    const expected = { anthropic_version: 'bedrock-2023-05-31', anthropic_beta: ['one-2025', 'two-2026'], ...rest };
    expect(bedrockMessages.render(callOf(sent, { stream: true }))).toEqual({
      body: expected,
      adjustments: [],
      path: '/model/{model}/invoke-with-response-stream',
    });
    expect(bedrockMessages.render(callOf(sent))).toEqual({ body: expected, adjustments: [], path: '/model/{model}/invoke' });
    expect(bedrockMessages.render(callOf({ format: 'anthropic', body })).body).not.toHaveProperty('anthropic_beta');
  });
});
