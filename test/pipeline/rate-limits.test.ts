/** Limits of a provider's account reach the client in the headers of its format, and nothing that the provider does not state. */
import { describe, expect, it } from 'vitest';
import { createRouter } from '../http/router.ts';

const ENV = { ANTHROPIC_API_KEY: 'a-key', NOVITA_API_KEY: 'n-key' };
const CHAT = { id: 'x', model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }] };
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [{ type: 'text', text: 'Hi' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 1 },
};
const PATHS = {
  messages: ['/v1/messages', { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }],
  responses: ['/v1/responses', { input: 'Hi' }],
  chat: ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }],
} as const;

/** Headers with limits in an answer to a client, whose provider sends these headers. */
async function limitsAt(
  client: keyof typeof PATHS,
  model: '@novita/m' | '@anthropic/claude-opus-5',
  headers: Record<string, string>,
  status = 200,
) {
  const answer =
    status === 200 ? (model === '@novita/m' ? CHAT : MESSAGE) : { type: 'error', error: { type: 'rate_limit_error', message: 'no' } };
  const [path, body] = PATHS[client];
  const router = createRouter(ENV, () => Promise.resolve(Response.json(answer, { status, headers })));
  const response = await router.call('POST', path, { ...body, model });
  expect(response.status).toBe(status);
  return Object.fromEntries([...response.headers].filter(([name]) => name.includes('ratelimit')));
}

/** The routers of these tests stand still at this time. */
const NOW = 1_700_000_000_000;
const RESET = new Date(NOW + 6000).toISOString();
const ANTHROPIC = {
  'anthropic-ratelimit-requests-limit': '50',
  'anthropic-ratelimit-requests-remaining': '0',
  'anthropic-ratelimit-requests-reset': RESET,
  'anthropic-ratelimit-input-tokens-remaining': '9000',
};
const OPENAI = {
  'x-ratelimit-limit-requests': '50',
  'x-ratelimit-remaining-requests': '0',
  'x-ratelimit-reset-requests': '6s',
  'x-ratelimit-remaining-input-tokens': '9000',
};

describe('limits of an account', () => {
  it.each([
    ['messages', '@anthropic/claude-opus-5', ANTHROPIC, ANTHROPIC],
    ['chat', '@anthropic/claude-opus-5', ANTHROPIC, OPENAI],
    ['messages', '@novita/m', OPENAI, ANTHROPIC],
    ['responses', '@novita/m', OPENAI, OPENAI],
    ['chat', '@novita/m', OPENAI, OPENAI],
  ] as const)('are written for %s as its clients read them, from %s', async (client, model, sent, expected) => {
    expect(await limitsAt(client, model, sent)).toEqual(expected);
  });

  it.each([
    ['messages', '@anthropic/claude-opus-5', ANTHROPIC, ANTHROPIC],
    ['messages', '@novita/m', OPENAI, ANTHROPIC],
    ['chat', '@novita/m', OPENAI, OPENAI],
  ] as const)('are written for %s where the account is limited, from %s', async (client, model, sent, expected) => {
    expect(await limitsAt(client, model, sent, 429)).toEqual(expected);
  });

  it('are left out where they are no numbers, or only a time', async () => {
    const odd = {
      'x-ratelimit-limit-requests': 'many',
      'x-ratelimit-remaining-tokens': '-1',
      'x-ratelimit-reset-tokens': '6s',
      'x-ratelimit-limit': '5',
    };
    expect(await limitsAt('chat', '@novita/m', odd)).toEqual({});
    expect(await limitsAt('messages', '@novita/m', {})).toEqual({});
  });
});
