/** Turns a block of a whole answer into events, so that the code that writes a stream writes a body too. */
import type { DeltaEvent } from '../../unified/response/event.ts';
import type { ResultBlock } from '../../unified/response/result.ts';

/** The events that make a block. @param place choice of the block, and its index there, which is also that of a call. */
export function blockEvents(block: ResultBlock, { choice, index }: { choice: number; index: number }): DeltaEvent[] {
  switch (block.type) {
    case 'text': {
      const { text, logprobs } = block;
      return [{ type: 'text-delta', choice, text, ...(logprobs === null ? {} : { logprobs }) }];
    }
    case 'refusal':
      return [{ type: 'refusal-delta', choice, text: block.text }];
    case 'reasoning':
      return [
        { type: 'reasoning-delta', choice, text: block.text },
        ...block.states.map((state) => ({ type: 'reasoning-state', choice, state }) as const),
      ];
    case 'tool-call':
      return [{ ...block, type: 'tool-call-delta', choice, index }];
    default:
      return [{ ...block, choice }];
  }
}
