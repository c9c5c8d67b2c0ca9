/** DeepSeek. */
import { error, statusOnly, type ErrorCase } from './error-case.ts';

const body = (message: string, type = 'invalid_request_error', code = 'invalid_request_error') => ({
  error: { message, type, param: null, code },
});
const DOCS = 'api-docs.deepseek.com/quick_start/error_codes, read 2026-11-30';

export const DEEPSEEK: readonly ErrorCase[] = [
  error('no-money', 402, body('Insufficient Balance', 'unknown_error'), 'continuedev/continue#11787'),
  error('content-refused', 400, body('Content Exists Risk'), '666ghj/BettaFish#108'),
  error('content-refused', 400, { detail: 'Content Exists Risk' }, 'deepseek-ai/DeepSeek-V2#30'),
  error(
    'content-refused',
    400,
    { code: 'invalid_request_error', message: 'Content Exists Risk', param: null, type: 'invalid_request_error' },
    'whiteguo233/OpenBiliClaw#199',
  ),
  error('no-such-model', 400, body('Model Not Exist'), 'ConardLi/easy-dataset#9'),
  error(
    'bad-key',
    401,
    body('Authentication Fails, Your api key: ****fcc2 is invalid', 'authentication_error'),
    'continuedev/continue#11820',
  ),
  error(
    'bad-key',
    401,
    body('Authentication Fails (no such user)', 'authentication_error', 'invalid_request_error'),
    'nextcloud/integration_openai#182',
  ),
  error(
    'bad-key',
    401,
    body('Authentication Fails (auth header format should be Bearer sk-...)', 'authentication_error'),
    'continuedev/continue#10056',
  ),
  error(
    'prompt-too-long',
    400,
    body(
      "This model's maximum context length is 65536 tokens. However, you requested 66343 tokens (62247 in the messages, 4096 in the completion). Please reduce the length of the messages or completion.",
    ),
    'FoundationAgents/OpenManus#79',
  ),
  ...['unknown variant `image_url`, expected `text`', 'data did not match any variant of untagged enum ChatCompletionRequestContent'].map(
    (why) =>
      error(
        'not-supported',
        400,
        body(`Failed to deserialize the JSON body into the target type: messages[1]: ${why} at line 1 column 18231`),
        'nesquena/hermes-webui#2297 and browser-use/browser-use#159: images',
        { told: { status: 400, type: 'invalid_request' } },
      ),
  ),
  statusOnly('invalid-request', 422, DOCS, { told: { status: 422, type: 'unprocessable' } }),
  statusOnly('rate-limited', 429, DOCS),
  statusOnly('provider-fault', 500, DOCS),
  statusOnly('overloaded', 503, DOCS),
];
