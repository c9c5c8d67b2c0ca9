/**
 * A conversation of a client that carries state as opaque text moves between providers of three formats and back, over HTTP requests to the
 * app: each provider gets its own reasoning verbatim, and nothing of the others.
 */
import { describe, expect, it } from 'vitest';
import { arrayOf, isObject, type JsonObject } from '../../src/lib/json.ts';
import { createRouter, json } from './router.ts';

type Maker = { model: string; env: string; answer: JsonObject; secrets: readonly string[] };

const MAKERS: Readonly<Record<string, Maker>> = {
  anthropic: {
    model: '@anthropic/claude-opus-4-5',
    env: 'ANTHROPIC_API_KEY',
    answer: {
      type: 'message',
      model: 'claude-opus-4-5',
      content: [
        { type: 'thinking', thinking: 'ClaudeThought', signature: 'ClaudeSignature' },
        { type: 'redacted_thinking', data: 'ClaudeRedacted' },
        { type: 'tool_use', id: 'call_claude', name: 'look', input: {} },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 1 },
    },
    secrets: ['ClaudeThought', 'ClaudeSignature', 'ClaudeRedacted'],
  },
  gemini: {
    model: '@google-ai-studio/gemini-3-pro-preview',
    env: 'GOOGLE_AI_STUDIO_API_KEY',
    answer: {
      responseId: 'r',
      candidates: [
        {
          content: {
            role: 'model',
            parts: [
              { text: 'GeminiThought', thought: true },
              { functionCall: { id: 'call_gemini', name: 'look', args: {} }, thoughtSignature: 'GeminiSignature' },
            ],
          },
          finishReason: 'STOP',
        },
      ],
    },
    secrets: ['GeminiThought', 'GeminiSignature'],
  },
  openai: {
    model: '@openai/gpt-5.5',
    env: 'OPENAI_API_KEY',
    answer: {
      object: 'response',
      id: 'resp_1',
      status: 'completed',
      model: 'gpt-5.5',
      output: [
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'OpenAiThought' }], encrypted_content: 'gAAAOpenAi' },
        { type: 'function_call', id: 'fc_1', call_id: 'call_openai', name: 'look', arguments: '{}', status: 'completed' },
      ],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    },
    secrets: ['OpenAiThought', 'gAAAOpenAi', 'rs_1'],
  },
  deepseek: {
    model: '@deepseek/deepseek-chat',
    env: 'DEEPSEEK_API_KEY',
    answer: {
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            reasoning_content: 'DeepThought',
            tool_calls: [{ id: 'call_deep', type: 'function', function: { name: 'look', arguments: '{}' } }],
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
    secrets: ['DeepThought'],
  },
};

/** How a client format asks with a history, and what it appends to it of an answer. */
type Format = {
  path: string;
  body: (history: readonly unknown[]) => JsonObject;
  append: (answer: JsonObject) => unknown[];
};

const parameters = { type: 'object', properties: {} };
const ofType = (items: unknown, type: string) =>
  arrayOf(items).filter((item): item is JsonObject => isObject(item) && item['type'] === type);

const FORMATS: Readonly<Record<string, Format>> = {
  responses: {
    path: '/v1/responses',
    body: (input) => ({
      input,
      tools: [{ type: 'function', name: 'look', parameters, strict: false }],
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'high' },
    }),
    append: ({ output }) => [
      ...arrayOf(output),
      ...ofType(output, 'function_call').map((call) => ({ type: 'function_call_output', call_id: call['call_id'], output: 'seen' })),
    ],
  },
  messages: {
    path: '/v1/messages',
    body: (messages) => ({
      messages,
      max_tokens: 9000,
      tools: [{ name: 'look', input_schema: parameters }],
      thinking: { type: 'enabled', budget_tokens: 2000 },
    }),
    append: ({ content }) => [
      { role: 'assistant', content },
      {
        role: 'user',
        content: ofType(content, 'tool_use').map((call) => ({ type: 'tool_result', tool_use_id: call['id'], content: 'seen' })),
      },
    ],
  },
};

