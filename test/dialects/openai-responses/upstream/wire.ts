/** How OpenAI's Responses format writes answers: the items of a stream, event by event, and the response that holds them all. */
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { AnswerPart, WrittenAnswer } from '../../wire-writer.ts';

/** An event of a stream, without its number in the sequence. */
export const responseEvent = (type: string, fields: JsonObject = {}): JsonObject => ({ type: `response.${type}`, ...fields });

/** Fields of the response that every event with a response has. */
const ABOUT = { id: 'resp_1', object: 'response', created_at: 1_700_000_000, model: 'gpt-5.4-2026-03-05', error: null, metadata: {} };

/** The complete item of one part of an answer. */
export function itemOf(said: AnswerPart, index: number): JsonObject {
  const text = said.pieces.join('');
  switch (said.kind) {
    case 'text': {
      const content = [{ type: 'output_text', annotations: [], logprobs: [], text }];
      return { id: `msg_${index}`, type: 'message', status: 'completed', role: 'assistant', content };
    }
    case 'reasoning': {
      const encrypted = said.signature === undefined ? {} : { encrypted_content: said.signature };
      return { id: `rs_${index}`, type: 'reasoning', summary: [{ type: 'summary_text', text }], ...encrypted };
    }
    case 'tool':
      return {
        id: `fc_${index}`,
        type: 'function_call',
        status: 'completed',
        call_id: said.id,
        name: said.name,
        arguments: text === '' ? '{}' : text,
      };
  }
}

/** The events of one part of an answer, from its first to its last. */
export function eventsOf(said: AnswerPart, index: number): JsonObject[] {
  const item = itemOf(said, index);
  const at = { item_id: item['id'], output_index: index };
  const opened: JsonObject = { ...item, status: 'in_progress' };
  const pieces = (type: string, more: JsonObject): JsonObject[] =>
    said.pieces.map((delta) => responseEvent(type, { ...at, ...more, delta }));
  const frame = (emptied: JsonObject, inner: JsonObject[]) => [
    responseEvent('output_item.added', { output_index: index, item: { ...opened, ...emptied } }),
    ...inner,
    responseEvent('output_item.done', { output_index: index, item }),
  ];
  const text = said.pieces.join('');
  switch (said.kind) {
    case 'text': {
      const [content] = item['content'] as JsonObject[];
      return frame({ content: [] }, [
        responseEvent('content_part.added', { ...at, content_index: 0, part: { ...content, text: '' } }),
        ...pieces('output_text.delta', { content_index: 0, logprobs: [], obfuscation: 'xyz' }),
        responseEvent('output_text.done', { ...at, content_index: 0, text, logprobs: [] }),
        responseEvent('content_part.done', { ...at, content_index: 0, part: content }),
      ]);
    }
    case 'reasoning':
      return frame({ summary: [] }, [
        responseEvent('reasoning_summary_part.added', { ...at, summary_index: 0, part: { type: 'summary_text', text: '' } }),
        ...pieces('reasoning_summary_text.delta', { summary_index: 0 }),
        responseEvent('reasoning_summary_text.done', { ...at, summary_index: 0, text }),
        responseEvent('reasoning_summary_part.done', { ...at, summary_index: 0, part: { type: 'summary_text', text } }),
      ]);
    case 'tool':
      return frame({ arguments: '' }, [
        ...pieces('function_call_arguments.delta', {}),
        responseEvent('function_call_arguments.done', { ...at, arguments: item['arguments'] }),
      ]);
  }
}

/** Finish words that are not the status itself but why it is incomplete. */
const REASONS = new Set<string | null>(['max_output_tokens', 'content_filter']);

/** The response, ended in this way. */
export function responseOf({ said, finish, usage }: WrittenAnswer): JsonObject {
  const isCut = REASONS.has(finish);
  return {
    ...ABOUT,
    status: isCut ? 'incomplete' : (finish ?? 'in_progress'),
    incomplete_details: isCut ? { reason: finish } : null,
    output: said.map(itemOf),
    usage: usage && {
      input_tokens: usage.prompt,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: usage.completion,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.prompt + usage.completion,
    },
  };
}

/** The events of an answer. */
export function streamOf(answer: WrittenAnswer): JsonObject[] {
  const response = responseOf(answer);
  const opening = { response: { ...response, status: 'in_progress', incomplete_details: null, output: [], usage: null } };
  const last = ['incomplete', 'failed'].includes(String(response['status'])) ? String(response['status']) : 'completed';
  return [
    responseEvent('created', opening),
    responseEvent('in_progress', opening),
    ...answer.said.flatMap(eventsOf),
    ...(answer.finish === null ? [] : [responseEvent(last, { response })]),
  ].map((event, number) => ({ ...event, sequence_number: number }));
}
