import { describe, expect, it } from 'vitest';
import { createCustomToolsStage } from '../../../src/stream/stages/custom-tools.ts';
import { UNLIMITED } from '../../../src/unified/response/answer-budget.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';

const call = (fields: { index?: number; id?: string; name?: string; arguments: string }): StreamEvent => ({
  type: 'tool-call-delta',
  choice: 0,
  index: 0,
  ...fields,
});
const END: StreamEvent = { type: 'choice-end', choice: 0, reason: 'tool_calls', nativeReason: null };

const run = (...events: StreamEvent[]) => createCustomToolsStage(new Set(['patch']), UNLIMITED).push(events);

describe('createCustomToolsStage', () => {
  it('decodes the input of the tools it is given, and of no other', () => {
    expect(
      run(
        call({ id: 'a', name: 'patch', arguments: '' }),
        call({ index: 1, id: 'b', name: 'look', arguments: '{"input"' }),
        call({ arguments: '{"inp' }),
        call({ arguments: 'ut":"*** Beg' }),
        call({ index: 1, arguments: ':"x"}' }),
        call({ arguments: 'in\\nX"}' }),
        END,
      ),
    ).toEqual([
      { ...call({ id: 'a', name: 'patch', arguments: '' }), kind: 'custom' },
      call({ index: 1, id: 'b', name: 'look', arguments: '{"input"' }),
      { ...call({ arguments: '*** Beg' }), kind: 'custom' },
      call({ index: 1, arguments: ':"x"}' }),
      { ...call({ arguments: 'in\nX' }), kind: 'custom' },
      END,
    ]);
  });

  it('returns at the end of the choice what is read as a whole', () => {
    expect(run(call({ id: 'a', name: 'patch', arguments: '{"text": "x"}' }), END)).toEqual([
      { ...call({ id: 'a', name: 'patch', arguments: '' }), kind: 'custom' },
      { ...call({ arguments: 'x' }), kind: 'custom' },
      END,
    ]);
  });

  it('removes the original of an event that it changes', () => {
    const original = { format: 'openai-responses', payload: {} };
    expect(run({ ...call({ id: 'a', name: 'patch', arguments: 'x' }), original } as StreamEvent)[0]).not.toHaveProperty('original');
  });
});
