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

describe('createSchemaCheckStage', () => {
  it('does not change the answer, and reports nothing when it is valid', () => {
    const batches = [[text('{"a":')], [text('"x"'), text('}'), end()]];
    expect(run(batches)).toEqual({ told: [], events: batches.flat() });
  });

  it('reports an invalid answer per choice', () => {
    const batches = [[text('{"a":1}', 0), text('{"a":"x"}', 1), text('[', 2), end('stop', 0), end('stop', 1), end('stop', 2)]];
    expect(run(batches)).toEqual({ told: ['/a is no string', 'it is not JSON'], events: batches.flat() });
  });

  it('fails an invalid answer when another endpoint can be tried', () => {
    const { told, events } = run([[text('{}'), end()]], { canFail: true });
    expect(told).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'choice-error', choice: 0, error: { meaning: 'invalid-output' } });
  });

  it('never fails an answer that cannot be checked', () => {
    const given = { type: 'string', pattern: '^(a+)+$' };
    const { told, events } = run([[text('"aaa"'), end()]], { canFail: true, given });
    expect([told, events.at(-1)]).toEqual([['it could not be checked: a pattern of the schema may take long'], end()]);
  });

  it('reports an empty answer, and does not check a cut answer or a tool call', () => {
    const call: StreamEvent = { type: 'tool-call-delta', choice: 0, index: 0, id: 'c', name: 'look', arguments: '{}' };
    expect(run([[end()]]).told).toEqual(['it is not JSON']);
    expect(run([[text('{'), end('length')]]).told).toEqual([]);
    expect(run([[text('I look.'), call, end('stop')]]).told).toEqual([]);
  });

  it('reports once that an answer of more than 2^20 characters is not checked', () => {
    const half = text(' '.repeat(2 ** 19));
    expect(run([[half, half, half, half, end()]]).told).toEqual(['it is too long to be checked']);
  });
});
