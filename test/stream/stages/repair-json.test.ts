/** Answers that should be JSON and are not, and are to be repaired. */
import { describe, expect, it } from 'vitest';
import { createRepairStage } from '../../../src/stream/stages/repair-json.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';

const text = (piece: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, text: piece });
const end = (reason: 'stop' | 'length' = 'stop', choice = 0): StreamEvent => ({ type: 'choice-end', choice, reason, nativeReason: reason });

/** The events behind the stage, and what it reported. Repairs `bad` to `[]`. */
function pass(...batches: StreamEvent[][]): { events: StreamEvent[]; reports: boolean[] } {
  const reports: boolean[] = [];
  const stage = createRepairStage({
    repair: (given) => (given === 'bad' ? '[]' : null),
    report: (isRepaired) => reports.push(isRepaired),
  });
  return { events: batches.flatMap((events) => stage.push(events)), reports };
}

describe('createRepairStage', () => {
  it('replaces the text of a choice that is no JSON, and reports it', () => {
    expect(pass([text('b')], [text('ad')], [end()])).toEqual({ events: [text('[]'), end()], reports: [true] });
  });

  it('keeps JSON as it came, without a report', () => {
    expect(pass([text('{"a"'), text(': 1}')], [end()])).toEqual({ events: [text('{"a"'), text(': 1}'), end()], reports: [] });
  });

  it('keeps what cannot be repaired, and reports it', () => {
    expect(pass([text('no'), end()])).toEqual({ events: [text('no'), end()], reports: [false] });
  });

  it('repairs each choice by itself', () => {
    expect(pass([text('bad'), text('{}', 1), end(), end('stop', 1)]).events).toEqual([text('[]'), end(), text('{}', 1), end('stop', 1)]);
  });

  it.each<[string, StreamEvent[]]>([
    ['an answer that was cut', [text('bad'), end('length')]],
    ['an answer with a call of a tool', [text('bad'), { type: 'tool-call-delta', choice: 0, index: 0, arguments: '' }, end()]],
    ['an answer that breaks off', [text('bad'), { type: 'end', usage: null }]],
    ['an answer without text', [end()]],
  ])('changes nothing of %s', (_, events) => {
    expect(pass(events)).toEqual({ events, reports: [] });
  });

  it('removes payloads of the upstream that have the text before its repair', () => {
    const start: StreamEvent = {
      type: 'start',
      model: 'm',
      systemFingerprint: null,
      serviceTier: null,
      original: { format: 'f', payload: { content: 'bad' } },
    };
    const [first] = pass([start, text('bad'), end()]).events;
    expect(first).toEqual({ type: 'start', model: 'm', systemFingerprint: null, serviceTier: null });
    expect(pass([start, text('{}'), end()]).events[0]).toBe(start);
  });
});
