import { describe, expect, it } from 'vitest';
import { UNLIMITED } from '../../../src/unified/response/answer-budget.ts';
import { createBlockAccumulator } from '../../../src/unified/response/blocks.ts';
import { isContent, type StreamEvent } from '../../../src/unified/response/event.ts';
import type { ReasoningState } from '../../../src/unified/request/reasoning.ts';
import { call, reasoning, text } from '../../stream/events.ts';

function blocksOf(...events: StreamEvent[]) {
  const accumulator = createBlockAccumulator(UNLIMITED);
  for (const event of events) if (isContent(event)) accumulator.add(event);
  return accumulator.blocks();
}

const state = (data: string): ReasoningState => ({ kind: 'signature', format: 'anthropic-claude-v1', data, provider: null, model: null });
const stateEvent = (data: string): StreamEvent => ({ type: 'reasoning-state', choice: 0, state: state(data) });

describe('createBlockAccumulator', () => {
  it('keeps the order of reasoning, text and calls that alternate', () => {
    const blocks = blocksOf(
      reasoning('on'),
      reasoning('e'),
      stateEvent('s1'),
      text('te'),
      text('xt'),
      call(0, { id: 'a', name: 'f', arguments: '{}' }),
      reasoning('two'),
      stateEvent('s2'),
      call(1, { id: 'b', name: 'g', arguments: '{}' }),
    );
    expect(blocks).toMatchObject([
      { type: 'reasoning', text: 'one', states: [state('s1')] },
      { type: 'text', text: 'text' },
      { type: 'tool-call', id: 'a', arguments: '{}' },
      { type: 'reasoning', text: 'two', states: [state('s2')] },
      { type: 'tool-call', id: 'b', arguments: '{}' },
    ]);
  });

  it('begins a block of reasoning after a state, also where nothing comes between', () => {
    const blocks = blocksOf(reasoning('one'), stateEvent('s1'), reasoning('two'), stateEvent('s2'));
    expect(blocks).toMatchObject([
      { text: 'one', states: [state('s1')] },
      { text: 'two', states: [state('s2')] },
    ]);
  });

  it('joins the pieces of interleaved calls, each at the position where it began', () => {
    const blocks = blocksOf(
      call(0, { id: 'a', name: 'f', arguments: '{"a"' }),
      call(1, { id: 'b', name: 'g', arguments: '{"b":1}' }),
      call(0, { arguments: ':1}' }),
      text('after'),
    );
    expect(blocks).toMatchObject([{ arguments: '{"a":1}' }, { arguments: '{"b":1}' }, { text: 'after' }]);
  });

  it('joins pieces of audio, and keeps images, citations and native fields apart', () => {
    const blocks = blocksOf(
      { type: 'audio', choice: 0, audio: { id: 'x', data: 'AA' } },
      { type: 'image', choice: 0, images: [1] },
      { type: 'audio', choice: 0, audio: { data: 'BB', transcript: 'b' } },
      { type: 'citation', choice: 0, citations: [2] },
      { type: 'native', choice: 0, format: 'cohere', fields: { citations: [3] } },
    );
    expect(blocks).toEqual([
      { type: 'audio', audio: { id: 'x', data: 'AABB', transcript: 'b' } },
      { type: 'image', images: [1] },
      { type: 'citation', citations: [2] },
      { type: 'native', format: 'cohere', fields: { citations: [3] } },
    ]);
  });
});
