/** Providers and servers outside the fifteen largest: fewer cases each, in their own words. */
import { error, event, type ErrorCase } from './error-case.ts';

const KIMI = 'platform.kimi.ai/docs/api/errors';
const kimi = (type: string, message: string) => ({ error: { type, message } });

export const MOONSHOT: readonly ErrorCase[] = [
  error('content-refused', 400, kimi('content_filter', 'The request was rejected because it was considered high risk'), KIMI),
  error('prompt-too-long', 400, kimi('invalid_request_error', 'Input token length too long'), KIMI),
  error('prompt-too-long', 400, kimi('invalid_request_error', 'Your request exceeded model token limit : 262144'), KIMI),
  error('bad-key', 401, kimi('invalid_authentication_error', 'Invalid Authentication'), KIMI),
  error('bad-key', 401, kimi('incorrect_api_key_error', 'Incorrect API key provided'), KIMI),
  error(
    'no-money',
    429,
    kimi('exceeded_current_quota_error', 'Your account is suspended, please check your plan and billing details'),
    KIMI,
  ),
  error(
    'overloaded',
    429,
    kimi('engine_overloaded_error', 'The engine is currently overloaded, please try again later'),
    `${KIMI}; kimi.com/code error reference`,
    { told: { status: 429 } },
  ),
  error('no-such-model', 404, kimi('resource_not_found_error', 'Not found the model or Permission denied'), KIMI),
];

const ZAI_PAGE = 'docs.z.ai/api-reference/api-code';
const zai = (code: string, message: string) => ({ error: { code, message } });

export const ZAI: readonly ErrorCase[] = [
  error(
    'bad-key',
    401,
    zai('1002', 'Invalid Authentication Token, please confirm the correct transmission of the Authentication Token'),
    ZAI_PAGE,
  ),
  error('no-money', 429, zai('1113', 'Your account is in arrears, please recharge and try again'), ZAI_PAGE),
  error('not-permitted', 429, zai('1112', 'Your account has been locked, please contact customer service to unlock'), ZAI_PAGE),
  error('no-such-model', 400, zai('1211', 'Model does not exist, please check the model code'), ZAI_PAGE),
  error('invalid-request', 400, zai('1214', 'Invalid temperature parameter. Please check the documentation'), ZAI_PAGE),
  error('content-refused', 400, zai('1301', 'System detected potentially unsafe or sensitive content in input or generation.'), ZAI_PAGE),
  error('rate-limited', 429, zai('1302', 'High concurrency usage of this API, please reduce concurrency'), ZAI_PAGE),
  error('provider-fault', 500, zai('1234', 'Network error, error id: 1, please contact customer service'), ZAI_PAGE),
];

const MINIMAX_PAGE = 'platform.minimax.io/docs/api-reference/errorcode';
const minimax = (status_code: number, status_msg: string) => ({
  id: '1',
  choices: null,
  created: 1,
  model: 'm',
  base_resp: { status_code, status_msg },
});

export const MINIMAX: readonly ErrorCase[] = [
  error('no-money', 200, minimax(1008, 'insufficient balance'), MINIMAX_PAGE),
  error('no-money', 200, event({ ...minimax(1008, 'insufficient balance'), choices: [] }), MINIMAX_PAGE, { as: 'stream' }),
  error('content-refused', 200, minimax(1026, 'input new_sensitive'), MINIMAX_PAGE),
  error('content-refused', 200, minimax(1027, 'output new_sensitive'), MINIMAX_PAGE),
  error('bad-key', 200, minimax(1004, 'login fail: Please carry the API secret key in the Authorization field'), MINIMAX_PAGE),
  error('rate-limited', 200, minimax(1002, 'rate limit'), MINIMAX_PAGE),
  error('provider-fault', 200, minimax(1000, 'unknown error'), MINIMAX_PAGE),
  error('timeout', 200, minimax(1001, 'request timeout'), MINIMAX_PAGE),
  error(
    'prompt-too-long',
    400,
    { type: 'error', error: { type: 'bad_request_error', message: 'invalid params, context window exceeds limit (2013)' } },
    'earendil-works/pi overflow.ts',
  ),
];

