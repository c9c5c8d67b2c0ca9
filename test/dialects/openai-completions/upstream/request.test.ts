import { inputOf } from '../../messages-input.ts';
import { describe, expect, it } from 'vitest';
import { TEMPLATE_NAMES, type FittedCall, type TemplateName } from '../../../../src/dialects/dialect.ts';
import { openaiCompletionsUpstream } from '../../../../src/dialects/openai-completions/upstream/index.ts';
import { endMarker, renderTemplate, type Turn } from '../../../../src/dialects/openai-completions/upstream/templates.ts';
import type { Prompt } from '../../../../src/unified/request/message.ts';

function render(input: FittedCall['input'], template: TemplateName = 'plain') {
  return openaiCompletionsUpstream.render({
    model: 'm',
    input,
    parameters: { top_p: 0.5 },
    stream: true,
    streamOptions: false,
    template,
    roles: {},
    messageFields: [],
    quirks: [],
  });
}
const withMessages = (messages: unknown[], template?: TemplateName) => render(inputOf(messages), template);

describe('openai-completions upstream request: a completions request', () => {
  it.each<Prompt>([
    { kind: 'text', value: 'Once' },
    { kind: 'texts', value: ['Once', 'Twice'] },
    { kind: 'tokens', value: [1, 2] },
    { kind: 'token-lists', value: [[1], [2, 3]] },
  ])('sends a prompt of kind $kind as it came', (prompt) => {
    expect(render({ kind: 'prompt', prompt })).toEqual({
      body: { model: 'm', prompt: prompt.value, top_p: 0.5, stream: true },
      adjustments: [],
    });
  });

  it('writes messages as one prompt and says with which template', () => {
    const { body, adjustments } = withMessages([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ]);
    expect(body['prompt']).toBe('System: Be brief.\n\nUser: hello\n\nAssistant:');
    expect(adjustments).toMatchObject([{ param: 'messages', action: 'emulated', to: 'plain' }]);
  });

  it('keeps names, tool calls and refusals as text, and reports what a prompt cannot hold', () => {
    const { body, adjustments } = withMessages([
      {
        role: 'user',
        name: 'Ann',
        content: [
          { type: 'text', text: 'see' },
          { type: 'image_url', image_url: 'https://a.example/x.png' },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
        audio: { id: 'a' },
      },
      { role: 'tool', tool_call_id: 'c', content: 'result' },
    ]);
    expect(body['prompt']).toBe('User: Ann: see\n\nAssistant: f({"x":1})\n\nTool: result\n\nAssistant:');
    expect(adjustments.slice(1).map(({ param, action }) => [param, action])).toEqual([
      ['messages.content.image_url', 'dropped'],
      ['messages.audio', 'dropped'],
    ]);
  });
});

describe('openai-completions upstream request: chat templates', () => {
  const turns: Turn[] = [
    { role: 'system', text: 'S' },
    { role: 'user', text: 'U1' },
    { role: 'assistant', text: 'A1' },
    { role: 'user', text: 'U2' },
  ];

  it.each<[TemplateName, string]>([
    ['plain', 'System: S\n\nUser: U1\n\nAssistant: A1\n\nUser: U2\n\nAssistant:'],
    [
      'chatml',
      '<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU1<|im_end|>\n<|im_start|>assistant\nA1<|im_end|>\n<|im_start|>user\nU2<|im_end|>\n<|im_start|>assistant\n',
    ],
    [
      'llama-3',
      ['system', 'user', 'assistant', 'user']
        .map((role, position) => `<|start_header_id|>${role}<|end_header_id|>\n\n${turns[position]?.text}<|eot_id|>`)
        .join('') + '<|start_header_id|>assistant<|end_header_id|>\n\n',
    ],
    ['mistral', '[INST] S\n\nU1 [/INST] A1</s>[INST] U2 [/INST]'],
    [
      'gemma',
      '<start_of_turn>user\nS\n\nU1<end_of_turn>\n<start_of_turn>model\nA1<end_of_turn>\n<start_of_turn>user\nU2<end_of_turn>\n<start_of_turn>model\n',
    ],
  ])('%s writes what its models were trained on', (name, prompt) => {
    expect(renderTemplate(name, turns)).toBe(prompt);
  });

  it.each(TEMPLATE_NAMES)('%s leaves an answer that has been begun open, and ends turns with its marker', (name) => {
    const prompt = renderTemplate(name, [...turns, { role: 'assistant', text: 'A2 begins' }]);
    expect(prompt.endsWith('A2 begins')).toBe(true);
    expect(endMarker(name)).not.toBe('');
    expect(prompt.slice(prompt.lastIndexOf('U2'))).not.toMatch(/A2 begins./);
  });

  it.each(TEMPLATE_NAMES)('%s loses no text, wherever a system text stands', (name) => {
    const odd: Turn[] = [
      { role: 'user', text: 'U1' },
      { role: 'system', text: 'S1' },
      { role: 'tool', text: 'T1' },
      { role: 'system', text: 'S2' },
    ];
    const prompt = renderTemplate(name, odd);
    for (const { text } of odd) expect(prompt).toContain(text);
  });
});
