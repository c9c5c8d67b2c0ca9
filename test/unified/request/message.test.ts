/** The glance at messages lets nothing pass that their schema would not. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { arePlainMessages, MAX_MESSAGES, MESSAGES } from '../../../src/unified/request/message.ts';

it('arePlainMessages accepts only valid messages, and every plain one', () => {
  const aContent = fc.oneof(
    fc.string(),
    fc.constant(null),
    fc.array(fc.constant({ type: 'text', text: 'a' }), { maxLength: 1 }),
    fc.integer(),
  );
  const aMessage = fc.oneof(
    fc.record({
      role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'robot', 5),
      content: aContent,
      name: fc.option(fc.oneof(fc.string(), fc.integer()), { nil: undefined }),
      tool_calls: fc.constantFrom(undefined, null, [], 'x', [{ id: 'a', type: 'function' }]),
    }),
    fc.constantFrom(null, 'x', []),
  );
  fc.assert(
    fc.property(fc.array(aMessage, { maxLength: 3 }), (messages) => {
      expect(!arePlainMessages(messages) || MESSAGES().safeParse(messages).success).toBe(true);
    }),
    { seed: 20_261_121, numRuns: 3000 },
  );
  const said = ['system', 'user', 'assistant'].map((role) => ({ role, content: 'a', name: null, tool_calls: null }));
  expect(arePlainMessages(said)).toBe(true);
  expect(arePlainMessages([])).toBe(false);
  expect(arePlainMessages(Array.from({ length: MAX_MESSAGES + 1 }, () => ({ role: 'user', content: 'a' })))).toBe(false);
});
