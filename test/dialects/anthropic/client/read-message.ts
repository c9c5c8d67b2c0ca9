/**
 * Reads a stream of Messages as a client does (SDK @anthropic-ai/sdk 1.14.0, MessageStream): events to one message. Stricter than it: throws for
 * whatever the grammar of the format forbids.
 */
import { isObject, type JsonObject } from '../../../../src/lib/json.ts';

/** An event of a stream. */
export type MessageEvent = JsonObject & { type: string };

/** What a stream says. `error`: the error event; null = none. `isComplete`: it ended with `message_stop`. */
export type ReadMessage = { message: JsonObject | null; error: JsonObject | null; isComplete: boolean };

/** The events of a stream. @throws Error for a frame whose two lines do not have the same type, or that is cut. */
export function eventsIn(stream: string): MessageEvent[] {
  if (stream !== '' && !stream.endsWith('\n\n')) throw new Error('the last frame is cut');
  return stream
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => {
      const [, name, data] = /^event: (\w+)\ndata: ([^\n]*)$/.exec(frame) ?? [];
      const event = JSON.parse(data ?? 'null') as MessageEvent | null;
      if (event === null || event.type !== name) throw new Error(`not a frame of the format: ${frame}`);
      return event;
    });
}

const BLOCK_FIELDS: Readonly<Record<string, readonly [block: string, field: string, piece: string]>> = {
  text_delta: ['text', 'text', 'text'],
  thinking_delta: ['thinking', 'thinking', 'thinking'],
  signature_delta: ['thinking', 'signature', 'signature'],
  input_json_delta: ['tool_use', 'json', 'partial_json'], // or server_tool_use
};

/** Makes the message of a stream. @throws Error for an event at a place where the grammar has none. */
export function readMessage(stream: string): ReadMessage {
  const read: ReadMessage = { message: null, error: null, isComplete: false };
  const content: JsonObject[] = [];
  let open: JsonObject | null = null;
  const check = (isRight: boolean, event: MessageEvent) => {
    if (!isRight) throw new Error(`out of place: ${JSON.stringify(event)}`);
  };
  for (const event of eventsIn(stream)) {
    check(read.error === null && !read.isComplete, event);
    if (event.type === 'ping') continue;
    if (event.type === 'error') {
      read.error = event;
      continue;
    }
    check((event.type === 'message_start') === (read.message === null), event);
    switch (event.type) {
      case 'message_start':
        read.message = { ...(event['message'] as JsonObject), content };
        check((read.message['usage'] as JsonObject | null) !== null, event);
        break;
      case 'content_block_start':
        check(open === null && event['index'] === content.length, event);
        open = { ...(event['content_block'] as JsonObject), json: '' };
        content.push(open);
        break;
      case 'content_block_delta': {
        const delta = event['delta'] as MessageEvent;
        const [type, field, piece] = BLOCK_FIELDS[delta.type] ?? ['', '', ''];
        check(open !== null && event['index'] === content.length - 1 && String(open['type']).endsWith(type) && delta[piece] !== '', event);
        if (open !== null) open[field] = String(open[field]) + String(delta[piece]);
        break;
      }
      case 'content_block_stop':
        check(open !== null && event['index'] === content.length - 1, event);
        if (open !== null) closeBlock(open);
        open = null;
        break;
      case 'message_delta': {
        const { type: _, delta, usage, ...rest } = event;
        check(open === null && typeof usage === 'object' && usage !== null, event);
        Object.assign(read.message as JsonObject, delta, rest);
        (read.message as JsonObject)['usage'] = { ...((read.message as JsonObject)['usage'] as JsonObject), ...(usage as JsonObject) };
        break;
      }
      case 'message_stop':
        check((read.message as JsonObject)['stop_reason'] !== null, event);
        read.isComplete = true;
        break;
      default:
        check(false, event);
    }
  }
  for (const block of content) delete block['json'];
  return read;
}

function closeBlock(block: JsonObject): void {
  if (String(block['type']).endsWith('tool_use')) block['input'] = readInput(String(block['json']).trim());
  if (block['type'] === 'text' && block['text'] === '') throw new Error('an empty block of text');
}

/** Arguments that are no object are kept as a text, as a body has them. */
function readInput(json: string): unknown {
  if (json === '' || json === 'null') return {};
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : { invalid_arguments: json };
  } catch {
    return { invalid_arguments: json };
  }
}
