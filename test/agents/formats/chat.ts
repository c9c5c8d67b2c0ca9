/** OpenAI's chat completions as an upstream writes it: as little as a real answer has. */
import { frames, hasCalls, nextId, partsWithoutCustom, promptTokensOf, type Format, type Spoken } from '../reply.ts';

/** OpenAI chat completions, at a provider that is not OpenAI. */
export const chat: Format = {
  model: '@novita/any-model',
  variables: (url) => ({ NOVITA_API_KEY: 'key', NOVITA_BASE_URL: `${url}/chat` }),
  isStream: (body) => body['stream'] === true,
  stream(reply) {
    const chunk = (delta: unknown, finish: string | null = null) => ({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: finish }],
    });
    const said = frames([chunk({ role: 'assistant', content: '' }), chunk(messageOf(reply, true))]);
    const usage = { ...chunk({}), choices: [], usage: chatUsage(reply) };
    return reply.kind === 'cut' ? said : `${said}${frames([chunk({}, chatFinish(reply)), usage])}data: [DONE]\n\n`;
  },
  body: (reply) => ({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', ...messageOf(reply, false) }, finish_reason: chatFinish(reply) }],
    usage: chatUsage(reply),
  }),
  error: (reply) =>
    reply.kind === 'spent'
      ? { status: 402, body: { error: { message: 'Insufficient credit balance', code: 402, type: 'insufficient_quota' } } }
      : {
          status: 400,
          body: {
            error: {
              message: `This model's maximum context length is ${reply.limit} tokens. However, your messages resulted in ${reply.tokens} tokens.`,
              type: 'invalid_request_error',
              code: 'context_length_exceeded',
            },
          },
        },
};

function messageOf(reply: Spoken, isDelta: boolean): Record<string, unknown> {
  const parts = partsWithoutCustom(reply);
  const textOf = (kind: 'text' | 'thinking') => parts.map((part) => (part.kind === kind ? part.text : '')).join('') || null;
  const made = parts.flatMap((part) =>
    part.kind === 'call' ? [{ id: nextId(), type: 'function', function: { name: part.name, arguments: JSON.stringify(part.input) } }] : [],
  );
  const thinking = textOf('thinking');
  return {
    content: textOf('text'),
    ...(thinking === null ? {} : { reasoning_content: thinking }),
    ...(made.length === 0 ? {} : { tool_calls: made.map((call, index) => (isDelta ? { index, ...call } : call)) }),
  };
}

const chatFinish = (reply: Spoken) => (hasCalls(reply) ? 'tool_calls' : 'stop');
const chatUsage = (reply: Spoken) => {
  const prompt = promptTokensOf(reply);
  return { prompt_tokens: prompt, completion_tokens: 9, total_tokens: prompt + 9 };
};
