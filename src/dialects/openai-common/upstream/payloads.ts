/**
 * Parses payloads of chat and legacy streams to chunk objects. Handles `[DONE]`, payloads that are not JSON, errors with HTTP 200, and the
 * first report of the model. The dialect reads the chunk.
 */
import type { RouterError } from '../../../unified/error.ts';
import { errorEvent, type StartEvent, type StreamEvent } from '../../../unified/response/event.ts';
import { textOf, type JsonObject } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../wire.ts';
import type { Decoder } from '../../dialect.ts';
import { createDecoderShell } from '../../shared/decoder-shell.ts';
import { findErrorIn } from './error.ts';
import { orUnreadable } from './speech.ts';
import { readUnreadable } from './unreadable.ts';

/** Reads the chunks of one answer, in order. */
export type ReadChunk = (chunk: JsonObject) => StreamEvent[];

/** Finds the error in a payload that came with HTTP 200; null when there is none. */
export type FindError = (payload: JsonObject) => RouterError | null;

/** A decoder of SSE payloads around a reader of chunks. */
export function createPayloadDecoder(readChunk: ReadChunk, findError: FindError = findErrorIn): Decoder {
  // An error is not final here: the guard decides, and the next chunk may contain the usage.
  const isLast = ({ type }: StreamEvent) => type === 'end';
  return createDecoderShell(withStart(readChunk, findError), { onDone: () => [{ type: 'end', usage: null }], isLast });
}

/** A whole answer in one document, read like a stream of one chunk. */
export function decodeDocument(body: unknown, readChunk: ReadChunk, findError: FindError = findErrorIn): StreamEvent[] {
  const read = withStart(readChunk, findError);
  const events = orUnreadable(() => read(body, typeof body === 'string' ? body : ''));
  return events.some((event) => event.type === 'error') ? events : [...events, { type: 'end', usage: null }];
}

/** A reader of chunks that also reads errors and the first report of the model. */
export function withStart(readChunk: ReadChunk, findError: FindError): (chunk: unknown, payload: string) => StreamEvent[] {
  let started = false;
  return (chunk, payload) => {
    if (!isObject(chunk)) return [errorEvent(readUnreadable(payload === '' ? chunk : payload))];
    const error = findError(chunk);
    // The usage beside an error is what the failed answer cost so far.
    if (error !== null) return [...readChunk({ ...chunk, choices: [] }), errorEvent(error)];
    const events = readChunk(chunk);
    const start = started ? null : readStart(chunk);
    if (start === null) return events;
    started = true;
    return [start, ...events];
  };
}

function readStart(chunk: WireObject): StartEvent | null {
  const model = textOf(chunk.model);
  if (model === null) return null; // Azure's first chunk has an empty one
  return { type: 'start', model, systemFingerprint: textOf(chunk.system_fingerprint), serviceTier: textOf(chunk.service_tier) };
}
