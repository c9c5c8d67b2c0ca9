/** Anthropic's Messages API as an upstream writes it: as little as a real answer has. */
import { hasCalls, namedFrames, nextId, partsWithoutCustom, promptTokensOf, SEAL, type Format } from '../reply.ts';

/** Anthropic's Messages API. */
export const anthropic: Format = {
  model: '@anthropic/claude-sonnet-4-5',
  variables: (url) => ({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: `${url}/anthropic` }),
  isStream: (body) => body['stream'] === true,
  stream(reply) {
    const {
      content,
      stop_reason: reason,
      ...message
    } = anthropic.body(reply) as { content: Record<string, unknown>[] } & Record<string, unknown>;
    const blocks = content.map((block, index) => [
      { type: 'content_block_start', index, content_block: emptyBlock(block) },
      ...deltasOf(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]);
    const end = [
      { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ];
    const start = {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { input_tokens: promptTokensOf(reply), output_tokens: 0 } },
    };
    return namedFrames(reply.kind === 'cut' ? [start, ...blocks.flat().slice(0, -1)] : [start, ...blocks.flat(), ...end]);
  },
  body: (reply) => ({
    id: 'msg_up',
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: partsWithoutCustom(reply).map((part) => {
      if (part.kind === 'call') return { type: 'tool_use', id: nextId(), name: part.name, input: part.input };
      return part.kind === 'thinking' ? { type: 'thinking', thinking: part.text, signature: SEAL } : { type: 'text', text: part.text };
    }),
    stop_reason: hasCalls(reply) ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: promptTokensOf(reply), output_tokens: 9 },
  }),
  error: (reply) =>
    reply.kind === 'spent'
      ? anthropicError(402, 'billing_error', 'Your credit balance is too low to access the Anthropic API.')
      : anthropicError(400, 'invalid_request_error', `prompt is too long: ${reply.tokens} tokens > ${reply.limit} maximum`),
};

const emptyBlock = (block: Record<string, unknown>) =>
  block['type'] === 'tool_use'
    ? { ...block, input: {} }
    : block['type'] === 'thinking'
      ? { ...block, thinking: '', signature: '' }
      : { ...block, text: '' };

function deltasOf(block: Record<string, unknown>) {
  if (block['type'] === 'tool_use') return [{ type: 'input_json_delta', partial_json: JSON.stringify(block['input']) }];
  if (block['type'] === 'text') return [{ type: 'text_delta', text: block['text'] }];
  return [
    { type: 'thinking_delta', thinking: block['thinking'] },
    { type: 'signature_delta', signature: block['signature'] },
  ];
}

const anthropicError = (status: number, type: string, message: string) => ({
  status,
  body: { type: 'error', error: { type, message }, request_id: 'req_up' },
});
