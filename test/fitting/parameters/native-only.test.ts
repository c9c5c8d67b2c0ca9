/** What only the client's own format has: passed to an upstream of that format, refused or reported elsewhere. */
import { describe, expect, it } from 'vitest';
import type { Access } from '../../../src/ports.ts';
import type { CompiledProvider } from '../../../src/registry/provider.ts';
import { chosenCall, planRoute, type RoutePlan } from '../../../src/routing/plan.ts';
import type { NativeOnly, UnifiedRequest } from '../../../src/unified/request/request.ts';
import { TurnsConversation } from '../../../src/unified/request/turns-conversation.ts';
import { CATALOG, line, OPEN_CONTEXT, requestFor } from '../sent.ts';

const native = { format: 'openai-responses', body: {}, headers: {} };

function plan(model: string, nativeOnly: readonly NativeOnly[]) {
  const read = requestFor('chat', model, {});
  const turns = read.input.kind === 'messages' ? read.input.conversation.turns : [];
  const conversation = new TurnsConversation({ source: { format: native.format, value: 'Hi' }, readTurns: () => turns });
  const request: UnifiedRequest = { ...read, input: { kind: 'messages', conversation }, native, nativeOnly };
  return planRoute(request, CATALOG, OPEN_CONTEXT);
}

describe('fitNativeOnly', () => {
  const entry = (otherwise: NativeOnly['otherwise']) => [{ param: 'tools[1]', otherwise, reason: 'only OpenAI has shells' }];

  it('reports what is left out at an upstream of another format', () => {
    expect(plan('@groq/m', entry('drop')).calls.at(0)?.fitted.adjustments.map(line)).toEqual(['tools[1] dropped']);
  });
  it('passes both kinds to an upstream of the same format', () => {
    for (const otherwise of ['drop', 'emulate', 'refuse'] as const) {
      expect(
        plan('@openai/gpt-5.5', entry(otherwise))
          .calls.at(0)
          ?.fitted.adjustments.filter(({ param }) => param === 'tools[1]'),
      ).toEqual([]);
    }
  });
  it('refuses with the field at an upstream of another format', () => {
    expect(() => chosenCall(plan('@groq/m', entry('refuse')))).toThrow('tools[1]: only OpenAI has shells.');
  });
  it('reports what is emulated', () => {
    expect(plan('@groq/m', entry('emulate')).calls.at(0)?.fitted.adjustments.map(line)).toEqual(['tools[1] emulated']);
  });
  it('refuses with a type and a code of its own', () => {
    const own: NativeOnly = { param: 'thread', otherwise: 'refuse', reason: 'it is not known', type: 'not_found', code: 'gone' };
    expect(thrownBy(plan('@groq/m', [own]))).toMatchObject({ type: 'not_found', details: { param: 'thread', clientCode: 'gone' } });
  });
  it('refuses whatever else other endpoints are rejected for', () => {
    const noKey = { ...OPEN_CONTEXT, access: (provider: CompiledProvider) => withoutKey(provider, OPEN_CONTEXT.access(provider)) };
    const request: UnifiedRequest = {
      ...requestFor('chat', '@together/m', { models: ['@groq/m', '@fireworks/m'] }),
      native,
      nativeOnly: entry('refuse'),
    };
    expect(thrownBy(planRoute(request, CATALOG, noKey))).toMatchObject({
      type: 'invalid_request',
      message: 'tools[1]: only OpenAI has shells.',
      details: { param: 'tools[1]' },
    });
  });
});

/** Only Groq has a key. */
const withoutKey = ({ slug }: CompiledProvider, access: Access): Access =>
  slug === 'groq' ? access : { ...access, missingVariables: ['A_KEY'] };

function thrownBy(planned: RoutePlan): unknown {
  try {
    return chosenCall(planned);
  } catch (thrown) {
    return thrown;
  }
}
