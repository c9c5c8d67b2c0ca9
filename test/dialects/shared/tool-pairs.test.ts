/** Calls of tools and their results side by side, for formats that want them so. */
import { describe, expect, it } from 'vitest';
import type { Block } from '../../../src/unified/request/conversation.ts';
import type { MergedTurn } from '../../../src/dialects/shared/merge-turns.ts';
import { RouterError } from '../../../src/unified/error.ts';
import { checkPairs } from '../../../src/dialects/shared/tool-pairs.ts';

const text: Block = { type: 'text', text: 'a', path: 'text' };
const call = (id: string): Block => ({ type: 'tool-call', id, name: 'look', input: '{}', kind: 'function', path: `call ${id}` });
const result = (id: string): Block => ({
  type: 'tool-result',
  callId: id,
  name: 'look',
  blocks: [],
  isError: false,
  path: `result ${id}`,
});
const user = (...blocks: Block[]): MergedTurn => ({ role: 'user', blocks });
const assistant = (...blocks: Block[]): MergedTurn => ({ role: 'assistant', blocks });

function refused(turns: readonly MergedTurn[]): string | null {
  try {
    checkPairs(turns);
    return null;
  } catch (thrown) {
    if (thrown instanceof RouterError && thrown.type === 'invalid_request') return thrown.message;
    throw thrown;
  }
}

describe('calls and results', () => {
  it.each([
    ['no call at all', [user(text), assistant(text)]],
    [
      'results right after their calls, in any order',
      [user(text), assistant(text, call('1'), call('2')), user(result('2'), result('1'), text)],
    ],
    ['an id that is used again', [user(text), assistant(call('1')), user(result('1')), assistant(call('1')), user(result('1'))]],
  ])('%s: nothing is said', (_, turns) => {
    expect(refused(turns)).toBeNull();
  });

  it.each([
    ['a last call', [user(text), assistant(call('1'))], 'call 1: this provider requires a result with the id "1" right after it.'],
    [
      'one of two calls',
      [user(text), assistant(call('1'), call('2')), user(result('1'))],
      'call 2: this provider requires a result with the id "2" right after it.',
    ],
    ['a first result', [user(result('1'))], 'result 1: this provider requires a call with the id "1" right before it.'],
    [
      'a result one turn late',
      [user(text), assistant(call('1')), user(text), assistant(text), user(result('1'))],
      'call 1: this provider requires a result with the id "1" right after it.',
    ],
    [
      'a result too many',
      [user(text), assistant(call('1')), user(result('1'), result('2'))],
      'result 2: this provider requires a call with the id "2" right before it.',
    ],
  ])('%s stands alone: its place is named', (_, turns, message) => {
    expect(refused(turns)).toBe(message);
  });
});
