/** How chat completions write choices: text and what stands beside it are in `delta`, or in `message` of a whole answer. */
import { openaiChatUpstream } from '../../../../src/dialects/openai-chat/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { Piece, Wire } from '../../wire.ts';

function write(path: 'delta' | 'message', { index = 0, text, finish = null, fields }: Piece): JsonObject {
  return {
    ...(index === null ? {} : { index }),
    [path]: { ...(text === undefined ? {} : { content: text }), ...fields },
    logprobs: null,
    finish_reason: finish,
  };
}

export const CHAT_WIRE: Wire = {
  dialect: openaiChatUpstream,
  chunk: (pieces, more) => ({ id: 'c1', object: 'chat.completion.chunk', choices: pieces.map((piece) => write('delta', piece)), ...more }),
  body: (pieces, more) => ({ id: 'c1', object: 'chat.completion', choices: pieces.map((piece) => write('message', piece)), ...more }),
};

/** A chunk with one piece of choice 0, these fields in its delta. */
export const delta = (fields: JsonObject, finish: string | null = null): JsonObject => CHAT_WIRE.chunk([{ fields, finish }]);
