/** Cohere. */
import { error, statusOnly, type ErrorCase } from './error-case.ts';

const SPEC = 'cohere-openapi.yaml (cohere-developer-experience e814c8a, read 2026-11-20)';
const DOCS = 'docs.cohere.com/errors-reference, read 2026-11-30';
const STATUSES = 'cohere-ai/cohere-developer-experience#189';

export const COHERE: readonly ErrorCase[] = [
  error('bad-key', 401, { message: 'invalid api token' }, 'cohere-ai/cohere-toolkit#857'),
  error(
    'no-such-model',
    404,
    { id: 'one', message: "model 'xlarge' not found, make sure the correct model ID was used and that you have access to the model." },
    'MaartenGr/BERTopic#1864',
  ),
  statusOnly('no-money', 402, STATUSES),
  error(
    'rate-limited',
    429,
    {
      message:
        'You are using a Trial key, which is limited to 20 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key with higher rate limits.',
    },
    'cohere-ai/cohere-developer-experience rate-limits.mdx, read 2026-11-20',
  ),
  statusOnly('content-refused', 498, STATUSES),
  error('invalid-request', 400, { message: 'invalid request: prompt must be at least 1 token long.' }, DOCS),
  error('invalid-request', 422, { message: "unknown field: parameter 'foo' is not a valid field" }, SPEC, {
    told: { status: 422, type: 'unprocessable' },
  }),
  error('not-permitted', 403, '<!doctype html><meta charset="utf-8"><title>403</title>403 Forbidden', 'langgenius/dify#2506'),
  error('provider-fault', 499, { message: 'request cancelled' }, 'developersdigest.tech/errors/api/cohere-api/499-request-cancelled'),
  statusOnly('provider-fault', 500, SPEC),
  statusOnly('overloaded', 503, SPEC),
  statusOnly('timeout', 504, SPEC),
];
