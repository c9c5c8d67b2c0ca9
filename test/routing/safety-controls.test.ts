/** Controls of safety run, or the request is not sent there. */
import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/unified/error.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { requestsSafety } from '../../src/unified/request/safety.ts';
import { sent } from '../fitting/sent.ts';

const guardrail = { guardrailIdentifier: 'g', guardrailVersion: '1' };
const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

function refusal(model: string, fields: JsonObject): unknown {
  try {
    sent('chat', model, fields);
  } catch (thrown) {
    return thrown instanceof RouterError ? [thrown.status, thrown.details.param] : thrown;
  }
  return 'it was sent';
}

describe('controlObjection', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['@amazon-bedrock/amazon.nova-pro-v1:0', { guardrailConfig: guardrail }, { guardrailConfig: guardrail }],
    ['@amazon-bedrock/amazon.nova-pro-v1:0', { guardrail_config: guardrail }, { guardrailConfig: guardrail }],
    [
      '@google-ai-studio/gemini-2.5-flash',
      { safety_settings: [{ category: 'x', threshold: 'y' }] },
      { safetySettings: [{ category: 'x', threshold: 'y' }] },
    ],
    [
      '@google-vertex/gemini-2.5-flash',
      { modelArmorConfig: { promptTemplateName: 't' } },
      { modelArmorConfig: { promptTemplateName: 't' } },
    ],
    ['@mistral/mistral-large-latest', { safe_prompt: true }, { safe_prompt: true }],
    ['@openai/gpt-4o', { moderation: { model: 'omni-moderation-latest' } }, { moderation: { model: 'omni-moderation-latest' } }],
    ['@openai/gpt-5-pro', { moderation: { model: 'm' } }, { moderation: { model: 'm' } }],
    ['@cohere/command-a-03-2025', { safety_mode: 'STRICT' }, { safety_mode: 'STRICT' }],
  ])('sends a safety control to %s (%j)', (model, fields, body) => {
    expect(sent('chat', model, fields).body).toMatchObject(body);
  });

  it.each<[string, JsonObject]>([
    ['@openai/gpt-4o', { guardrailConfig: guardrail }],
    ['@anthropic/claude-sonnet-4-5', { guardrail_config: guardrail }],
    ['@anthropic/claude-sonnet-4-5', { safe_prompt: true }],
    ['@openai/gpt-4o', { safetySettings: [{ category: 'x', threshold: 'BLOCK_LOW_AND_ABOVE' }] }],
    ['@google-ai-studio/gemini-2.5-flash', { modelArmorConfig: { promptTemplateName: 't' } }],
    ['@groq/llama-3.3-70b-versatile', { moderation: { model: 'm' } }],
    ['@cohere/command-a-03-2025', { safety_mode: 'STRICT', tools }],
    ['@mistral/mistral-large-latest', { guardrails: 'strict' }],
  ])('rejects with a 400 a control that %s does not support (%j)', (model, fields) => {
    expect(refusal(model, fields)).toEqual([400, Object.keys(fields)[0]]);
  });

  it.each<[string, JsonObject]>([
    ['@openai/gpt-4o', { safe_prompt: false }],
    ['@openai/gpt-4o', { guardrails: [] }],
    ['@openai/gpt-4o', { safetySettings: [{ category: 'x', threshold: 'BLOCK_NONE' }] }],
    ['@cohere/command-a-03-2025', { safety_mode: 'OFF' }],
  ])('drops and reports a control that is switched off, at %s (%j)', (model, fields) => {
    expect(sent('chat', model, fields).adjustments).toMatchObject([{ action: 'dropped', param: Object.keys(fields)[0] }]);
  });
});

it.each<[unknown, boolean]>([
  [true, true],
  [false, false],
  [null, false],
  ['STRICT', true],
  ['NONE', false],
  [[], false],
  [[{ type: 'x' }], true],
  [[{ threshold: 'OFF' }, { threshold: 'BLOCK_ONLY_HIGH' }], true],
  [{}, false],
  [{ a: 1 }, true],
])('requestsSafety returns for %j: %s', (value, asks) => {
  expect(requestsSafety(value)).toBe(asks);
});
