import { describe, expect, it } from 'vitest';
import { createDecoderShell } from '../../../src/dialects/shared/decoder-shell.ts';
import { RouterError, UnreadableError } from '../../../src/unified/error.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';

const text = (piece: string): StreamEvent => ({ type: 'text-delta', choice: 0, text: piece });
const END: StreamEvent = { type: 'end', usage: null };
const failed = (error: RouterError): StreamEvent => ({ type: 'error', error, usage: null, openChoices: [] });

/** Reads `{"say": events}`. */
const read = (payload: unknown) => (payload as { say: StreamEvent[] }).say;
const say = (...events: StreamEvent[]) => JSON.stringify({ say: events });

describe('createDecoderShell', () => {
  it('reads nothing after the end of an answer', () => {
    const decoder = createDecoderShell(read);
    expect(decoder.push(say(text('a'), END))).toEqual([text('a'), END]);
    expect(decoder.push(say(text('b')))).toEqual([]);
  });

  it('reads nothing after an error, and goes on after one event that cannot be read', () => {
    const outcomes = [new RouterError('provider_unavailable', 'x'), new UnreadableError('provider_unavailable', 'x')].map((error) => {
      const decoder = createDecoderShell((payload) => (payload === 1 ? [failed(error)] : [text('b')]));
      return [...decoder.push('1'), ...decoder.push('2')].map(({ type }) => type);
    });
    expect(outcomes).toEqual([['error'], ['error', 'text-delta']]);
  });

  it('gives the reader null and the text for what is no JSON', () => {
    const seen: unknown[] = [];
    createDecoderShell((...given) => (seen.push(given), [])).push('{"a"');
    expect(seen).toEqual([[null, '{"a"']]);
  });

  it('asks onDone for [DONE], and reads it like any other payload without it', () => {
    expect(createDecoderShell(read, { onDone: () => [END] }).push('[DONE]')).toEqual([END]);
    expect(createDecoderShell((_, raw) => [text(raw)]).push('[DONE]')).toEqual([text('[DONE]')]);
  });
});
