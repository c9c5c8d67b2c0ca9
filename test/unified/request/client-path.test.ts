import { describe, expect, it } from 'vitest';
import type { Adjustment } from '../../../src/unified/adjustment.ts';
import { clientPath, withClientPaths } from '../../../src/unified/request/client-path.ts';

const NAMES = { stop: 'stop_sequences', reasoning: 'thinking', 'reasoning.effort': 'output_config.effort', messages: 'input' };

describe('clientPath', () => {
  it.each([
    ['stop', 'stop_sequences'],
    ['stop[3]', 'stop_sequences[3]'],
    ['reasoning', 'thinking'],
    ['reasoning.max_tokens', 'thinking.max_tokens'],
    ['reasoning.effort', 'output_config.effort'],
    ['reasoning.effort.x[0]', 'output_config.effort.x[0]'],
    ['messages[2].content[0].text', 'input[2].content[0].text'],
    ['stopping', 'stopping'],
    ['x.stop', 'x.stop'],
    ['temperature', 'temperature'],
    ['constructor', 'constructor'],
    ['', ''],
  ])('returns for %s: %s', (path, expected) => {
    expect(clientPath(NAMES, path)).toBe(expected);
  });

  it('returns every path unchanged without names', () => {
    for (const path of ['stop', 'messages[0].content', 'reasoning.effort']) expect(clientPath({}, path)).toBe(path);
  });
});

describe('withClientPaths', () => {
  const adjustments: Adjustment[] = [{ param: 'stop[0]', action: 'dropped', reason: 'why' }];

  it('changes the name of an adjustment and nothing else', () => {
    expect(withClientPaths(NAMES, adjustments)).toEqual([{ param: 'stop_sequences[0]', action: 'dropped', reason: 'why' }]);
  });

  it('returns the same list without names', () => {
    expect(withClientPaths({}, adjustments)).toBe(adjustments);
  });
});
