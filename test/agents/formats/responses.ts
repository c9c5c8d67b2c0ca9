/** OpenAI's Responses API as an upstream writes it: as little as a real answer has. */
import { namedFrames, nextId, partsOf, promptTokensOf, SEAL, type Format, type Part } from '../reply.ts';

/** An id of an answer or of an item: as with OpenAI, none comes twice. */
const idOf = (prefix: string): string => nextId().replace('call', prefix);

/** OpenAI's Responses API. */
export const responses: Format = {
  model: '@openai/gpt-5.5',
  variables: (url) => ({ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: `${url}/responses` }),
  isStream: (body) => body['stream'] === true,
  stream(reply) {
    const whole = responses.body(reply) as { output: Item[] };
    const open = { ...whole, status: 'in_progress', output: [], usage: null };
    const items = whole.output.map((item, index) => [
      { type: 'response.output_item.added', output_index: index, item: emptyItem(item) },
      ...itemEvents(item).map((event) => ({ output_index: index, item_id: item['id'], ...event })),
      { type: 'response.output_item.done', output_index: index, item },
    ]);
    const said = items.flat();
    const payloads: Payload[] = [
      { type: 'response.created', response: open },
      ...(reply.kind === 'cut' ? said.slice(0, -1) : [...said, { type: 'response.completed', response: whole }]),
    ];
    return namedFrames(payloads.map((payload, index) => ({ ...payload, sequence_number: index })));
  },
  body: (reply) => ({
    id: idOf('resp'),
    object: 'response',
    created_at: 1,
    model: 'gpt-x',
    status: 'completed',
    output: partsOf(reply).map((part) => itemOf(part)),
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

type Item = Record<string, unknown>;
type Payload = { type: string; [field: string]: unknown };

function itemOf(part: Part): Item {
  if (part.kind === 'call') {
    const call = { name: part.name, arguments: JSON.stringify(part.input), status: 'completed' };
    return { type: 'function_call', id: idOf('fc'), call_id: nextId(), ...call };
  }
  if (part.kind === 'custom') {
    return { type: 'custom_tool_call', id: idOf('ctc'), call_id: nextId(), name: part.name, input: part.input, status: 'completed' };
  }
  if (part.kind === 'thinking') {
    return { type: 'reasoning', id: idOf('rs'), summary: [{ type: 'summary_text', text: part.text }], encrypted_content: SEAL };
  }
  const content = [{ type: 'output_text', text: part.text, annotations: [] }];
  return { type: 'message', id: idOf('msg'), role: 'assistant', status: 'completed', content };
}

function emptyItem({ type, ...item }: Item): Item {
  if (type === 'reasoning') return { type, ...item, summary: [] };
  if (type === 'custom_tool_call') return { type, ...item, status: 'in_progress', input: '' };
  return { type, ...item, status: 'in_progress', ...(type === 'message' ? { content: [] } : { arguments: '' }) };
}

function itemEvents(item: Item): Payload[] {
  if (item['type'] === 'function_call') {
    const text = item['arguments'];
    return [
      { type: 'response.function_call_arguments.delta', delta: text },
      { type: 'response.function_call_arguments.done', arguments: text },
    ];
  }
  if (item['type'] === 'custom_tool_call') {
    const text = item['input'];
    return [
      { type: 'response.custom_tool_call_input.delta', delta: text },
      { type: 'response.custom_tool_call_input.done', input: text },
    ];
  }
  const [part] = (item['summary'] ?? item['content']) as [{ text: string }];
  if (item['type'] === 'reasoning') {
    const at = { summary_index: 0 };
    return [
      { type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } },
      { type: 'response.reasoning_summary_text.delta', ...at, delta: part.text },
      { type: 'response.reasoning_summary_text.done', ...at, text: part.text },
      { type: 'response.reasoning_summary_part.done', ...at, part },
    ];
  }
  const at = { content_index: 0 };
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
    { type: 'response.output_text.delta', ...at, delta: part.text, logprobs: [] },
    { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
  ];
}
