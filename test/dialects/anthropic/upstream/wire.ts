/** How the Messages API writes its events: the name of each stands before its data too. */
import type { JsonObject } from '../../../../src/lib/json.ts';
import { bytesOf } from '../../replay.ts';

/** One event, framed. */
export const frame = (payload: JsonObject): Uint8Array =>
  bytesOf(`event: ${String(payload['type'])}\ndata: ${JSON.stringify(payload)}\n\n`);

/** The first event. */
export const messageStart = (usage: JsonObject | null = { input_tokens: 9, output_tokens: 1 }, id = 'msg_1'): JsonObject => ({
  type: 'message_start',
  message: {
    id,
    type: 'message',
    role: 'assistant',
    model: 'claude-x',
    content: [],
    stop_reason: null,
    ...(usage === null ? {} : { usage }),
  },
});

/** A block: how it begins, its pieces, its end. */
export const block = (index: number, readFirstContent: JsonObject, ...deltas: JsonObject[]): JsonObject[] => [
  { type: 'content_block_start', index, content_block: readFirstContent },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

/** The last two events. */
export const messageEnd = (
  stopReason: string | null,
  usage: JsonObject | null = { output_tokens: 6 },
  more: JsonObject = {},
): JsonObject[] => [
  { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null, ...more }, ...(usage === null ? {} : { usage }) },
  { type: 'message_stop' },
];

/** Deltas. */
export const textDelta = (text: string): JsonObject => ({ type: 'text_delta', text });
export const jsonDelta = (json: string): JsonObject => ({ type: 'input_json_delta', partial_json: json });
export const thinkingDelta = (thinking: string): JsonObject => ({ type: 'thinking_delta', thinking });
export const signatureDelta = (signature: string): JsonObject => ({ type: 'signature_delta', signature });
