/** Google: AI Studio and Vertex AI. */
import { error, type ErrorCase } from './error-case.ts';

const body = (code: number, status: string, message: string, ...details: object[]) => ({ error: { code, message, status, details } });
const reason = (name: string) => ({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: name, domain: 'googleapis.com' });
const API = 'cloud.google.com/apis/design/errors, read 2026-11-20';

const BOTH: readonly ErrorCase[] = [
  error(
    'not-permitted',
    403,
    body(403, 'PERMISSION_DENIED', 'Permission denied on resource project polynomial-coda-4.', reason('CONSUMER_INVALID')),
    'gemini-cli-extensions/nanobanana#16',
  ),
  error('rate-limited', 429, body(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'), API),
  error(
    'overloaded',
    503,
    body(503, 'UNAVAILABLE', 'No capacity available for model on the server', reason('MODEL_CAPACITY_EXHAUSTED')),
    'google-gemini/gemini-cli#23520',
  ),
  error('timeout', 504, body(504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'), API),
  error('provider-fault', 500, body(500, 'INTERNAL', 'An internal error has occurred.'), API),
  error('provider-fault', 499, body(499, 'CANCELLED', 'The operation was cancelled.'), API),
  error(
    'invalid-request',
    400,
    body(400, 'INVALID_ARGUMENT', `Invalid JSON payload received. Unknown name "min_p": Cannot find field.`),
    'test/dialects/gemini/error.test.ts, read 2026-11-20',
  ),
  error('invalid-request', 400, [body(400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.')], 'the same, in an array'),
];

export const GOOGLE_AI_STUDIO: readonly ErrorCase[] = [
  ...BOTH,
  error(
    'bad-key',
    400,
    body(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', reason('API_KEY_INVALID')),
    'ai.google.dev, read 2026-11-20',
  ),
  error('bad-key', 400, body(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.', reason('API_KEY_INVALID')), 'the same'),
  error(
    'not-permitted',
    403,
    body(403, 'PERMISSION_DENIED', "Permission denied: Consumer 'api_key:AIza' has been suspended.", reason('CONSUMER_SUSPENDED')),
    'google/generative-ai-docs#356',
  ),
  error(
    'not-permitted',
    403,
    body(403, 'PERMISSION_DENIED', 'This service has been disabled in this account for violation of Terms of Service.'),
    'google-gemini/gemini-cli#19501: the account, not the content',
  ),
  error(
    'not-permitted',
    400,
    body(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    'google-gemini/gemini-cli#1614',
  ),
  error(
    'no-such-model',
    404,
    body(
      404,
      'NOT_FOUND',
      'models/gemini-1.5-flash is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models.',
    ),
    'wwardaww/gnome-gemini-ai#22',
  ),
  error(
    'rate-limited',
    429,
    body(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits. Please retry in 34.074824224s.',
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' },
    ),
    'vercel/ai google-429-retry-info.json',
    { told: { retryAfter: 34 } },
  ),
  error(
    'not-permitted',
    429,
    body(
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-2.5-pro Please retry in 12s.',
    ),
    'google-gemini/gemini-cli#22486: an entitlement of zero',
  ),
  error('overloaded', 503, body(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'), 'ai.google.dev troubleshooting'),
  error(
    'prompt-too-long',
    400,
    body(400, 'INVALID_ARGUMENT', 'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).'),
    'google-gemini/gemini-cli#4692 has the form',
  ),
];

export const GOOGLE_VERTEX: readonly ErrorCase[] = [
  ...BOTH,
  error(
    'no-such-model',
    404,
    body(
      404,
      'NOT_FOUND',
      'Publisher Model `projects/7/locations/us-central1/publishers/google/models/gemini-9` was not found or your project does not have access to it. Please ensure you are using a valid model version.',
    ),
    'genkit-ai/genkit#4688',
  ),
  error(
    'not-permitted',
    403,
    body(
      403,
      'PERMISSION_DENIED',
      "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/projects/p/locations/us-east4/publishers/google/models/gemini-pro' (or it may not exist).",
    ),
    'rpurinton/gemini-php#4',
  ),
  error(
    'not-permitted',
    403,
    body(403, 'PERMISSION_DENIED', 'Vertex AI API has not been used in project 7 before or it is disabled.'),
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'prompt-too-long',
    400,
    body(
      400,
      'INVALID_ARGUMENT',
      'Unable to submit request because the input token count is 1200000 but model only supports up to 1048576.',
    ),
    'test/dialects/gemini/error.test.ts, read 2026-11-20',
  ),
];
