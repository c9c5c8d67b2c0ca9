/** What only the client's own format has: passed to an upstream of that format, refused or reported elsewhere. */
import { describe, expect, it } from 'vitest';
import { chosenCall, planRoute } from '../../../src/routing/plan.ts';
import type { NativeOnly, UnifiedRequest } from '../../../src/unified/request/request.ts';
import { CATALOG, line, OPEN_CONTEXT, requestFor } from '../sent.ts';

const native = { format: 'openai-responses', body: {}, headers: {} };

function plan(model: string, nativeOnly: readonly NativeOnly[]) {
  const request: UnifiedRequest = { ...requestFor('chat', model, {}), native, nativeOnly };
  return planRoute(request, CATALOG, OPEN_CONTEXT);
}

describe('fitNativeOnly', () => {
  const entry = (otherwise: NativeOnly['otherwise']) => [{ param: 'tools[1]', otherwise, reason: 'only OpenAI has shells' }];

  it('reports what is left out at an upstream of another format', () => {
    expect(plan('@groq/m', entry('drop')).calls[0]?.fitted.adjustments.map(line)).toEqual(['tools[1] dropped']);
  });
  it('passes both kinds to an upstream of the same format', () => {
    for (const otherwise of ['drop', 'emulate', 'refuse'] as const) {
      expect(plan('@openai/gpt-5.5', entry(otherwise)).calls[0]?.fitted.adjustments.filter(({ param }) => param === 'tools[1]')).toEqual(
        [],
      );
    }
  });
  it('refuses with the field at an upstream of another format', () => {
    expect(() => chosenCall(plan('@groq/m', entry('refuse')))).toThrow('tools[1]: only OpenAI has shells.');
  });
});
