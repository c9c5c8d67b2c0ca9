/** Refusals of a value stay errors of the request, although their words are close to those of keys, quotas, models and lengths. */
import { expect, it } from 'vitest';
import { parseErrorBody } from '../../../../src/dialects/openai-common/upstream/error.ts';

it.each([
  "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
  "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
  "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
  'max_tokens is too large: 9000. This model supports at most 4096 completion tokens, whereas you provided 9000.',
  'Invalid value for max_tokens: must be at most 8192',
  'Range of max_tokens should be [1, 8192]',
  "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required to be supplied and to be false.",
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
  "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
  'messages.0.content: Field required',
  'max_tokens: Extra inputs are not permitted',
  'Unrecognized request argument supplied: reasoning_effort',
  'temperature: Input should be less than or equal to 1',
  'messages: text content blocks must be non-empty',
  'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
  'thinking.budget_tokens: Input should be greater than or equal to 1024',
  'tools.0.custom.input_schema: JSON schema is invalid. It must match JSON Schema draft 2020-12',
  'This model only support stream mode, please enable the stream parameter to access the model.',
  'parameter.enable_thinking must be set to false for non-streaming calls',
  'Invalid image_url: the image could not be downloaded',
  'You uploaded an unsupported image. Please make sure your image is valid.',
  'logprobs is not supported by this model',
  'stop: list should have at most 4 items',
  'Too many stop sequences: 5. The limit is 4.',
  'function name must be at most 64 characters',
  "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, but got 70.",
  "Invalid 'metadata': too many properties. Expected at most 16.",
  'n must be 1 for this model',
  'user_id must not exceed 64 characters',
  'invalid temperature: only 1 is allowed for this model',
  'The value of the top_p parameter must not exceed 1',
  'Invalid type for messages: expected an array, but got a string instead.',
  "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
  'tool_choice is only allowed when tools are specified',
  '参数错误：temperature 取值范围为 (0, 1)',
])('%s', (message) => {
  expect(parseErrorBody(400, { error: { message, type: 'invalid_request_error', code: null } }).meaning).toBe('invalid-request');
});
