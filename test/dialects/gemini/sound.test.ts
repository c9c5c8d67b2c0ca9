/** Audio of a model: requested and returned in the fields of OpenAI. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSound } from '../../../src/dialects/gemini/sound.ts';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import { fromBase64, toBase64 } from '../../../src/lib/base64.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { rendered, reported } from '../render-input.ts';
import { replayBody, replayEvents } from '../replay.ts';

const TYPE = 'audio/L16;codec=pcm;rate=24000';
const chunk = (parts: JsonObject[], more: JsonObject = {}) => ({ responseId: 'r1', candidates: [{ content: { parts }, ...more }] });
const sound = (data: string) => ({ inlineData: { mimeType: TYPE, data } });

describe('Gemini audio: sound in an answer', () => {
  it('is audio, streamed and whole, and no image', () => {
    const audio = { id: 'audio_r1_0', mime_type: TYPE, transcript: '', data: 'AAECAwQF' };
    const whole = replayBody(geminiUpstream, chunk([sound('AAECAwQF')], { finishReason: 'STOP' }));
    expect(whole.result.choices[0]?.extra).toEqual({ audio });
    const streamed = replayEvents(geminiUpstream, [chunk([sound('AAEC')]), chunk([sound('AwQF')]), chunk([], { finishReason: 'STOP' })]);
    expect(streamed.result.choices[0]?.extra).toEqual({ audio });
  });

  it('in pieces of any length is one base64 text once they are put together', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), (pieces) => {
        const joined = createSound('a');
        const texts = pieces.map((piece) => joined.push(TYPE, toBase64(piece)).data as string);
        const rest = (joined.rest()?.data as string | undefined) ?? '';
        expect([...fromBase64(texts.join('') + rest)]).toEqual(pieces.flatMap((piece) => [...piece]));
      }),
    );
  });

  it('that is no base64 cannot be read', () => {
    expect(replayBody(geminiUpstream, chunk([sound('A=%')], { finishReason: 'STOP' })).error?.message).toContain('no base64');
  });
});

describe('Gemini audio: sound in a request', () => {
  const configOf = (parameters: JsonObject, quirks: string[] = []) => {
    const request = rendered(geminiUpstream, { parameters, quirks });
    return [request.body['generationConfig'], reported(request).map((line) => line.split(' ', 2).join(' '))];
  };
  const voiced = { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } };

  it('names what is to be made, and the voice', () => {
    const asked = { responseModalities: ['audio'], audio: { voice: 'Kore', format: 'pcm16' } };
    expect(configOf(asked)).toEqual([{ responseModalities: ['AUDIO'], speechConfig: voiced }, []]);
  });

  it('of a model that only speaks is asked for always, and another format is reported', () => {
    expect(configOf({ responseModalities: ['text', 'audio'], audio: { voice: 'Kore', format: 'mp3' } }, ['speaks-only'])).toEqual([
      { responseModalities: ['AUDIO'], speechConfig: voiced },
      ['modalities clamped', 'audio.format dropped'],
    ]);
    expect(configOf({}, ['speaks-only'])).toEqual([{ responseModalities: ['AUDIO'] }, ['modalities defaulted']]);
  });
});
