/** Facts about a model as rules: what lists say of it overrides what the operation of its provider accepts. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { providerOf, sent } from './sent.ts';

const TOOLS = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
const SCHEMA = { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object', properties: {} } } };

/** The fields of the body besides model and messages, and the report as `field action from -> to`. */
function fitted(model: string, fields: JsonObject): { body: JsonObject; report: string[] } {
  const { body, adjustments } = sent('chat', model, fields);
  const { model: _, messages: _messages, contents: _contents, input: _input, ...rest } = body;
  return { body: rest, report: adjustments.map(({ param, action }) => `${param} ${action}`) };
}

/** What becomes of an effort. */
function effortAt(model: string, effort: string): { sent: unknown; report: string[] } {
  const { body, report } = fitted(model, { reasoning_effort: effort });
  return { sent: body['reasoning_effort'] ?? body['reasoning'], report };
}

describe('rules by model that were wrong', () => {
  it.each(['@moonshot/kimi-k3', '@moonshot/kimi-k2.7-code'])('1: %s always reasons: no switch is sent', (model) => {
    const { body, report } = fitted(model, { reasoning: { enabled: false } });
    expect(body).not.toHaveProperty('thinking');
    expect(report).toEqual(['reasoning.enabled dropped']);
  });

  it.each(['grok-4.3', 'grok-4.5', 'grok-4.7'])('2: @xai/%s accepts the effort low', (id) => {
    expect(effortAt(`@xai/${id}`, 'low')).toEqual({ sent: 'low', report: [] });
  });

  it('3: @openai/gpt-5.6-sol accepts the effort max', () => {
    expect(effortAt('@openai/gpt-5.6-sol', 'max')).toMatchObject({ sent: { effort: 'max' }, report: [] });
  });

  it.each([
    ['gpt-6-sol', true],
    ['gpt-6.1-sol', false],
    ['gpt-6.2-sol', false],
  ])('4: whether @openai/%s accepts the effort none: %s', (id, isAccepted) => {
    const { body, report } = fitted(`@openai/${id}`, { reasoning_effort: 'none' });
    expect(body['reasoning']).toEqual(isAccepted ? { effort: 'none' } : undefined);
    expect(report).toEqual(isAccepted ? [] : ['reasoning_effort dropped']);
  });

  it.each(['@google-ai-studio/gemini-3.1-pro-preview', '@google-vertex/gemini-3.1-pro-preview'])(
    '5: %s accepts the effort medium',
    (model) => {
      const { body } = fitted(model, { reasoning_effort: 'medium' });
      expect(JSON.stringify(body).toLowerCase()).toContain('"thinkinglevel":"medium"');
    },
  );

  it('6: @google-ai-studio/gemini-4-argon accepts an effort, and gets back the signatures of its calls', () => {
    const { body } = fitted('@google-ai-studio/gemini-4-argon', { reasoning_effort: 'high' });
    expect(JSON.stringify(body).toLowerCase()).toContain('"thinkinglevel":"high"');
    const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } };
    const messages = [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'seen' },
    ];
    expect(JSON.stringify(sent('chat', '@google-ai-studio/gemini-4-argon', { messages, tools: TOOLS }).body)).toContain('thoughtSignature');
  });

  it.each(['mistral-medium-2604', 'mistral-medium-latest'])('7: @mistral/%s accepts the effort high', (id) => {
    expect(effortAt(`@mistral/${id}`, 'high')).toEqual({ sent: 'high', report: [] });
  });

  it('8: DeepSeek V4 at SiliconFlow accepts the effort max', () => {
    expect(effortAt('@siliconflow/deepseek-ai/DeepSeek-V4-Pro', 'max')).toEqual({ sent: 'max', report: [] });
  });

  it('9: @alibaba/qwen3.8-max accepts the effort xhigh as an effort', () => {
    expect(effortAt('@alibaba/qwen3.8-max', 'xhigh')).toEqual({ sent: 'xhigh', report: [] });
  });

  it.each([
    ['@together/moonshotai/Kimi-K3', 'max'],
    ['@fireworks/accounts/fireworks/models/glm-5p3', 'max'],
    ['@nebius/zai-org/GLM-5.3', 'max'],
    ['@deepinfra/moonshotai/Kimi-K3', 'max'],
    ['@deepinfra/Qwen/Qwen3.8-27B', 'xhigh'],
    ['@friendli/zai-org/GLM-5.3', 'max'],
  ])('10: %s accepts the effort %s', (model, effort) => {
    expect(effortAt(model, effort)).toEqual({ sent: effort, report: [] });
  });

  it.each(['@baseten/openai/gpt-oss-120b', '@novita/openai/gpt-oss-120b', '@nvidia/openai/gpt-oss-20b'])(
    '11: %s accepts an effort',
    (model) => {
      expect(effortAt(model, 'high')).toEqual({ sent: 'high', report: [] });
    },
  );

  it.each(['gpt-5.1', 'gpt-5.2', 'gpt-5.4'])('12: @openai/%s accepts a temperature at the effort none alone', (id) => {
    const none = fitted(`@openai/${id}`, { temperature: 0.5, reasoning_effort: 'none' });
    expect(none.body).toHaveProperty('temperature', 0.5);
    expect(none.report).toEqual([]);
    const low = fitted(`@openai/${id}`, { reasoning_effort: 'low', temperature: 0.5 });
    expect(low.body).not.toHaveProperty('temperature');
    expect(low.report).toEqual(['temperature dropped']);
  });

  it.each(['openai.gpt-5.5', 'openai.gpt-6-sol', 'global.openai.gpt-5.6-sol', 'global.openai.gpt-6.2-sol', 'openai.gpt-6.9'])(
    '13: @amazon-bedrock/%s gets no temperature',
    (id) => {
      const { body, report } = fitted(`@amazon-bedrock/${id}`, { temperature: 0.5 });
      expect(JSON.stringify(body)).not.toContain('temperature');
      expect(report).toEqual(['temperature dropped']);
    },
  );

  it('14: Claude at Vertex gets no temperature where it accepts none, and an effort', () => {
    const { body, report } = fitted('@google-vertex/claude-opus-4-8', { temperature: 0.5, reasoning_effort: 'high' });
    expect(body).not.toHaveProperty('temperature');
    expect(body).toMatchObject({ output_config: { effort: 'high' } });
    expect(report).toContain('temperature dropped');
  });

  it('15: OpenRouter gets what a model of it lists and nothing else', () => {
    const { body, report } = fitted('@openrouter/perplexity/sonar', { tools: TOOLS, seed: 1, stop: ['x'], top_k: 5, temperature: 0.5 });
    expect(body).toEqual({ temperature: 0.5, top_k: 5 });
    expect(report.toSorted()).toEqual(['seed dropped', 'stop emulated', 'tools dropped']);
  });

  it('16: listed models of Hyperbolic accept tools and a schema', () => {
    const { body, report } = fitted('@hyperbolic/meta-llama/Llama-3.3-70B-Instruct', { tools: TOOLS, response_format: SCHEMA });
    expect(body).toMatchObject({ tools: TOOLS, response_format: SCHEMA });
    expect(report).toEqual([]);
  });

  it('17: inference.net is called at its own address by its own ids', () => {
    expect(providerOf('inference-net').baseUrl).toBe('https://inference.net/v1');
    expect(sent('chat', '@inference-net/meta/llama-3.1-8b-instruct').body['model']).toBe('meta/llama-3.1-8b-instruct');
  });
});

