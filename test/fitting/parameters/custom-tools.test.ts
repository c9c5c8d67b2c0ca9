/** Custom tools at providers that have only functions, and at those that have custom tools. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { line, sent } from '../sent.ts';

const patch = {
  type: 'custom',
  custom: {
    name: 'apply_patch',
    description: 'Edits files.',
    format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "*** Begin"' } },
  },
};
const look = { type: 'function', function: { name: 'look', parameters: { type: 'object' } } };
const history = [
  { role: 'user', content: 'Go' },
  { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'apply_patch', input: '*** "Begin"\n' } }] },
  { role: 'tool', tool_call_id: 'c1', content: 'ok' },
];
const asFunction = {
  type: 'function',
  function: {
    name: 'apply_patch',
    description: 'Edits files.\n\nThe input must match this lark grammar:\nstart: "*** Begin"',
    parameters: {
      type: 'object',
      properties: { input: { type: 'string', description: 'The whole input of the tool, as plain text.' } },
      required: ['input'],
      additionalProperties: false,
    },
  },
};

function at(model: string, fields: JsonObject) {
  const { body, adjustments } = sent('chat', model, { messages: history, ...fields });
  return { body, report: adjustments.map(line) };
}

describe('withoutCustomTools', () => {
  it('sends a function of one text to a provider with functions only, and calls of it', () => {
    const { body, report } = at('@groq/m', { tools: [look, patch] });
    expect(body['tools']).toEqual([look, asFunction]);
    expect(body['messages']).toEqual([
      history[0],
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'apply_patch', arguments: '{"input":"*** \\"Begin\\"\\n"}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'ok' },
    ]);
    expect(report).toEqual(['tools emulated']);
  });

  it.each<[unknown, unknown]>([
    [
      { type: 'custom', custom: { name: 'apply_patch' } },
      { type: 'function', function: { name: 'apply_patch' } },
    ],
    ['auto', 'auto'],
  ])('sends the choice %j as %j', (choice, arrives) => {
    expect(at('@groq/m', { tools: [look, patch], tool_choice: choice }).body['tool_choice']).toEqual(arrives);
  });

  it('enforces allowed tools', () => {
    const allowed = {
      type: 'allowed_tools',
      allowed_tools: { mode: 'required', tools: [{ type: 'custom', custom: { name: 'apply_patch' } }] },
    };
    const { body } = at('@groq/m', { tools: [look, patch], tool_choice: allowed });
    expect([body['tools'], body['tool_choice']]).toEqual([[asFunction], 'required']);
  });

  it('sends the calls of the history to formats that have objects for arguments', () => {
    const { body } = at('@anthropic/claude-sonnet-4-5', { tools: [patch], max_tokens: 99 });
    expect(body['messages']).toMatchObject([
      {},
      { content: [{ type: 'tool_use', name: 'apply_patch', input: { input: '*** "Begin"\n' } }] },
      {},
    ]);
  });

  it('passes custom tools, calls and choices to a provider that accepts them', () => {
    const { body, report } = at('@openai/gpt-5.5', { tools: [patch], tool_choice: { type: 'custom', custom: { name: 'apply_patch' } } });
    expect(report).toEqual([]);
    expect(body).toMatchObject({
      tools: [{ type: 'custom', name: 'apply_patch' }],
      tool_choice: { type: 'custom', name: 'apply_patch' },
      input: [{ role: 'user' }, { type: 'custom_tool_call', input: '*** "Begin"\n' }, { type: 'custom_tool_call_output' }],
    });
  });
});
