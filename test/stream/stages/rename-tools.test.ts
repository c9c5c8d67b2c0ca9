/** What rendering wrote otherwise, turned back in the answer. */
import { describe, expect, it } from 'vitest';
import { createRenameToolsStage } from '../../../src/stream/stages/rename-tools.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';

const call = (index: number, given: string, name?: string): StreamEvent =>
  name === undefined
    ? { type: 'tool-call-delta', choice: 0, index, arguments: given }
    : { type: 'tool-call-delta', choice: 0, index, id: `id-${index}`, name, arguments: given };
const end = (reason: 'tool_calls' | 'length'): StreamEvent => ({ type: 'choice-end', choice: 0, reason, nativeReason: 'tool_use' });

describe('createRenameToolsStage answer tool', () => {
  it('becomes the text of the answer, which then is complete', () => {
    const stage = createRenameToolsStage({ answerTool: 'json' });
    expect(stage.push([call(0, '{"a":', 'json'), call(0, '1}'), end('tool_calls')])).toEqual([
      { type: 'text-delta', choice: 0, text: '{"a":' },
      { type: 'text-delta', choice: 0, text: '1}' },
      { type: 'choice-end', choice: 0, reason: 'stop', nativeReason: 'tool_use' },
    ]);
  });

  it('keeps the finish reason of a cut answer', () => {
    const stage = createRenameToolsStage({ answerTool: 'json' });
    expect(stage.push([call(0, '{"a":', 'json'), end('length')]).at(-1)).toMatchObject({ reason: 'length' });
  });

  it('does not change other tools or their finish reason', () => {
    const stage = createRenameToolsStage({ answerTool: 'json' });
    const events = [call(0, '{}', 'look'), end('tool_calls')];
    expect(stage.push(events)).toEqual(events);
  });
});

describe('createRenameToolsStage answer tool beside other tools', () => {
  it.each([
    { order: ['json', 'look', 'walk'], places: [0, 1] },
    { order: ['look', 'json', 'walk'], places: [0, 1] },
    { order: ['look', 'walk', 'json'], places: [0, 1] },
  ])('leaves no gap in their indexes: $order', ({ order, places }) => {
    const stage = createRenameToolsStage({ answerTool: 'json' });
    const pieces = stage.push([...order.map((name, index) => call(index, '', name)), ...order.map((_, index) => call(index, '{}'))]);
    const calls = pieces.filter((event) => event.type === 'tool-call-delta');
    expect(calls.map(({ index }) => index)).toEqual([...places, ...places]);
    expect(pieces.filter(({ type }) => type === 'text-delta')).toHaveLength(2);
  });

  it('counts the calls of each choice separately', () => {
    const stage = createRenameToolsStage({ answerTool: 'json' });
    const pieces = [0, 1].flatMap((choice) =>
      [0, 1].map((index): StreamEvent => ({ ...call(index, '{}', index === choice ? 'json' : 'look'), choice }) as StreamEvent),
    );
    expect(stage.push(pieces).map((event) => ('index' in event ? event.index : event.type))).toEqual(['text-delta', 0, 0, 'text-delta']);
  });
});

it('createRenameToolsStage restores the names of the client', () => {
  const stage = createRenameToolsStage({ toolNames: { get_it: 'get-it' } });
  expect(stage.push([call(0, '', 'get_it'), call(0, '{}'), call(1, '', 'other'), call(2, '', 'constructor')])).toEqual([
    call(0, '', 'get-it'),
    call(0, '{}'),
    call(1, '', 'other'),
    call(2, '', 'constructor'),
  ]);
});
