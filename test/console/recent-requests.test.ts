/** Requests that a tab keeps: bounded, and read from a storage that others may have written to. */
import { describe, expect, it } from 'vitest';
import { addRecent, forgetRequests, parseRecent, recallRequest, rememberRequest } from '../../src/console/recent-requests.ts';

describe('addRecent', () => {
  it('puts the newest in front and keeps one request for each answer, whatever prefix its id has', () => {
    const list = addRecent(addRecent(addRecent([], 'gen-a', 'one'), 'chatcmpl-b', 'two'), 'msg_a', 'three');
    expect(list).toEqual([
      ['a', 'three'],
      ['b', 'two'],
    ]);
  });

  it('keeps the last 30', () => {
    let list: ReturnType<typeof addRecent> = [];
    for (let index = 0; index < 40; index++) list = addRecent(list, `gen-${index}`, 'x');
    expect(list).toHaveLength(30);
    expect(list[0]).toEqual(['39', 'x']);
    expect(list.at(-1)).toEqual(['10', 'x']);
  });

  it('keeps a million characters in all, and leaves out a request that is longer', () => {
    const half = 'x'.repeat(500_000);
    const list = addRecent(addRecent(addRecent([], 'gen-a', half), 'gen-b', half), 'gen-c', half);
    expect(list.map(([id]) => id)).toEqual(['c', 'b']);
    expect(addRecent(list, 'gen-d', 'x'.repeat(1_000_001)).map(([id]) => id)).toEqual(['c', 'b']);
  });
});

describe('parseRecent', () => {
  it.each([null, '', '{', '{}', '3', '[1, ["a"], ["a", 1], ["a", "b", "c"], null]'])('reads nothing from %j', (text) => {
    expect(parseRecent(text)).toEqual([]);
  });
});

describe('recallRequest', () => {
  it('finds a request where there is no storage, until it is forgotten', () => {
    rememberRequest('gen-known', 'model=a&request=%7B%7D');
    expect(recallRequest('chatcmpl-known')).toBe('model=a&request=%7B%7D');
    expect(recallRequest('gen-other')).toBeNull();
    forgetRequests();
    expect(recallRequest('gen-known')).toBeNull();
  });
});
