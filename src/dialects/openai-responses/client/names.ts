/** What unified parameters are called in a Responses body. */
import type { ParameterNames } from '../../../unified/request/client-path.ts';

/** Unified name to the path in the body. */
export const NAMES: ParameterNames = {
  messages: 'input',
  'messages.tool_calls': 'input',
  'messages.tool_calls.function': 'input',
  'messages.reasoning_content': 'input.summary',
  'messages.reasoning_details': 'input.encrypted_content',
  'messages.tool_call_id': 'input.call_id',
  'messages.content.image_url.detail': 'input.content.detail',
  'messages.content.file': 'input.content',
  'messages.content.cache_control': 'input.content.prompt_cache_breakpoint',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  reasoning_effort: 'reasoning.effort',
  response_format: 'text.format',
  'response_format.json_schema': 'text.format',
  verbosity: 'text.verbosity',
  'tools.function': 'tools',
  'tools.custom': 'tools',
  logprobs: 'include',
};
