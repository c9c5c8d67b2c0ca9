/** What is counted of messages that do not arrive as they were. */
import { expect, it } from 'vitest';
import { countDropped, describeTallies, type Tally } from '../../../../src/dialects/openai-common/upstream/messages.ts';
import type { Message } from '../../../../src/unified/request/message.ts';

it('fields that have no place are counted by message, those with nothing in them are not', () => {
  const dropped: Tally = new Map();
  const messages = [
    { role: 'user', content: 'a', name: 'Ivo' },
    { role: 'user', content: 'b', name: 'Ada', mood: 'good', level: 0 },
    { role: 'assistant', content: null, name: null, tool_calls: [], mood: '' },
  ] as Message[];
  for (const message of messages) countDropped(message, ['role', 'content'], dropped);
  expect([...dropped]).toEqual([
    ['name', 2],
    ['mood', 1],
    ['level', 1],
  ]);
  expect(describeTallies(dropped, new Map(), {})[0]).toEqual({
    param: 'messages.name',
    action: 'dropped',
    reason: 'this provider does not accept the field (in 2 messages)',
  });
});
