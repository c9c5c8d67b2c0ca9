/** Amazon Bedrock: Converse. The name of the exception is in a header. */
import { error, type ErrorCase } from './error-case.ts';

const BOTOCORE = 'botocore 1.43.107, exception shapes, read 2026-11-20';
const exception = (meaning: ErrorCase['meaning'], status: number, name: string, message: string, source = BOTOCORE): ErrorCase =>
  error(meaning, status, { message }, source, { headers: { 'x-amzn-errortype': name } });

export const AMAZON_BEDROCK: readonly ErrorCase[] = [
  exception(
    'no-such-model',
    400,
    'ValidationException',
    'Invocation of model ID anthropic.claude-3-5-sonnet-20241022-v2:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
    'terricain/aioboto3#352',
  ),
  exception('no-such-model', 400, 'ValidationException', 'The provided model identifier is invalid.', 'strands-agents/harness-sdk#38'),
  exception('no-such-model', 404, 'ResourceNotFoundException', 'The requested resource was not found.'),
  exception(
    'not-permitted',
    403,
    'AccessDeniedException',
    "You don't have access to the model with the specified model ID.",
    'strands-agents/harness-sdk#38',
  ),
  exception(
    'bad-key',
    403,
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  exception(
    'bad-key',
    403,
    'ExpiredTokenException:http://internal.amazon.com/coral/com.amazon.coral.service/',
    'The security token included in the request is expired',
  ),
  exception(
    'rate-limited',
    429,
    'ThrottlingException',
    'Too many tokens per day, please wait before trying again.',
    'minorun365/agent-book#29',
  ),
  exception(
    'rate-limited',
    429,
    'ThrottlingException',
    'Too many tokens, please wait before trying again.',
    'earendil-works/pi overflow.ts',
  ),
  exception('rate-limited', 400, 'ServiceQuotaExceededException', 'Your request exceeds the service quota for your account.'),
  exception('prompt-too-long', 400, 'ValidationException', 'Input is too long for requested model.', 'earendil-works/pi overflow.ts'),
  {
    ...exception(
      'invalid-request',
      400,
      'ValidationException',
      'The maximum tokens you requested exceed the model limit of 4096. Try again with a maximum tokens value lower than 4096.',
      'RooCodeInc/Roo-Code#248',
    ),
    told: { type: 'max_tokens_exceeded' },
  },
  exception(
    'invalid-request',
    400,
    'ValidationException',
    'A conversation must start with a user message. Try again with a conversation that starts with a user message.',
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  { ...exception('timeout', 408, 'ModelTimeoutException', 'The request took too long to process.'), told: { status: 408 } },
  exception('provider-fault', 424, 'ModelErrorException', 'The request failed due to an error while processing the model.'),
  {
    ...exception(
      'overloaded',
      429,
      'ModelNotReadyException',
      'The model specified in the request is not ready to serve inference requests.',
    ),
    told: { status: 429 },
  },
  exception('overloaded', 503, 'ServiceUnavailableException', "The service isn't currently available."),
  exception('provider-fault', 500, 'InternalServerException', 'An internal server error occurred.'),
];
