/** What becomes of a request by the rules of the dialect and of Cohere's file, model by model: what is sent, and what is reported. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { line, sent } from '../../fitting/sent.ts';

const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }];

/** What is in the body besides model and messages, and the report. */
function fitted(model: string, fields: JsonObject): [JsonObject, string[]] {
  const { body, adjustments } = sent('chat', `@cohere/${model}`, fields);
  const { model: _model, messages: _messages, tools: _tools, ...rest } = body;
  return [rest, adjustments.map(line)];
}

describe('Cohere fitted request: a request', () => {
  it.each<[JsonObject, JsonObject, string[]]>([
    [{ temperature: 1.5 }, { temperature: 1 }, ['temperature clamped 1.5 -> 1']],
    [{ top_p: 0, top_k: 900 }, { p: 0.01, k: 500 }, ['top_p clamped 0 -> 0.01', 'top_k clamped 900 -> 500']],
    [{ top_p: 0.5, top_k: 0 }, { p: 0.5, k: 0 }, []],
    [{ frequency_penalty: -1 }, { frequency_penalty: 0 }, ['frequency_penalty clamped -1 -> 0']],
    [{ frequency_penalty: 0.5, presence_penalty: 0.5 }, { frequency_penalty: 0.5 }, ['presence_penalty dropped 0.5']],
    [{ frequency_penalty: 0, presence_penalty: 0.5 }, { presence_penalty: 0.5 }, []],
    [{ seed: -1 }, { seed: 0 }, ['seed clamped -1 -> 0']],
    [{ max_completion_tokens: 20 }, { max_tokens: 20 }, []],
    [{ max_tokens: 90_000 }, { max_tokens: 8000 }, ['max_tokens clamped 90000 -> 8000']],
    [{ stop: ['1', '2', '3', '4', '5', '6'] }, { stop_sequences: ['1', '2', '3', '4', '5'] }, ['stop emulated 6 -> 5']],
    [{ logprobs: true, top_logprobs: 2 }, { logprobs: true }, ['top_logprobs dropped 2']],
    [{ tools, response_format: { type: 'json_object' } }, {}, ['response_format dropped']],
    [{ reasoning: { effort: 'high' } }, {}, ['reasoning.effort dropped "high"']],
    [{ safety_mode: 'OFF' }, {}, ['safety_mode dropped "OFF"']],
    [
      { min_p: 0.1, user: 'ada', parallel_tool_calls: true },
      {},
      ['min_p dropped 0.1', 'user dropped "ada"', 'parallel_tool_calls dropped true'],
    ],
  ])('of %j', (fields, body, lines) => {
    expect(fitted('command-a-03-2025', fields)).toEqual([body, lines]);
  });

  it.each<[string, JsonObject, JsonObject, string[]]>([
    [
      'command-a-reasoning-08-2025',
      { max_tokens: 4000, reasoning: { effort: 'high' } },
      { max_tokens: 4000, thinking: { type: 'enabled', token_budget: 3200 } },
      ['reasoning.effort renamed "high" -> 3200'],
    ],
    ['command-a-reasoning-08-2025', { reasoning: { max_tokens: 500 } }, { thinking: { type: 'enabled', token_budget: 500 } }, []],
    ['command-a-reasoning-08-2025', { reasoning: { enabled: true } }, { thinking: { type: 'enabled' } }, []],
    [
      'command-a-reasoning-08-2025',
      { reasoning: { effort: 'none' } },
      { thinking: { type: 'disabled' } },
      ['reasoning.effort renamed "none" -> false'],
    ],
    ['command-r-08-2024', { tools, tool_choice: 'required', safety_mode: undefined }, {}, ['tool_choice dropped "required"']],
    ['command-r-08-2024', { safety_mode: 'OFF' }, { safety_mode: 'OFF' }, []],
    ['command-r7b-12-2024', { tools, tool_choice: 'required' }, { tool_choice: 'REQUIRED' }, []],
  ])('to %s of %j', (model, fields, body, lines) => {
    expect(fitted(model, fields)).toEqual([body, lines]);
  });
});
