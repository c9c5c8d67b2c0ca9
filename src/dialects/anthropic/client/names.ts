/** Names of the Messages format: the format itself, its family of reasoning, and its fields for the unified parameters. */
import type { ParameterNames } from '../../../unified/request/client-path.ts';

/** Name of this format. */
export const FORMAT = 'anthropic';

/** `format` of reasoning that Claude signs (OpenRouter's reasoning_details, read 2026-08-22). */
export const CLAUDE_FORMAT = 'anthropic-claude-v1';

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
