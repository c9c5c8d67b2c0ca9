import { describe, expect, it } from 'vitest';
import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';
import { toAssistantMessage } from './answer-as-history.ts';
import { replayBody } from '../replay.ts';
import { CLAUDE, HELLO, rendered, reported } from './rendered.ts';

const TOOL = { type: 'function', function: { name: 'get_level', description: 'Level', parameters: { type: 'object', properties: {} } } };

describe('Bedrock history: an answer sent back as history', () => {
  const content = [
    { reasoningContent: { reasoningText: { text: 'Let me think.', signature: 'c2lnbmVk' } } },
    { reasoningContent: { redactedContent: 'c2VjcmV0' } },
    { text: 'One moment.' },
    { toolUse: { toolUseId: 'tooluse_A', name: 'get_level', input: { river: 'Inn' } } },
    { toolUse: { toolUseId: 'tooluse_B', name: 'now', input: {} } },
  ];
  const answer = { output: { message: { role: 'assistant', content } }, stopReason: 'tool_use' };
  const results = ['tooluse_A', 'tooluse_B'].map((id) => ({ role: 'tool', tool_call_id: id, content: 'x' }));

  it('is what the provider gave', () => {
    const message = toAssistantMessage(replayBody(bedrockUpstream, answer, CLAUDE).result);
    const one = rendered([...HELLO, message, ...results], { tools: [TOOL] }, CLAUDE);
    expect((one.body['messages'] as unknown[])[1]).toEqual({ role: 'assistant', content });
    expect(one.adjustments).toEqual([]);
  });

  it('loses its reasoning where it is not signed, and reports it', () => {
    const unsigned = [{ role: 'assistant', content: 'a', reasoning: 'hm' }];
    const foreign = [
      {
        role: 'assistant',
        content: 'a',
        reasoning_details: [{ type: 'reasoning.text', text: 'x', signature: 'y', format: 'google-gemini-v1' }],
      },
    ];
    const message = toAssistantMessage(replayBody(bedrockUpstream, answer, CLAUDE).result);
    for (const [messages, quirks] of [
      [unsigned, CLAUDE],
      [foreign, CLAUDE],
      [unsigned, []],
      [[{ ...message, tool_calls: undefined }], []], // Claude's thinking, on another model
    ] as const) {
      const one = rendered([...HELLO, ...messages, ...HELLO], {}, quirks);
      expect(JSON.stringify(one.body)).not.toContain('reasoningContent');
      expect(reported(one)).toEqual(['messages.reasoning dropped']);
    }
  });
});
