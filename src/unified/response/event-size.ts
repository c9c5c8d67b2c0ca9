/** Estimates the memory size of events, for the budget of an answer. In bytes; a UTF-16 unit of text counts as one byte. */
import { ENTRY_BYTES, sizeOf } from './answer-budget.ts';
import type { StreamEvent, TokenLogprob } from './event.ts';

/** Returns the size of log probabilities. */
export function sizeOfLogprobs(tokens: readonly TokenLogprob[] | undefined): number {
  let bytes = 0;
  for (const { token, bytes: own, top } of tokens ?? []) {
    bytes += ENTRY_BYTES + token.length + 8 * (own?.length ?? 0);
    for (const one of top) bytes += ENTRY_BYTES + one.token.length + 8 * (one.bytes?.length ?? 0);
  }
  return bytes;
}

/** Returns the size of the content of an event and of its original, without the event object itself. */
export function sizeOfContent(event: StreamEvent): number {
  const original = 'original' in event && event.original !== undefined ? sizeOf(event.original.payload) : 0;
  return original + sizeOfFields(event);
}

function sizeOfFields(event: StreamEvent): number {
  switch (event.type) {
    case 'text-delta':
    case 'refusal-delta':
      return event.text.length + sizeOfLogprobs(event.logprobs);
    case 'reasoning-delta':
      return event.text.length + (event.details === undefined ? 0 : sizeOf(event.details));
    case 'tool-call-delta':
      return (
        event.arguments.length + (event.id?.length ?? 0) + (event.name?.length ?? 0) + (event.extra === undefined ? 0 : sizeOf(event.extra))
      );
    case 'reasoning-state':
      return event.state.data.length + (event.details === undefined ? 0 : sizeOf(event.details));
    case 'image':
      return sizeOf(event.images);
    case 'audio':
      return sizeOf(event.audio);
    case 'citation':
      return sizeOf(event.citations);
    case 'native':
      return event.fields === event.original?.payload ? 0 : sizeOf(event.fields);
    default:
      return 0;
  }
}
