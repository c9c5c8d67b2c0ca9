/** Whole answers with any number of parts of one kind, in the formats of several providers. */
import type { JsonObject } from '../../src/lib/json.ts';

/** A tool call of OpenAI's format. */
export const called = (index: number, more: JsonObject = {}) => ({
  index,
  id: `id-${index}`,
  function: { name: `f${index}`, arguments: '{}' },
  ...more,
});

/** Log probabilities of a token, in OpenAI's format. */
export const token = (index: number) => ({
  token: `t${index}`,
  logprob: -1,
  bytes: [1, 2],
  top_logprobs: [{ token: 'u', logprob: -2, bytes: null }],
});

/** Bodies with so many parts. */
export const BODIES: Readonly<Record<string, readonly [dialect: string, body: (size: number) => JsonObject]>> = {
  'tool calls of openai-chat': [
    'openai-chat',
    (size) => ({ choices: [{ index: 0, message: { tool_calls: list(size, called) }, finish_reason: 'stop' }] }),
  ],
  'choices of openai-chat': [
    'openai-chat',
    (size) => ({ choices: list(size, (index) => ({ index, message: { content: 'x' }, finish_reason: 'stop' })) }),
  ],
  'log probabilities of openai-chat': [
    'openai-chat',
    (size) => ({ choices: [{ index: 0, message: { content: 'x' }, logprobs: { content: list(size, token) }, finish_reason: 'stop' }] }),
  ],
  'citations of openai-chat': ['openai-chat', (size) => ({ citations: list(size, (index) => `https://${index}.example`), choices: [] })],
  'parts of mistral': [
    'mistral',
    (size) => ({ choices: [{ index: 0, message: { content: list(size, () => ({ type: 'reference', reference_ids: [1] })) } }] }),
  ],
  'calls of workers-ai': [
    'workers-ai',
    (size) => ({ response: '', tool_calls: list(size, (index) => ({ name: `f${index}`, arguments: {} })) }),
  ],
  'blocks of anthropic': [
    'anthropic',
    (size) => ({
      type: 'message',
      content: list(size, (index) => ({ type: 'tool_use', id: `i${index}`, name: 'f', input: {} })),
      stop_reason: 'tool_use',
    }),
  ],
  'parts of gemini': [
    'gemini',
    (size) => ({ candidates: [{ content: { parts: list(size, (index) => ({ functionCall: { name: `f${index}`, args: {} } })) } }] }),
  ],
  'images of gemini': ['gemini', (size) => ({ candidates: [{ content: { parts: list(size, () => ({ inlineData: { data: 'x' } })) } }] })],
  'candidates of gemini': ['gemini', (size) => ({ candidates: list(size, (index) => ({ index, content: { parts: [{ text: 'x' }] } })) })],
  'blocks of bedrock': [
    'bedrock',
    (size) => ({
      output: { message: { content: list(size, (index) => ({ toolUse: { toolUseId: `i${index}`, name: 'f', input: {} } })) } },
    }),
  ],
  'calls of cohere': [
    'cohere',
    (size) => ({ message: { tool_calls: list(size, called), citations: list(size, (index) => ({ start: index })) } }),
  ],
  'calls of ollama': ['ollama', (size) => ({ message: { tool_calls: list(size, called) }, done: true, done_reason: 'stop' })],
  'items of openai-responses': [
    'openai-responses',
    (size) => ({
      object: 'response',
      status: 'completed',
      output: list(size, (index) => ({ type: 'function_call', call_id: `i${index}`, name: 'f', arguments: '{}' })),
    }),
  ],
  'annotations of openai-responses': [
    'openai-responses',
    (size) => ({
      object: 'response',
      status: 'completed',
      output: [
        {
          type: 'message',
          content: [{ type: 'output_text', text: 'x', annotations: list(size, (index) => ({ type: 'url_citation', url: `u${index}` })) }],
        },
      ],
    }),
  ],
};

function list<Item>(size: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: size }, (_, index) => make(index));
}