describe('efforts of a model', () => {
  it.each(['@sarvam/sarvam-105b', '@inception/mercury-2'])('are sent as they are to %s, whose file has a word for none alone', (model) => {
    for (const effort of ['low', 'medium', 'high']) expect(effortAt(model, effort)).toEqual({ sent: effort, report: [] });
    expect(effortAt(model, 'none').sent).not.toBe('none');
  });

  it.each(['@vercel/openai/gpt-5.6-luna', '@vercel/moonshotai/kimi-k3'])('reach max at %s', (model) => {
    expect(effortAt(model, 'max')).toEqual({ sent: { effort: 'max' }, report: [] });
  });
});

describe('a model that always reasons', () => {
  it.each(['@vercel/openai/gpt-6-astra', '@openrouter/openai/gpt-6-astra', '@openrouter/openai/gpt-oss-120b'])(
    '%s is not switched off in a reasoning object',
    (model) => {
      expect(fitted(model, { reasoning: { enabled: false } })).toEqual({ body: {}, report: ['reasoning.enabled dropped'] });
      const none = fitted(model, { reasoning: { effort: 'none' } });
      expect(JSON.stringify(none.body)).not.toContain('none');
      expect(none.report).toEqual(['reasoning.effort clamped']);
    },
  );

  it.each(['@vercel/openai/gpt-5.4', '@openrouter/openai/gpt-5.4'])('%s, which does not, is switched off', (model) => {
    expect(fitted(model, { reasoning: { enabled: false } })).toEqual({ body: { reasoning: { enabled: false } }, report: [] });
  });
});

describe('a model that does not reason', () => {
  it.each(['@vercel/meta/llama-3.3-70b', '@openai/gpt-4o', '@together/meta-llama/Llama-3.3-70B-Instruct-Turbo'])(
    '%s gets no effort',
    (model) => {
      for (const fields of [{ reasoning: { effort: 'high' } }, { reasoning_effort: 'high' }, { reasoning: { max_tokens: 2000 } }]) {
        const { body, report } = fitted(model, fields);
        expect(body).toEqual({});
        expect(report).toEqual([expect.stringMatching(/^reasoning\S* dropped$/)]);
      }
    },
  );
});

describe('a switch and a budget that the file writes for other models', () => {
  it.each([
    ['@siliconflow/deepseek-ai/DeepSeek-V3.2', { max_tokens: 3000 }, { enable_thinking: true, thinking_budget: 3000 }],
    ['@siliconflow/moonshotai/Kimi-K3', { max_tokens: 3000 }, { thinking_budget: 3000 }],
    ['@siliconflow-cn/Qwen/Qwen3.5-27B', { enabled: false }, { enable_thinking: false }],
    ['@novita/zai-org/glm-5.1', { enabled: false }, { enable_thinking: false }],
    ['@cohere/command-a-plus-05-2026', { enabled: false }, { thinking: { type: 'disabled' } }],
  ])('are sent to %s, whose row has them: %j', (model, reasoning, expected) => {
    expect(fitted(model, { reasoning })).toEqual({ body: expected, report: [] });
  });

  it.each(['@siliconflow/Qwen/Qwen3.6-27B', '@siliconflow/google/gemma-4-31B-it', '@siliconflow/some/unlisted-model'])(
    'are not sent to %s, whose row lacks them',
    (model) => {
      expect(fitted(model, { reasoning: { max_tokens: 3000 } })).toEqual({ body: {}, report: ['reasoning.max_tokens dropped'] });
    },
  );
});

describe('a dated release of a listed model', () => {
  it.each(['@openai/gpt-6-sol-2026-08-01', '@openai/gpt-6-sol-20260801'])('%s has the rules of the model', (model) => {
    expect(effortAt(model, 'none')).toEqual(effortAt('@openai/gpt-6-sol', 'none'));
    expect(effortAt(model, 'minimal')).toEqual(effortAt('@openai/gpt-6-sol', 'minimal'));
  });
});
