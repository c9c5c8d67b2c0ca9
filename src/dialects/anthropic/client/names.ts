/** What unified parameters are called in a Messages body. */
import type { ParameterNames } from '../../../unified/request/client-path.ts';

/** Paths of unified parameters in a body of this format. */
export const NAMES: ParameterNames = {
  stop: 'stop_sequences',
  user: 'metadata.user_id',
  response_format: 'output_config.format',
  'response_format.json_schema': 'output_config.format',
  structured_outputs: 'output_config.format',
  reasoning: 'thinking',
  'reasoning.enabled': 'thinking.type',
  'reasoning.max_tokens': 'thinking.budget_tokens',
  'reasoning.effort': 'output_config.effort',
  reasoning_effort: 'output_config.effort',
  parallel_tool_calls: 'tool_choice.disable_parallel_tool_use',
  'tools.function': 'tools',
  'tools.function.parameters': 'tools.input_schema',
  'messages.tool_calls': 'messages.content',
  'messages.tool_calls.function.arguments': 'messages.content.input',
  'messages.reasoning': 'messages.content.thinking',
  'messages.reasoning_content': 'messages.content.thinking',
  'messages.reasoning_details': 'messages.content.thinking',
  'messages.is_error': 'messages.content.is_error',
  'messages.content.file.filename': 'messages.content.title',
};
