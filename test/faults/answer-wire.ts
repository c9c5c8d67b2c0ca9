/** The one answer that every scripted upstream gives, and how it looks on the wire in OpenAI's chat format. Serves nothing. */

/** The text of every upstream, unless a row sets another. Characters of 1, 2, 3 and 4 bytes. */
export const TEXT =
  'The river 川 rises über den Hügeln, carries 🌊 after 🌊 down to the plain, and nobody who drinks from it — not the heron, ' +
  'not the miller, not the child — asks where the water was yesterday.';

/** Begins like {@link TEXT} and goes another way before any fault strikes: no continuation of it. */
export const OTHER_TEXT = 'The river 川 rises slowly in spring, and in autumn it 🌊 falls again, as rivers do everywhere.';

/** Pieces of {@link TEXT} that come before a fault in the middle; the next one is a character of four bytes. */
export const PIECES_BEFORE_FAULT = 8;

/** Tokens of every prompt, as the upstreams count them. */
const PROMPT_TOKENS = 11;

/** A text as it is streamed: words with the space behind them, so that a cut always leaves a space at the end. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/\S+\s*/g) ?? [];
}

const HEAD = { id: 'chatcmpl-scripted', created: 1_790_000_000 };

function frame(model: string, fields: object): string {
  return `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', model, ...fields })}\n\n`;
}

const choice = (delta: object, reason: string | null = null) => ({ choices: [{ index: 0, delta, finish_reason: reason }] });

/** The first chunk of a stream, which has no content. */
export const roleFrame = (model: string): string => frame(model, choice({ role: 'assistant', content: '' }));

/** A chunk with content. */
export const contentFrame = (model: string, text: string): string => frame(model, choice({ content: text }));

/** A chunk with the first half of a tool call. */
export const toolCallFrame = (model: string): string =>
  frame(
    model,
    choice({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look_up', arguments: '{"place":' } }] }),
  );

/** The chunk with the finish reason, and the one with the usage after it. */
export const finishFrames = (model: string, completionTokens: number): string =>
  frame(model, choice({}, 'stop')) + frame(model, { choices: [], usage: usageOf(completionTokens) });

/** What ends a stream that succeeded. */
export const DONE_FRAME = 'data: [DONE]\n\n';

function usageOf(completionTokens: number): object {
  return { prompt_tokens: PROMPT_TOKENS, completion_tokens: completionTokens, total_tokens: PROMPT_TOKENS + completionTokens };
}

/** A whole answer, not streamed. */
export function wholeBody(model: string, pieces: readonly string[]): string {
  const message = { role: 'assistant', content: pieces.join('') };
  return JSON.stringify({
    ...HEAD,
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: usageOf(pieces.length),
  });
}

/** An error in OpenAI's shape. */
export function errorJson(message: string, fields: { type?: string; code?: string | number | null; param?: string | null } = {}): string {
  return JSON.stringify({ error: { message, type: 'server_error', param: null, code: null, ...fields } });
}
