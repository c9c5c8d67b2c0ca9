/** The same as `blind.ts`, of vLLM and of relays that are reached like it. */
import { error, type ErrorCase } from './error-case.ts';

const as = (status: number, type = 'invalid_request') => ({ told: { status, type } });

export const BLIND_VLLM: readonly ErrorCase[] = [
  error(
    'not-supported',
    400,
    { object: 'error', message: 'System role not supported', type: 'BadRequestError', param: null, code: 400 },
    'BerriAI/litellm#4377',
    as(400),
  ),
  error(
    'not-supported',
    400,
    {
      object: 'error',
      message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    'langchain4j/langchain4j#3475',
    as(400),
  ),
  error(
    'no-such-model',
    400,
    { object: 'error', message: 'Only  allowed now, your model local_chatglm3-6b', code: 40301 },
    'chatchat-space/Langchain-Chatchat#3728',
  ),
  error('no-such-model', 403, { error: { message: 'Model not found', code: 403, type: 'Forbidden' } }, 'gpustack/gpustack#5036'),
  error(
    'bad-key',
    401,
    { error: { message: 'Invalid token: hF6G0 (tid: 202602171939084099614400537997)', type: 'Aihubmix_api_error' } },
    '666ghj/BettaFish#586',
  ),
  error(
    'no-money',
    403,
    { error: { message: 'insufficient balance, please top up at /panel', type: 'insufficient_balance' } },
    'anomalyco/opencode#50305',
  ),
  error(
    'no-such-model',
    404,
    {
      error: {
        code: 'InvalidEndpointOrModel.NotFound',
        message: 'The model or endpoint doubao-embedding-large-text-240915 does not exist or you do not have access to it',
      },
    },
    'volcengine/MineContext#328',
  ),
  error(
    'no-money',
    429,
    {
      error: {
        code: 'SetLimitExceeded',
        message:
          'Your account [2100334555] has reached the set inference limit for the [doubao-seed-1-6-flash] model, and the model service has been paused. To continue using this model, please visit the Model Activation page',
      },
    },
    'volcengine/MineContext#328',
  ),
  error(
    'no-money',
    402,
    {
      error: {
        message: 'Insufficient credits — top up your balance at https://gitlawb.com/opengateway/credits',
        type: 'insufficient_quota',
        code: 'insufficient_credits',
      },
    },
    'Gitlawb/openclaude#1489',
    as(429, 'rate_limit_exceeded'),
  ),
  error(
    'invalid-request',
    400,
    {
      object: 'error',
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 64}]",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    'vllm-project/vllm#10078',
  ),
];
