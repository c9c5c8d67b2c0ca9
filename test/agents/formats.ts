/** Four wire formats of upstreams, written by hand: as little as a real answer has, and nothing of `src/`. */
import { frames, namedFrames, promptTokensOf, type Format, type Spoken } from './reply.ts';

let calls = 0;
const nextId = () => `call_${++calls}`;

/** OpenAI chat completions, at a provider that is not OpenAI. */
const chat: Format = {
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
  if (reply.kind !== 'call') return { content: reply.text };
  const call = { id: nextId(), type: 'function', function: { name: reply.name, arguments: JSON.stringify(reply.input) } };
  return { content: null, tool_calls: [isDelta ? { index: 0, ...call } : call] };
}

const chatFinish = ({ kind }: Spoken) => (kind === 'call' ? 'tool_calls' : 'stop');
const chatUsage = (reply: Spoken) => {
  const prompt = promptTokensOf(reply);
  return { prompt_tokens: prompt, completion_tokens: 9, total_tokens: prompt + 9 };
};

/** Gemini's API. */
const gemini: Format = {
  model: '@google-ai-studio/gemini-2.5-flash',
  variables: (url) => ({ GOOGLE_AI_STUDIO_API_KEY: 'key', GOOGLE_AI_STUDIO_BASE_URL: `${url}/gemini` }),
  isStream: (_, path) => path.includes('streamGenerateContent'),
  stream: (reply) => frames([geminiPayload(reply)]),
  body: geminiPayload,
  error: (reply) =>
    reply.kind === 'spent'
      ? { status: 402, body: { error: { code: 402, message: 'Your prepayment credits are depleted.', status: 'RESOURCE_EXHAUSTED' } } }
      : {
          status: 400,
          body: {
            error: {
              code: 400,
              message: `The input token count (${reply.tokens}) exceeds the maximum number of tokens allowed (${reply.limit}).`,
              status: 'INVALID_ARGUMENT',
            },
          },
        },
};

function geminiPayload(reply: Spoken): Record<string, unknown> {
  const part =
    reply.kind === 'call' ? { functionCall: { name: reply.name, args: reply.input }, thoughtSignature: 'c2lnbmVk' } : { text: reply.text };
  const prompt = promptTokensOf(reply);
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [part] }, ...(reply.kind === 'cut' ? {} : { finishReason: 'STOP' }) }],
    ...(reply.kind === 'cut' ? {} : { usageMetadata: { promptTokenCount: prompt, candidatesTokenCount: 9, totalTokenCount: prompt + 9 } }),
    modelVersion: 'gemini',
  };
}

/** Anthropic's Messages API. */
const anthropic: Format = {
  model: '@anthropic/claude-sonnet-4-5',
  variables: (url) => ({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: `${url}/anthropic` }),
  isStream: (body) => body['stream'] === true,
  stream(reply) {
    const message = { ...anthropic.body(reply), content: [], stop_reason: null };
    const isCall = reply.kind === 'call';
    const block = isCall ? { type: 'tool_use', id: nextId(), name: reply.name, input: {} } : { type: 'text', text: '' };
    const delta = isCall
      ? { type: 'input_json_delta', partial_json: JSON.stringify(reply.input) }
      : { type: 'text_delta', text: reply.text };
    const said = [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: block },
      { type: 'content_block_delta', index: 0, delta },
    ];
    const end = [
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: isCall ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ];
    return namedFrames(reply.kind === 'cut' ? said : [...said, ...end]);
  },
  body: (reply) => ({
    id: 'msg_up',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [
      reply.kind === 'call' ? { type: 'tool_use', id: nextId(), name: reply.name, input: reply.input } : { type: 'text', text: reply.text },
    ],
    stop_reason: reply.kind === 'call' ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: promptTokensOf(reply), output_tokens: 9 },
  }),
  error: (reply) =>
    reply.kind === 'spent'
      ? anthropicError(402, 'billing_error', 'Your credit balance is too low to access the Anthropic API.')
      : anthropicError(400, 'invalid_request_error', `prompt is too long: ${reply.tokens} tokens > ${reply.limit} maximum`),
};

const anthropicError = (status: number, type: string, message: string) => ({
  status,
  body: { type: 'error', error: { type, message }, request_id: 'req_up' },
});

/** OpenAI's Responses API. */
const responses: Format = {
  model: '@openai/gpt-5.5',
  variables: (url) => ({ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: `${url}/responses` }),
  isStream: (body) => body['stream'] === true,
  stream(reply) {
    const { output, ...whole } = responses.body(reply);
    const [item] = output as [Record<string, unknown>];
    const open = { ...whole, status: 'in_progress', output: [], usage: null };
    const said = [
      { type: 'response.created', response: open },
      {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...item, status: 'in_progress', ...(reply.kind === 'call' ? { arguments: '' } : { content: [] }) },
      },
      ...(reply.kind === 'call'
        ? [{ type: 'response.function_call_arguments.delta', output_index: 0, item_id: item['id'], delta: item['arguments'] }]
        : [
            {
              type: 'response.content_part.added',
              output_index: 0,
              content_index: 0,
              item_id: item['id'],
              part: { type: 'output_text', text: '', annotations: [] },
            },
            { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: item['id'], delta: reply.text, logprobs: [] },
          ]),
    ];
    const end = [
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: { ...whole, output } },
    ];
    return namedFrames((reply.kind === 'cut' ? said : [...said, ...end]).map((payload, index) => ({ ...payload, sequence_number: index })));
  },
  body: (reply) => ({
    id: 'resp_up',
    object: 'response',
    created_at: 1,
    model: 'gpt-x',
    status: 'completed',
    output: [
      reply.kind === 'call'
        ? {
            type: 'function_call',
            id: 'fc_up',
            call_id: nextId(),
            name: reply.name,
            arguments: JSON.stringify(reply.input),
            status: 'completed',
          }
        : {
            type: 'message',
            id: 'msg_up',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: reply.text, annotations: [] }],
          },
    ],
    usage: {
      input_tokens: promptTokensOf(reply),
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: promptTokensOf(reply) + 9,
    },
  }),
  error: (reply) =>
    reply.kind === 'spent'
      ? {
          status: 429,
          body: {
            error: { message: 'You exceeded your current quota.', type: 'insufficient_quota', code: 'insufficient_quota', param: null },
          },
        }
      : {
          status: 400,
          body: {
            error: {
              message: 'Your input exceeds the context window of this model.',
              type: 'invalid_request_error',
              code: 'context_length_exceeded',
              param: 'input',
            },
          },
        },
};

/** The formats by name. */
export const FORMATS = { chat, gemini, anthropic, responses } as const;

/** Name of a format. */
export type FormatName = keyof typeof FORMATS;
