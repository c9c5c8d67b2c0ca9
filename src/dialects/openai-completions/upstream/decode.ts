/**
 * OpenAI legacy completions, answers of an upstream: payloads and whole bodies become events. Knows no provider, does no I/O.
 *
 * Wire reference: https://platform.openai.com/docs/api-reference/completions (read 2026-08-21). Understood without asking who
 * sends it: usage on the last content chunk (OctoAI), zeros until the last chunk (Ollama), `""` for no finish reason (TGI), a
 * top-level finish reason (Together).
 */
import type { StreamEvent, TextDeltaEvent } from '../../../unified/response/event.ts';
import { arrayOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../../openai-common/wire.ts';
import type { Decoder, DecoderOptions } from '../../dialect.ts';
import { reportUnplaced, UNPLACED_OF_ANSWER, UNPLACED_OF_CHOICE } from '../../openai-common/upstream/answer-fields.ts';
import { choiceIndexes } from '../../openai-common/upstream/choice-index.ts';
import { finishWordOf, readFinish } from '../../openai-common/upstream/finish.ts';
import { decodeLogprobs } from '../../openai-common/upstream/logprobs.ts';
import { createPayloadDecoder, decodeDocument, type ReadChunk } from '../../openai-common/upstream/payloads.ts';
import { speechOf } from '../../openai-common/upstream/speech.ts';
import { decodeUsage, withTier } from '../../openai-common/upstream/usage.ts';

/** Decodes a stream. */
export function createDecoder(options: DecoderOptions): Decoder {
  return createPayloadDecoder(chunkReader(options));
}

/** Decodes a whole answer. */
export function decodeBody(body: unknown, options: DecoderOptions): StreamEvent[] {
  return decodeDocument(body, chunkReader(options));
}

function chunkReader({ quirks, dropped }: DecoderOptions): ReadChunk {
  return (chunk) => {
    const events: StreamEvent[] = [];
    const choices = arrayOf(chunk['choices']);
    reportUnplaced(chunk, UNPLACED_OF_ANSWER, dropped);
    const indexes = choiceIndexes(choices);
    for (const [position, choice] of choices.entries()) {
      if (!isObject(choice)) continue;
      reportUnplaced(choice, UNPLACED_OF_CHOICE, dropped);
      const finishWord = finishWordOf(choice) ?? finishWordOf(chunk);
      readChoice(choice, { index: indexes[position] ?? position, finishWord, events });
    }
    const usage = decodeUsage(chunk['usage'], quirks);
    if (usage !== null) events.push({ type: 'usage', usage: withTier(usage, chunk) });
    return events;
  };
}

type ReadContext = { index: number; finishWord: string | null; events: StreamEvent[] };

function readChoice(choice: WireObject, { index, finishWord, events }: ReadContext): void {
  const reasoning = speechOf(choice.reasoning) ?? speechOf(choice.reasoning_content);
  if (reasoning !== null) events.push({ type: 'reasoning-delta', choice: index, text: reasoning });
  const message = choice.delta ?? choice.message; // of providers that answer as if they had been asked to chat
  const text = speechOf(choice.text) ?? (isObject(message) ? speechOf(message.content) : null) ?? '';
  const logprobs = decodeLogprobs(choice.logprobs);
  if (text !== '' || logprobs !== undefined) {
    const event: TextDeltaEvent = { type: 'text-delta', choice: index, text };
    if (logprobs !== undefined) event.logprobs = logprobs;
    events.push(event);
  }
  const ending = finishWord ?? (isObject(choice.error) ? 'error' : null);
  if (ending !== null) events.push(readFinish(choice, index, ending));
}