/** A session that grows by each answer and by a result for each call. */
function createSession({ path, body, append }: Format) {
  const sent: string[] = [];
  let answering: Maker | undefined;
  const env = Object.fromEntries(Object.values(MAKERS).map((maker) => [maker.env, 'k']));
  const router = createRouter(env, (_, init) => {
    sent.push(String(init.body));
    return Promise.resolve(Response.json(answering?.answer ?? {}));
  });
  const history: unknown[] = [{ role: 'user', content: 'question' }];
  return {
    async ask(name: string) {
      answering = MAKERS[name];
      const response = await router.call('POST', path, { model: answering?.model, ...body(history) });
      const answer = await json(response);
      expect([response.status, answer['error'] ?? null]).toEqual([200, null]);
      history.push(...append(answer));
      return { text: sent.at(-1) ?? '', adjustments: response.headers.get('x-tributary-adjustments') ?? '' };
    },
  };
}

/** Something of the history was dropped, under the name that it has in the client's format. */
const DROPPED = /(?:^|, )(?:messages|input)[^,;]*;action=dropped/;

/** How often each of these secrets is in a text. */
const countIn = (text: string, secrets: readonly string[]) => secrets.map((secret) => text.split(secret).length - 1);
const times = (count: number, secrets: readonly string[]) => secrets.map(() => count);

describe.each(Object.entries(FORMATS))('a conversation over /%s that moves', (_, format) => {
  const names = Object.keys(MAKERS);
  const routes = names.flatMap((one) => names.filter((other) => other !== one).map((other) => [one, other] as const));

  it.each(routes)('from %s to %s and back keeps the reasoning of each for each', async (one, other) => {
    const session = createSession(format);
    const [own, foreign] = [MAKERS[one]?.secrets ?? [], MAKERS[other]?.secrets ?? []];
    await session.ask(one);

    const stayed = await session.ask(one);
    expect(countIn(stayed.text, own)).toEqual(times(1, own));
    expect(stayed.adjustments).not.toMatch(DROPPED);

    const moved = await session.ask(other);
    expect(countIn(moved.text, [...own, 'trb1.'])).toEqual(times(0, [...own, 'trb1.']));
    expect(moved.text).toContain('question');
    expect(moved.adjustments).toMatch(DROPPED);

    const back = await session.ask(one);
    expect(countIn(back.text, own)).toEqual(times(2, own));
    expect(countIn(back.text, [...foreign, 'trb1.'])).toEqual(times(0, [...foreign, 'trb1.']));

    const again = await session.ask(other);
    expect(countIn(again.text, foreign)).toEqual(times(1, foreign));
  });
});

describe('a provider that cannot read its own reasoning any more', () => {
  it('is asked once more without it, and that is reported', async () => {
    const sent: string[] = [];
    const message = 'messages.1.content.0: The block is bound to a different conversation.';
    const router = createRouter({ ANTHROPIC_API_KEY: 'k' }, (_, init) => {
      sent.push(String(init.body));
      const isRefused = String(init.body).includes('ClaudeSignature');
      const error = { type: 'error', error: { type: 'invalid_request_error', message } };
      return Promise.resolve(isRefused ? Response.json(error, { status: 400 }) : Response.json(MAKERS['anthropic']?.answer));
    });
    for (const { path, body, append } of Object.values(FORMATS)) {
      const history: unknown[] = [{ role: 'user', content: 'question' }];
      const ask = () => router.call('POST', path, { model: MAKERS['anthropic']?.model, ...body(history) });
      history.push(...append(await json(await ask())));
      sent.length = 0;
      const response = await ask();
      expect([response.status, sent.length]).toEqual([200, 2]);
      expect(response.headers.get('x-tributary-adjustments')).toMatch(DROPPED);
    }
  });
});

