import { describe, expect, it } from 'vitest';
import { answerOptionsOf, declaredTool } from '../../../../src/dialects/openai-responses/client/answer-options.ts';

describe('declaredTool', () => {
  const tools = { ns__run: { kind: 'custom' as const, name: 'run', namespace: 'ns' } };
  it('returns what the client declared', () => {
    expect(declaredTool(answerOptionsOf({ answerOptions: { tools } }), 'ns__run')).toEqual(tools.ns__run);
  });
  it.each(['weather', 'constructor', '__proto__'])('takes %s, which is not listed, for a function of that name', (name) => {
    expect(declaredTool({ tools }, name)).toEqual({ kind: 'function', name, namespace: null });
  });
});
