/** Azure OpenAI. */
import { error, type ErrorCase } from './error-case.ts';

const body = (code: string, message: string) => ({ error: { code, message } });

export const AZURE_OPENAI: readonly ErrorCase[] = [
  error(
    'no-such-model',
    404,
    body(
      'DeploymentNotFound',
      'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
    ),
    'chatboxai/chatbox#861',
  ),
  error(
    'no-such-model',
    400,
    body(
      'OperationNotSupported',
      'The chatCompletion operation does not work with the specified model, text-embedding-3-large. Please choose different model and try again. You can learn more about which models can be used with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993.',
    ),
    'microsoft/graphrag#1557',
  ),
  error('no-such-model', 404, body('404', 'Resource not found'), 'rusiaaman/chat.md#2'),
  error(
    'bad-key',
    401,
    body(
      '401',
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
    ),
    'openinterpreter/openinterpreter#319',
  ),
  error(
    'rate-limited',
    429,
    body(
      '429',
      'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-05-01-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 86400 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
    ),
    'alex-wolf-ps/dbchatprov2#2',
    { told: { retryAfter: 86_400 } },
  ),
  error(
    'rate-limited',
    429,
    body('429', 'Rate limit is exceeded. Try again in 30 seconds.'),
    'microsoft/copilot-camp#551 and Azure-Samples/azure-search-openai-demo#177',
    { headers: { 'retry-after-ms': '90000', 'retry-after': '1' }, told: { retryAfter: 90 } },
  ),
  error('rate-limited', 429, body('429', 'Rate limit is exceeded. Try again in 30 seconds.'), 'the same, without a header', {
    told: { retryAfter: 30 },
  }),
  error(
    'overloaded',
    429,
    body(
      'RateLimitReached',
      'The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load. Please retry after 20 seconds. For improved latency reliability, consider switching to Provisioned Throughput.',
    ),
    'pollinations/pollinations#6260',
    { told: { status: 429, retryAfter: 20 } },
  ),
  error(
    'content-refused',
    400,
    {
      error: {
        message:
          "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: { hate: { filtered: true, severity: 'high' }, violence: { filtered: false, severity: 'safe' } },
        },
      },
    },
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'prompt-too-long',
    400,
    {
      error: {
        message: "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens.",
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    },
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'provider-fault',
    500,
    { error: { message: 'The server had an error processing your request.', type: 'server_error', param: null, code: null } },
    'BerriAI/litellm exception_mapping_utils.py',
  ),
];
