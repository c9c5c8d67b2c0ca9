/**
 * Writes and reads audio output: requested with `modalities` and `audio`, as by OpenAI clients, and returned as `audio`. Audio models return
 * nothing else, and reject text: "Only AUDIO is supported" (https://ai.google.dev/gemini-api/docs/speech-generation,
 * as last known; its answers are `audio/L16;codec=pcm;rate=24000`, which is OpenAI's `pcm16`).
 */
import { fromBase64, toBase64 } from '../../lib/base64.ts';
import { UnreadableError } from '../../unified/error.ts';
import { arrayOf, textOf } from '../../lib/json.ts';
import { isObject, type WireObject } from './wire.ts';
import { SPEAKS_ONLY } from './rules.ts';
import type { WriteContext } from './write-context.ts';

/** Writes `responseModalities` and `speechConfig`. */
export function renderSound(parameters: Readonly<WireObject>, { quirks, log }: WriteContext): WireObject {
  // Clients send "image", the provider requires "IMAGE".
  const asked = arrayOf(parameters.responseModalities).map((kind) => String(kind).toUpperCase());
  const kinds = quirks.includes(SPEAKS_ONLY) ? ['AUDIO'] : asked;
  if (kinds !== asked && asked.join() !== 'AUDIO') {
    const [from, action] = asked.length === 0 ? [{}, 'defaulted' as const] : [{ from: parameters.responseModalities }, 'clamped' as const];
    log.add({ param: 'modalities', action, ...from, to: ['audio'], reason: 'this model answers with sound alone' });
  }
  const { audio } = parameters;
  const voice = isObject(audio) ? textOf(audio.voice) : null;
  const format = isObject(audio) ? textOf(audio.format) : null;
  if (isObject(audio) && voice === null && audio.voice != null)
    log.add({ param: 'audio.voice', action: 'dropped', reason: 'this provider accepts the name of a voice' });
  if (format !== null && format !== 'pcm16') {
    log.add({ param: 'audio.format', action: 'dropped', from: format, reason: 'this provider answers with samples of 16 bits (pcm16)' });
  }
  return {
    ...(kinds.length === 0 ? {} : { responseModalities: kinds }),
    ...(voice === null ? {} : { speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: voice } } } }),
  };
}

/** Joins the audio pieces of one answer: each piece is separate base64, and clients concatenate them. */
export interface Sound {
  /** Returns the field `audio` for a piece. */
  push(mimeType: string, data: string): WireObject;
  /** Returns the rest; null = nothing. */
  rest(): WireObject | null;
}

/** @throws UnreadableError */
function bytesOf(data: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(data);
  } catch {
    throw new UnreadableError('provider_unavailable', 'the upstream sent sound that is no base64');
  }
}

/** @param id id of the audio in the answer. */
export function createSound(id: string): Sound {
  /** Bytes that do not form a group of three yet. */
  let left: Uint8Array<ArrayBuffer> = new Uint8Array();
  let isBegun = false;

  /** Returns the next bytes in groups of three, so that only the end has padding. */
  function whole(data: string): string {
    if (left.length === 0 && !data.includes('=')) return data;
    const bytes = bytesOf(data);
    const all = new Uint8Array(left.length + bytes.length);
    all.set(left);
    all.set(bytes, left.length);
    const end = all.length - (all.length % 3);
    left = all.slice(end);
    return toBase64(all.subarray(0, end));
  }

  return {
    push(mimeType, data) {
      const head = isBegun ? {} : { id, mime_type: mimeType, transcript: '' };
      isBegun = true;
      return { ...head, data: whole(data) };
    },
    rest() {
      const data = left.length === 0 ? null : { data: toBase64(left) };
      left = new Uint8Array();
      return data;
    },
  };
}
