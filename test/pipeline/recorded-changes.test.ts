/** What is recorded of changes: names of fields, numbers and booleans, and nothing that a client wrote as a text. */
import { describe, expect, it } from 'vitest';
import { changesOf, MAX_CHANGES } from '../../src/pipeline/recorded-changes.ts';
import type { Adjustment } from '../../src/unified/adjustment.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { prepared, requestFor } from '../fitting/sent.ts';

const ENDPOINT = prepared(requestFor('chat', '@openrouter/x', {}));
const SECRET = 'my-secret-4111111111111111';

function recordedOf(adjustments: readonly Partial<Adjustment>[], names: Record<string, string> = {}, operation: Operation = 'chat') {
  const complete = adjustments.map((one): Adjustment => ({ param: 'x', action: 'dropped', reason: SECRET, ...one }));
  return changesOf([{ ...ENDPOINT, adjustments: complete, learned: [], names }], operation);
}

describe('changesOf', () => {
  it.each<[string, Partial<Adjustment>, object]>([
    ['numbers', { param: 'temperature', action: 'clamped', from: 3, to: 2 }, { param: 'temperature', action: 'clamped', from: 3, to: 2 }],
    ['booleans', { param: 'logprobs', from: true }, { param: 'logprobs', action: 'dropped', from: true, to: null }],
    ['a zero', { param: 'seed', from: 0, to: false }, { from: 0, to: false }],
    [
      'numbers of a part of a parameter',
      { param: 'reasoning.max_tokens', from: 9, to: 5 },
      { param: 'reasoning.max_tokens', from: 9, to: 5 },
    ],
    ['no texts', { param: 'user', from: SECRET, to: SECRET }, { param: 'user', from: null, to: null }],
    ['no lists', { param: 'stop', from: [SECRET, 1] }, { from: null }],
    ['no objects', { param: 'metadata', from: { a: 1 } }, { param: 'metadata', from: null }],
    ['no numbers of fields that are no parameters', { param: 'pin', from: 1234 }, { param: 'pin', from: null }],
    ['no numbers of messages', { param: 'messages', from: 7, to: 6 }, { param: 'messages', from: null, to: null }],
    ['no names with digits', { param: `messages.${SECRET}` }, { param: 'messages.*' }],
    ['no names with spaces', { param: 'call me at home', from: 1 }, { param: '*', from: null }],
    ['no long names', { param: 'a'.repeat(41) }, { param: '*' }],
    ['no indexes', { param: 'messages[3].content[0].text' }, { param: 'messages.content.text' }],
    ['a bounded path', { param: Array.from({ length: 50 }, () => 'deep').join('.') }, { param: 'deep.'.repeat(16) }],
  ])('records %s', (_, adjustment, expected) => {
    const [change] = recordedOf([adjustment]);
    expect(change).toMatchObject(expected);
    expect(JSON.stringify(change)).not.toMatch(/secret|4111/);
  });

  it('names a parameter as the client did', () => {
    expect(recordedOf([{ param: 'stop', from: 5, to: 4 }], { stop: 'stop_sequences' })).toMatchObject([
      { param: 'stop_sequences', from: 5, to: 4 },
    ]);
  });

  it('records the first changes of all endpoints, those learned included, up to a number', () => {
    const many = Array.from({ length: MAX_CHANGES + 5 }, (): Adjustment => ({ param: 'temperature', action: 'clamped', reason: '' }));
    expect(
      changesOf(
        [
          { ...ENDPOINT, adjustments: many },
          { ...ENDPOINT, adjustments: many },
        ],
        'chat',
      ).length,
    ).toBe(MAX_CHANGES);
    const learned: Adjustment = { param: 'seed', action: 'learned', from: 4, reason: '' };
    expect(changesOf([{ ...ENDPOINT, adjustments: [], learned: [learned] }], 'chat')).toEqual([
      { param: 'seed', action: 'learned', from: 4, to: null },
    ]);
  });
});
