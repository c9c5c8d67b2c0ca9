/** When a choice ends, and why, for any number of finish events of the upstream. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFinishStage } from '../../../src/stream/stages/finish.ts';
import { createGuard } from '../../../src/stream/stages/guard.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import { anyEvent, call, END, ended, failed, reasoning, text } from '../events.ts';

function play(...events: StreamEvent[]) {
  const defaults: string[] = [];
  const stage = createFinishStage((reason) => defaults.push(reason));
  // One batch for each event, so that nothing rests on how they arrive.
  return { events: events.flatMap((event) => stage.push([event])), defaults, stage };
}

describe('createFinishStage', () => {
  it('holds the finish until the answer ends, and uses the last one', () => {
    const { events, defaults } = play(text('one '), ended(0, 'stop'), text('two'), ended(0, 'length'), END);
    expect(events).toEqual([text('one '), text('two'), ended(0, 'length'), END]);
    expect(defaults).toEqual([]);
  });

  it('keeps a finish when only content follows it', () => {
    expect(play(ended(0, 'stop', 'STOP'), text('two'), END).events).toEqual([text('two'), ended(0, 'stop', 'STOP'), END]);
  });

  it('releases the finish before a later error, and when the upstream just ends', () => {
    expect(play(text('a'), ended(), failed()).events.map(({ type }) => type)).toEqual(['text-delta', 'choice-end', 'error']);
    const { stage } = play(text('a'), ended());
    expect(stage.end()).toEqual([ended(), END]);
  });

  it('drops the finish of a choice that fails', () => {
    const error: StreamEvent = { type: 'choice-error', choice: 0, error: failed().error };
    expect(play(text('a'), ended(), error, END).events).toEqual([text('a'), error, END]);
  });

  it('reports hasFinished before the finish is released', () => {
    const { stage } = play(text('a'), text('b', 1), ended(1));
    expect([0, 1, 2].map((choice) => stage.hasFinished(choice))).toEqual([false, true, false]);
  });
});

describe('createFinishStage with the only stop sequence that was sent', () => {
  const play = (onlyStop: string | null, finish: StreamEvent) => {
    const stage = createFinishStage(() => undefined, undefined, onlyStop);
    return [...stage.push([text('a'), finish]), ...stage.push([END])][1];
  };

  it.each(['stop_sequence', 'STOP_SEQUENCE'])('names it where the upstream says only that one was found: %s', (native) => {
    expect(play('\n', ended(0, 'stop', native))).toEqual({ ...ended(0, 'stop', native), stopSequence: '\n' });
  });

  it('names none where the upstream names it, ended otherwise, or several were sent', () => {
    const named = { ...ended(0, 'stop', 'stop_sequence'), stopSequence: 'x' };
    expect(play('\n', named)).toEqual(named);
    expect(play('\n', ended(0, 'stop', 'end_turn'))).toEqual(ended(0, 'stop', 'end_turn'));
    expect(play(null, ended(0, 'stop', 'stop_sequence'))).toEqual(ended(0, 'stop', 'stop_sequence'));
  });
});

describe('createFinishStage without a finish, ended on purpose', () => {
  it.each<[string, StreamEvent[], string]>([
    ['text has stopped', [text('a')], 'stop'],
    [
      'whole calls calls them',
      [text('a'), call(0, { id: 'c', name: 'f', arguments: '{"a":"}' }), call(0, { arguments: '{"}' })],
      'tool_calls',
    ],
    ['a call without arguments calls it', [call(0, { id: 'c', name: 'f' })], 'tool_calls'],
  ])('adds a finish after %s', (_, said, reason) => {
    const { events, defaults } = play(...said, END);
    expect(events.slice(-2)).toEqual([{ type: 'choice-end', choice: 0, reason, nativeReason: null }, END]);
    expect(defaults).toEqual([reason]);
  });

  it.each<[string, StreamEvent[]]>([
    ['thinking alone', [reasoning('hm')]],
    ['a call that is cut', [text('a'), call(0, { id: 'c', name: 'f', arguments: '{"a":[1' })]],
    ['a string that is cut', [call(0, { id: 'c', name: 'f', arguments: '{"a":"\\"}' })]],
    ['nothing', []],
  ])('adds none after %s', (_, said) => {
    const { events, defaults } = play(...said, END);
    expect(events.some(({ type }) => type === 'choice-end')).toBe(false);
    expect(defaults).toEqual([]);
  });

  it('reports the default once for all choices', () => {
    const { events, defaults } = play(text('a', 1), text('b', 0), text('c', 2), ended(1, 'length'), END);
    expect(events.slice(3).map((event) => ('choice' in event ? event.choice : null))).toEqual([0, 1, 2, null]);
    expect(defaults).toEqual(['stop']);
  });

  it('adds none when the upstream just ends', () => {
    const { stage } = play(text('a'));
    expect(stage.end()).toEqual([END]);
  });
});

describe('createFinishStage tool arguments', () => {
  it.each([[['']], [['', '']], [[' ', '\n']], [['null']], [['nu', 'll', ' ']]])('%j become {}', (pieces) => {
    const { events } = play(
      call(0, { id: 'c', name: 'f' }),
      ...pieces.map((piece) => call(0, { arguments: piece })),
      ended(0, 'tool_calls'),
      END,
    );
    expect(events).toEqual([call(0, { id: 'c', name: 'f' }), call(0, { arguments: '{}' }), ended(0, 'tool_calls'), END]);
  });

  it('leaves the input of a custom tool as it is, also an empty one', () => {
    const piece: StreamEvent = { type: 'tool-call-delta', choice: 0, index: 0, id: 'c', name: 'f', kind: 'custom', arguments: '' };
    expect(play(piece, ended(0, 'tool_calls'), END).events).toEqual([piece, ended(0, 'tool_calls'), END]);
    expect(play(piece, END).events.map(({ type }) => type)).toEqual(['tool-call-delta', 'choice-end', 'end']);
  });

  it('that begin with spaces or letters of null are passed on unchanged', () => {
    const { events } = play(call(0, { id: 'c', name: 'f', arguments: ' ' }), call(0, { arguments: 'nu' }), call(0, { arguments: 'mber' }));
    expect(events).toEqual([call(0, { id: 'c', name: 'f' }), call(0, { arguments: ' number' })]);
  });

  it('are not completed after a cut by the token limit', () => {
    expect(play(call(0, { id: 'c', name: 'f' }), ended(0, 'length'), END).events).toEqual([
      call(0, { id: 'c', name: 'f' }),
      ended(0, 'length'),
      END,
    ]);
  });
});

it('createFinishStage keeps the order of content, loses none, and ends each choice at most once', () => {
  fc.assert(
    fc.property(fc.array(anyEvent.filter(({ type }) => type !== 'error' && type !== 'end')), (given) => {
      const stage = createFinishStage(() => undefined);
      const events = [...stage.push(given), ...stage.end()];
      const texts = (list: readonly StreamEvent[]) => list.filter(({ type }) => type === 'text-delta' || type === 'reasoning-delta');
      expect(texts(events)).toEqual(texts(given));
      const ends = events.flatMap((event) => (event.type === 'choice-end' ? [event.choice] : []));
      expect(new Set(ends).size).toBe(ends.length);
      expect(createGuard('gen', 3).push(events).at(-1)?.type).toMatch(/^(end|error)$/);
    }),
  );
});