export const CEREBRAS: readonly ErrorCase[] = [
  error(
    'prompt-too-long',
    400,
    {
      message: 'Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    },
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'rate-limited',
    429,
    {
      message: 'Tokens per minute limit exceeded - too many tokens processed.',
      type: 'too_many_tokens_error',
      param: 'quota',
      code: 'token_quota_exceeded',
    },
    'continuedev/continue#9800 and the form of nminaya/grammar-nazi-bot#958; headers: cerebras-cloud-sdk',
    {
      headers: {
        'x-ratelimit-remaining-tokens-minute': '0',
        'x-ratelimit-reset-tokens-minute': '41.5',
        'x-ratelimit-remaining-requests-day': '14000',
        'x-ratelimit-reset-requests-day': '33011.38',
      },
      told: { retryAfter: 42 },
    },
  ),
];

const TOO_LONG_LLAMA = {
  error: {
    code: 400,
    message: 'the request exceeds the available context size, try increasing it',
    type: 'exceed_context_size_error',
    n_prompt_tokens: 9000,
    n_ctx: 8192,
  },
};

export const LLAMA_CPP: readonly ErrorCase[] = [
  error('prompt-too-long', 400, TOO_LONG_LLAMA, 'earendil-works/pi overflow.ts'),
  error(
    'prompt-too-long',
    200,
    'error: {"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"invalid_request_error"}\n\ndata: [DONE]\n\n',
    'coddy-project/coddy-agent#106: in a field of its own',
    { as: 'stream' },
  ),
  error(
    'overloaded',
    503,
    { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
    'ggml-org/llama.cpp server, read 2026-08',
  ),
];

export const LM_STUDIO: readonly ErrorCase[] = [
  error(
    'prompt-too-long',
    400,
    {
      error:
        'The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger context length.',
    },
    'earendil-works/pi overflow.ts',
  ),
  error(
    'prompt-too-long',
    400,
    {
      error:
        'Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input',
    },
    'lmstudio-ai/lmstudio-bug-tracker#546',
  ),
];

export const OLLAMA: readonly ErrorCase[] = [
  error('prompt-too-long', 400, { error: 'prompt too long; exceeded max context length by 812 tokens' }, 'earendil-works/pi overflow.ts'),
  error('no-such-model', 404, { error: 'model "x" not found, try pulling it first' }, 'github.com/ollama/ollama fb30760, read 2026-11-20'),
  error('bad-key', 200, { error: 'unauthorized' }, 'the words: ollama/ollama#16065; inside an answer: ollama/ollama docs/api/errors.mdx'),
  error(
    'overloaded',
    503,
    { error: 'server busy, please try again. maximum pending requests exceeded' },
    'github.com/ollama/ollama fb30760, read 2026-11-20',
  ),
];

export const SGLANG: readonly ErrorCase[] = [
  error(
    'prompt-too-long',
    400,
    {
      object: 'error',
      message: "The input (3000 tokens) is longer than the model's context length (2048 tokens).",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    'earendil-works/pi overflow.ts',
  ),
  error(
    'prompt-too-long',
    400,
    {
      object: 'error',
      message: "Requested token count exceeds the model's maximum context length of 131072 tokens.",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    'earendil-works/pi overflow.ts',
  ),
];

export const HUGGINGFACE: readonly ErrorCase[] = [
  error(
    'prompt-too-long',
    422,
    {
      error:
        'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4000 `inputs` tokens and 512 `max_new_tokens`',
      error_type: 'validation',
    },
    'BerriAI/litellm exception_mapping_utils.py',
  ),
  error(
    'no-money',
    402,
    {
      error:
        'You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits.',
    },
    'huggingface/agents-course#386',
  ),
];

export const GITHUB_MODELS: readonly ErrorCase[] = [
  error(
    'bad-key',
    401,
    { error: { code: 'unauthorized', message: 'Your account type is not currently supported' } },
    'sdcb/chats#58: code and sentence',
  ),
  error(
    'prompt-too-long',
    413,
    {
      error: {
        code: 'tokens_limit_reached',
        message: 'Request body too large for gpt-4o model. Max size: 8000 tokens.',
        details: 'Request body too large for gpt-4o model. Max size: 8000 tokens.',
      },
    },
    'eslint/tsc-meetings#593',
  ),
];

export const CLOUDFLARE_WORKERS_AI: readonly ErrorCase[] = [
  error(
    'bad-key',
    200,
    { result: null, success: false, errors: [{ code: 10000, message: 'Authentication error' }], messages: [] },
    'anomalyco/opencode#32051',
  ),
  error(
    'bad-key',
    400,
    {
      success: false,
      errors: [
        {
          code: 6003,
          message: 'Invalid request headers',
          error_chain: [{ code: 6111, message: 'Invalid format for Authorization header' }],
        },
      ],
      messages: [],
      result: null,
    },
    'Ultimate-Multisite/ultimate-multisite#73',
  ),
  error('bad-key', 400, { success: false, errors: [{ code: 9109, message: 'Invalid access token' }] }, 'cert-manager/cert-manager#4465'),
  error(
    'overloaded',
    429,
    { success: false, errors: [{ code: 3040, message: 'Capacity temporarily exceeded, please try again.' }], result: null, messages: [] },
    'developers.cloudflare.com/workers-ai/platform/errors, read 2026-11-20',
    { told: { status: 429 } },
  ),
  error(
    'no-such-model',
    400,
    { success: false, errors: [{ code: 5007, message: 'No such model @cf/none or task' }], result: null, messages: [] },
    'developers.cloudflare.com/workers-ai/platform/errors, read 2026-11-20',
  ),
];
