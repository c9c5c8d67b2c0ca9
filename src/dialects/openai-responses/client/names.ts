/** What unified parameters are called in a Responses body. */
import type { ParameterNames } from '../../../unified/request/client-path.ts';

/** Unified name to the path in the body. */
export const NAMES: ParameterNames = {
  messages: 'input',
  'messages.tool_calls': 'input',
  'messages.tool_calls.function': 'input',
  max_tokens: 'max_output_tokens',
  response_format: 'text.format',
  'response_format.json_schema': 'text.format',
  verbosity: 'text.verbosity',
  'tools.function': 'tools',
  'tools.custom': 'tools',
  logprobs: 'include',
};
