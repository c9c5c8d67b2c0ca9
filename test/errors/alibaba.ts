/** Alibaba Cloud Model Studio (DashScope), in its OpenAI-compatible form. */
import { error, type ErrorCase } from './error-case.ts';

const body = (code: string, message: string, type = code) => ({ error: { message, type, param: null, code }, request_id: 'r' });
const PAGE = 'alibabacloud.com/help/en/model-studio/error-code';

export const ALIBABA: readonly ErrorCase[] = [
  error('no-money', 400, body('Arrearage', 'Access denied, please make sure your account is in good standing.'), PAGE),
  error(
    'content-refused',
    400,
    body('data_inspection_failed', 'Input or output data may contain inappropriate content.', 'data_inspection_failed'),
    PAGE,
  ),
  error(
    'content-refused',
    400,
    { code: 'DataInspectionFailed', message: 'Input or output data may contain inappropriate content.', request_id: 'r' },
    `${PAGE}: DashScope's own form`,
  ),
  error('bad-key', 401, body('invalid_api_key', 'Incorrect API key provided.', 'invalid_request_error'), PAGE),
  error('bad-key', 401, { code: 'InvalidApiKey', message: 'Invalid API-key provided.', request_id: 'r' }, `${PAGE}: DashScope's own form`),
  error('rate-limited', 429, body('Throttling.RateQuota', 'Requests rate limit exceeded, please try again later.'), PAGE),
  error('rate-limited', 429, body('Throttling.AllocationQuota', 'Allocated quota exceeded, please increase your quota limit.'), PAGE),
  error(
    'rate-limited',
    429,
    body('limit_burst_rate', 'Request rate increased too quickly. To ensure system stability, please adjust your client logic.'),
    'NousResearch/hermes-agent error_classifier.py',
  ),
  error(
    'prompt-too-long',
    400,
    body('invalid_parameter_error', 'Range of input length should be [1, 983616]', 'invalid_request_error'),
    'QwenLM/qwen-code#3652',
  ),
  error(
    'invalid-request',
    400,
    body(
      'invalid_parameter_error',
      'This model only support stream mode, please enable the stream parameter to access the model.',
      'invalid_request_error',
    ),
    PAGE,
  ),
  error('not-permitted', 403, body('AccessDenied', 'Access denied.'), 'help.aliyun.com/en/model-studio/error-code-start lists the code'),
  error(
    'provider-fault',
    500,
    body('InternalError', 'An internal error has occured, please try again later or contact service support.'),
    PAGE,
  ),
];