describe.each(Object.entries(FORMATS))('signatures of Gemini over /%s', (_, { path, body, append }) => {
  it('return with their text and their call, although no call has an id', async () => {
    const parts = [
      { text: 'One moment.', thoughtSignature: 'OfText' },
      { functionCall: { name: 'look', args: { at: 1 } }, thoughtSignature: 'OfCall' },
      { functionCall: { name: 'look', args: { at: 2 } } },
    ];
    const sent: JsonObject[] = [];
    const router = createRouter({ GOOGLE_AI_STUDIO_API_KEY: 'k' }, (_, init) => {
      sent.push(JSON.parse(String(init.body)) as JsonObject);
      return Promise.resolve(Response.json({ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] }));
    });
    const history: unknown[] = [{ role: 'user', content: 'question' }];
    const ask = () => router.call('POST', path, { model: '@google-ai-studio/gemini-3-pro-preview', ...body(history) });
    history.push(...append(await json(await ask())));
    const response = await ask();
    const [, returned] = arrayOf(sent.at(-1)?.['contents']);
    expect(returned).toMatchObject({ role: 'model', parts });
    expect(arrayOf((returned as JsonObject)['parts'])[2]).not.toHaveProperty('thoughtSignature');
    expect(response.headers.get('x-tributary-adjustments') ?? '').not.toMatch(DROPPED);
  });
});

describe('an envelope that is garbled or names no provider', () => {
  const envelopeOf = (content: unknown) => `trb1.${Buffer.from(JSON.stringify(content)).toString('base64url')}`;
  const FORGED = { f: 'anthropic-claude-v1', p: null, m: null, d: 'Forged' };
  const ENVELOPES = ['trb1.', 'trb1.garbled', envelopeOf([]), envelopeOf(FORGED), envelopeOf({ ...FORGED, p: 'other', k: '?' })];
  const HISTORIES: readonly (readonly [path: string, body: (envelope: string) => JsonObject])[] = [
    ['/v1/messages', (signature) => ({ max_tokens: 9, messages: answered([{ type: 'thinking', thinking: 'T', signature }]) })],
    ['/v1/messages', (data) => ({ max_tokens: 9, messages: answered([{ type: 'redacted_thinking', data }]) })],
    [
      '/v1/responses',
      (encrypted) => ({ store: false, input: [{ type: 'reasoning', summary: [], encrypted_content: encrypted }, ...asked()] }),
    ],
    [
      '/v1/chat/completions',
      (data) => ({
        messages: [
          { role: 'user', content: 'a' },
          {
            role: 'assistant',
            content: 'b',
            reasoning_details: [
              { type: 'reasoning.text', text: 'T', signature: data, format: 'anthropic-claude-v1' },
              { type: 'reasoning.encrypted', id: 'rs_1', data, format: 'openai-responses-v1' },
              { type: 'reasoning.encrypted', data, format: 'google-gemini-v1' },
            ],
          },
          ...asked(),
        ],
      }),
    ],
  ];
  const asked = () => [{ role: 'user', content: 'c' }];
  const answered = (thoughts: JsonObject[]) => [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: [...thoughts, { type: 'text', text: 'b' }] },
    ...asked(),
  ];

  it.each(Object.keys(MAKERS))('is sent to no upstream, nor is what is in it: %s', async (name) => {
    const maker = MAKERS[name] as Maker;
    const sent: string[] = [];
    const router = createRouter({ [maker.env]: 'k' }, (_, init) => {
      sent.push(String(init.body));
      return Promise.resolve(Response.json(maker.answer));
    });
    for (const [path, body] of HISTORIES)
      for (const envelope of ENVELOPES) {
        const { status } = await router.call('POST', path, { model: maker.model, ...body(envelope) });
        expect([path, envelope, status, /trb1\.|Forged/.exec(sent.at(-1) ?? 'nothing was sent')]).toEqual([path, envelope, 200, null]);
      }
  });
});
