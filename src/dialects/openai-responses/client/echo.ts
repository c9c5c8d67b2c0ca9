/** Writes the fields of the Response object that repeat the request, with OpenAI's defaults (the compliance schema of Open Responses, 2026-04-24). */
import { arrayOf, isObject, numberOf, textOf, type JsonObject } from '../../../lib/json.ts';
import type { ResponsesAnswerOptions } from './answer-options.ts';

/** Returns the fields of a body that was checked. */
export function echoOf(body: JsonObject): ResponsesAnswerOptions['echo'] {
  const { reasoning, text } = body;
  const user = textOf(body['user']);
  return {
    background: body['background'] === true,
    frequency_penalty: numberOf(body['frequency_penalty']) ?? 0,
    instructions: textOf(body['instructions']),
    max_output_tokens: numberOf(body['max_output_tokens']),
    max_tool_calls: numberOf(body['max_tool_calls']),
    metadata: isObject(body['metadata']) ? body['metadata'] : {},
    parallel_tool_calls: body['parallel_tool_calls'] !== false,
    presence_penalty: numberOf(body['presence_penalty']) ?? 0,
    previous_response_id: textOf(body['previous_response_id']),
    prompt_cache_key: textOf(body['prompt_cache_key']),
    reasoning: isObject(reasoning)
      ? { effort: textOf(reasoning['effort']), summary: textOf(reasoning['summary']) ?? textOf(reasoning['generate_summary']) }
      : null,
    safety_identifier: textOf(body['safety_identifier']),
    service_tier: textOf(body['service_tier']) ?? 'default',
    store: false,
    temperature: numberOf(body['temperature']) ?? 1,
    text: { format: { type: 'text' }, ...(isObject(text) ? withoutNulls(text) : {}) },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: arrayOf(body['tools']).flatMap((tool) => (isObject(tool) ? [completeTool(tool)] : [])),
    top_logprobs: numberOf(body['top_logprobs']) ?? 0,
    top_p: numberOf(body['top_p']) ?? 1,
    truncation: body['truncation'] === 'auto' ? 'auto' : 'disabled',
    ...(user === null ? {} : { user }),
  };
}

/** A function has all its fields in an answer. Only a tool with `strict: true` is sent as strict. */
function completeTool(tool: JsonObject): JsonObject {
  if (tool['type'] !== 'function') return tool;
  return { ...tool, description: tool['description'] ?? null, parameters: tool['parameters'] ?? null, strict: tool['strict'] ?? false };
}

const withoutNulls = (given: JsonObject): JsonObject => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
