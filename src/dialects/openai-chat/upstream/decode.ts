/** Decodes answers of OpenAI chat completions with `openai-common/chat-reader.ts`. */
import type { StreamEvent } from '../../../unified/response/event.ts';
import type { Decoder, DecoderOptions } from '../../dialect.ts';
import { createChatReader } from '../../openai-common/upstream/chat-reader.ts';
import { createPayloadDecoder, decodeDocument } from '../../openai-common/upstream/payloads.ts';

/** Decodes a stream. */
export function createDecoder(options: DecoderOptions): Decoder {
  return createPayloadDecoder(createChatReader(options));
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: DecoderOptions): StreamEvent[] {
  return decodeDocument(body, createChatReader(options));
}
