/** The text of an answer against the schema that its provider was not asked to hold to. */
import { describe, expect, it } from 'vitest';
import { createSchemaCheckStage } from '../../../src/stream/stages/schema-check.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const text = (said: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, text: said });
const end = (reason: 'stop' | 'length' | 'tool_calls' = 'stop', choice = 0): StreamEvent => ({
  type: 'choice-end',
  choice,
  reason,
  nativeReason: null,
});

function run(batches: StreamEvent[][], { canFail = false, given = schema as JsonObject } = {}) {
  const told: string[] = [];
  const stage = createSchemaCheckStage({ schema: given, report: (what) => told.push(what), canFail });
  return { told, events: batches.flatMap((batch) => stage.push(batch)) };
}

describe('an answer', () => {
  it('passes as it came, in whatever pieces, and says nothing where it is right', () => {
    const batches = [[text('{"a":')], [text('"x"'), text('}'), end()]];
    expect(run(batches)).toEqual({ told: [], events: batches.flat() });
  });

  it('that is wrong is told, choice by choice', () => {
    const batches = [[text('{"a":1}', 0), text('{"a":"x"}', 1), text('[', 2), end('stop', 0), end('stop', 1), end('stop', 2)]];
    expect(run(batches)).toEqual({ told: ['/a is no string', 'it is no JSON'], events: batches.flat() });
  });

  it('that is wrong fails where another endpoint can be asked', () => {
    const { told, events } = run([[text('{}'), end()]], { canFail: true });
    expect(told).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'choice-error', choice: 0, error: { meaning: 'invalid-output' } });
  });

  it('that nobody can judge never fails', () => {
    const given = { type: 'string', pattern: '^(a+)+$' };
    const { told, events } = run([[text('"aaa"'), end()]], { canFail: true, given });
    expect([told, events.at(-1)]).toEqual([['nobody can say, since a pattern of the schema may take long'], end()]);
  });

  it('that is empty is no JSON; one that was cut or calls a tool is not looked at', () => {
    const call: StreamEvent = { type: 'tool-call-delta', choice: 0, index: 0, id: 'c', name: 'look', arguments: '{}' };
    expect(run([[end()]]).told).toEqual(['it is no JSON']);
    expect(run([[text('{'), end('length')]]).told).toEqual([]);
    expect(run([[text('I look.'), call, end('stop')]]).told).toEqual([]);
  });

  it('of more than a mebi of characters is not checked, and says so once', () => {
    const half = text(' '.repeat(2 ** 19));
    expect(run([[half, half, half, half, end()]]).told).toEqual(['it is too long to be checked']);
  });
});
