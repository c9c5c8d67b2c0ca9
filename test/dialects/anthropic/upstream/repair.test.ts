import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';

const repair = (body: JsonObject, message: string) => anthropicUpstream.repair?.(body, { code: null, message }) ?? null;
const ask = { role: 'user', content: 'Hi' };
const thinking = { type: 'thinking', thinking: 'hm', signature: 's' };
const redacted = { type: 'redacted_thinking', data: 'd' };
const call = { type: 'tool_use', id: 'c', name: 'f', input: {} };
const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c' }] };
const INVALID = 'messages.1.content.0: Invalid `signature` in `thinking` block';

describe('repair', () => {
  it.each([
    INVALID,
    'messages.3.content.0: The block is bound to a different conversation.',
    'messages.1.content.0.thinking: each thinking block must contain non-whitespace thinking',
  ])('leaves out all reasoning after "%s"', (message) => {
    const body = {
      model: 'm',
      messages: [ask, { role: 'assistant', content: [thinking, redacted, call] }, result, { role: 'assistant', content: [thinking] }],
    };
    const repaired = repair(body, message);
    expect(repaired?.body).toEqual({ model: 'm', messages: [ask, { role: 'assistant', content: [call] }, result] });
    expect(repaired?.adjustment).toMatchObject({ param: 'messages.reasoning', action: 'dropped' });
  });

  it('switches a budget off where the calls that go on have no reasoning any more, and nothing else', () => {
    const messages = [ask, { role: 'assistant', content: [thinking, call] }, result];
    const budget = { type: 'enabled', budget_tokens: 2000 };
    const repaired = repair({ messages, thinking: budget }, INVALID);
    expect(repaired?.body).not.toHaveProperty('thinking');
    expect(repaired?.adjustment.reason).toContain('without thinking');
    expect(repair({ messages, thinking: { type: 'adaptive' } }, INVALID)?.body).toHaveProperty('thinking');
    expect(repair({ messages: [...messages, ask], thinking: budget }, INVALID)?.body).toHaveProperty('thinking');
  });

  it('is null for another error, and where there is no reasoning', () => {
    const messages = [ask, { role: 'assistant', content: [thinking] }, ask];
    expect(repair({ messages }, 'thinking.budget_tokens: Input should be greater than 1024')).toBeNull();
    expect(repair({ messages: [ask, { role: 'assistant', content: 'Hi' }, ask] }, INVALID)).toBeNull();
  });
});
