/** The same as `reported.ts`, of providers and servers outside the fifteen largest, and of relays. */
import { error, statusOnly, type ErrorCase } from './error-case.ts';

const SAMBANOVA = 'docs.sambanova.ai/docs/en/api-reference/using-the-api/api-error-codes';
const NOVITA = 'novita.ai/docs/guides/error';
/** Code and reason are documented, the sentence is not. */
const novita = (code: number, reason: string) => ({ code, reason, metadata: {} });

const flat = (code: number | string, message: string) => ({ error: { code, message } });
const minimax = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: '0599' });

export const REPORTED_OTHERS: Readonly<Record<string, readonly ErrorCase[]>> = {
  moonshot: [
    error(
      'no-money',
      403,
      {
        error: {
          message:
            'Your account org-x<ak-x> is not active, organization <org-x> exceeded current quota, please check your plan and billing details',
          type: 'exceeded_current_quota_error',
        },
      },
      'MoonshotAI/Kimi-K2#5',
    ),
    error(
      'rate-limited',
      429,
      {
        error: {
          message:
            'Your account org-78cd / proj-a418 <ak-f94z> request reached organization TPD rate limit, current: 1526210, limit: 1500000',
          type: 'rate_limit_reached_error',
        },
      },
      'MoonshotAI/kimi-cli#1599',
    ),
    error(
      'rate-limited',
      429,
      {
        error: {
          message: 'Your account org-e664<ak-f3t8> request reached max organization concurrency: 1, please try again after 1 seconds',
          type: 'rate_limit_reached_error',
        },
      },
      'LLM-Red-Team/kimi-cc#16',
      { told: { retryAfter: 1 } },
    ),
  ],
  zai: [
    error('no-money', 429, flat('1113', '余额不足或无可用资源包,请充值。'), 'zhayujie/CowAgent#2910'),
    error('no-money', 429, flat('1113', 'Insufficient balance or no resource package. Please recharge.'), 'zai-org/GLM-5#148'),
    error('rate-limited', 429, flat('1302', '您的账户已达到速率限制，请您控制请求频率'), 'zai-org/GLM-5#78'),
    error('overloaded', 429, flat('1305', '该模型当前访问量过大，请您稍后再试'), 'HKUDS/nanobot#3864', { told: { status: 429 } }),
    error('rate-limited', 429, flat('1308', '已达到 5 小时的使用上限。您的限额将在 2026-08-25 07:41:44 重置。'), 'dirge-code/dirge#818'),
  ],
  minimax: [
    error('no-money', 500, minimax('api_error', 'insufficient balance (1008)'), 'MiniMax-AI/MiniMax-M2#62'),
    error(
      'no-money',
      429,
      { error: { http_code: '429', message: 'insufficient balance (1008)', type: 'insufficient_balance_error' }, request_id: 'x' },
      'modelscope/modelscope#1691',
    ),
    error(
      'rate-limited',
      429,
      minimax(
        'rate_limit_error',
        'usage limit exceeded, 5-hour usage limit reached for Token Plan Starter (0/0 used), resets at 2026-05-15T15:00:00Z (2056)',
      ),
      'MiniMax-AI/MiniMax-M2.7#36',
    ),
    error('bad-key', 401, minimax('authentication_error', 'invalid api key'), 'egoist/chatwise-releases#1368'),
    error('bad-key', 200, { base_resp: { status_code: 2049, status_msg: 'invalid api key' } }, 'MiniMax-AI/MiniMax-01#37'),
    error(
      'bad-key',
      401,
      minimax('authentication_error', "login fail: Please carry the API secret key in the 'Authorization' field of the request header"),
      'MiniMax-AI/MiniMax-M2#96',
    ),
  ],
  cerebras: [
    error(
      'rate-limited',
      429,
      {
        message: 'Requests per minute limit exceeded - too many requests sent.',
        type: 'too_many_requests_error',
        param: 'quota',
        code: 'request_quota_exceeded',
      },
      'nminaya/grammar-nazi-bot#958',
    ),
    error('rate-limited', 429, '"Tokens per minute limit exceeded - too many tokens processed."', 'continuedev/continue#9800'),
    error(
      'overloaded',
      429,
      {
        type: 'too_many_requests_error',
        param: 'queue',
        code: 'queue_exceeded',
      },
      'the code: public files that wait after it',
      { told: { status: 429 } },
    ),
  ],
  siliconflow: [
    error(
      'no-money',
      403,
      {
        code: 30011,
        message: 'The selected model requires paid balance. Your paid balance is insufficient. Please top up and try again.',
        data: null,
      },
      'FoundationAgents/OpenManus#438',
    ),
    error(
      'no-such-model',
      400,
      { code: 20012, message: 'Model does not exist. Please check it carefully.', data: null },
      'anyme123/Any-code#1',
    ),
  ],
  sambanova: [
    error(
      'invalid-request',
      400,
      {
        error: {
          message: 'Decimal above maximum value. Expected a value between 0 and 1, but got 100 instead.',
          type: 'invalid_request_error',
          param: 'top_p',
          code: 'decimal_above_max_value',
        },
        request_id: '2a8b3c4d',
      },
      SAMBANOVA,
    ),
    statusOnly('bad-key', 401, SAMBANOVA),
    statusOnly('no-such-model', 410, `${SAMBANOVA}: a model that was deprecated or removed`),
    statusOnly('timeout', 408, SAMBANOVA, { told: { status: 408 } }),
    statusOnly('rate-limited', 429, SAMBANOVA),
    statusOnly('overloaded', 503, SAMBANOVA),
    error('invalid-request', 422, '', 'lobehub/lobehub#12845', { told: { status: 422, type: 'unprocessable' } }),
  ],
  novita: [
    statusOnly('bad-key', 401, NOVITA),
    error('not-permitted', 403, novita(403, 'model_access_denied'), NOVITA),
    error('no-money', 403, novita(403, 'NOT_ENOUGH_BALANCE'), 'huggingface/hub-docs#2392 has the reason'),
    statusOnly('rate-limited', 429, NOVITA),
    statusOnly('overloaded', 503, NOVITA),
  ],
  nvidia: [
    error(
      'no-such-model',
      410,
      {
        type: 'about:blank',
        title: 'Gone',
        status: 410,
        detail: "The model 'z-ai/glm4.7' has reached its end of life on 2026-05-14T00:00:00Z and is no longer available.",
      },
      'capocasa/3code#2',
    ),
    error(
      'overloaded',
      429,
      { error: { message: 'ResourceExhausted: Worker local total request limit reached (32/32)' } },
      'perminder-klair/subwave#671',
      { told: { status: 429 } },
    ),
    error(
      'provider-fault',
      500,
      'Missing request extension: Extension of type `headers::common::authorization::Authorization` was not found.',
      'continuedev/continue#11173',
    ),
  ],
  deepinfra: [
    error('overloaded', 429, { error: { message: 'Model busy, retry later' } }, 'truefoundry/models#862', { told: { status: 429 } }),
  ],
  huggingface: [
    error(
      'no-such-model',
      400,
      { error: { message: "The requested model 'moonshotai/Kimi-K2-Instruct' is not supported by any provider you have enabled." } },
      'cline/cline#5098',
    ),
    error('no-such-model', 400, { error: 'Model not supported by provider together' }, 'huggingface/huggingface.js#2225'),
  ],
  ollama: [
    error(
      'provider-fault',
      500,
      { error: 'model requires more system memory (5.3 GiB) than is available (3.3 GiB)' },
      'continuedev/continue#11767',
    ),
    error(
      'provider-fault',
      500,
      {
        error:
          'model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details',
      },
      'continuedev/continue#11241',
    ),
    error(
      'rate-limited',
      429,
      { error: 'you (someone) have reached your session usage limit, please wait or upgrade to continue' },
      'continuedev/continue#10579',
    ),
    error('bad-key', 401, { error: 'unauthorized' }, 'continuedev/continue#11748'),
  ],
  'lm-studio': [
    error(
      'no-such-model',
      404,
      {
        error: {
          message: 'No models loaded. Please load a model in the developer page or use the `lms load` command.',
          type: 'invalid_request_error',
          param: 'model',
          code: 'model_not_found',
        },
      },
      'canopyai/Orpheus-TTS#229',
    ),
    error(
      'no-such-model',
      400,
      { error: { message: 'No models loaded. Please load a model ...', type: 'invalid_request_error', param: 'model' } },
      'tinyhumansai/openhuman#4181',
    ),
  ],
  vllm: [
    error(
      'prompt-too-long',
      400,
      {
        object: 'error',
        message:
          'The decoder prompt (length 337896) is longer than the maximum model length of 128000. Make sure that `max_model_len` is no smaller than the number of text tokens plus multimodal tokens.',
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
      'EvolvingLMMs-Lab/lmms-eval#711',
    ),
    error(
      'prompt-too-long',
      400,
      {
        error: {
          message: 'Prompt length of 5016 is longer than the maximum model length of 4096.',
          type: 'BadRequestError',
          param: null,
          code: 400,
        },
      },
      'hiyouga/LlamaFactory#7723',
    ),
    error(
      'prompt-too-long',
      500,
      { detail: '[address=0.0.0.0:37591, pid=324770] The decoder prompt (length 17772) is longer than the maximum model length of 16384.' },
      'xorbitsai/inference#3785',
    ),
    // Relays that are reached like any OpenAI-compatible server.
    error(
      'no-money',
      403,
      { error: { message: 'user quota is not enough', type: 'one_api_error', code: 'insufficient_user_quota' } },
      'songquanpeng/one-api relay/controller/helper.go',
    ),
    error(
      'overloaded',
      429,
      { error: { message: '当前分组上游负载已饱和，请稍后再试 (request id: 2024)', type: 'new_api_error', param: '', code: null } },
      'popjane/free_chatgpt_api#65',
      { told: { status: 429 } },
    ),
    error(
      'overloaded',
      429,
      {
        error: {
          message: '当前分组上游负载已饱和，请稍后再试',
          localized_message: 'Unknown error',
          type: 'insufficient_quota',
          param: '',
          code: 'insufficient_quota',
        },
      },
      '666ghj/BettaFish#579',
      { told: { status: 429 } },
    ),
    error(
      'no-money',
      404,
      {
        status: 404,
        message:
          "Model 'openai/gpt-5.5-pro' requires available credits. Your account balance is too low to use paid models — add credits at https://portal.nousresearch.com or pick a free model.",
      },
      'NousResearch/hermes-agent tests/agent/test_error_classifier.py',
    ),
    error(
      'not-permitted',
      404,
      {
        status: 404,
        message: "Model 'gpt-5' is not available on the Free Tier. Upgrade at https://portal.nousresearch.com or pick a free model.",
      },
      'NousResearch/hermes-agent tests/agent/test_error_classifier.py',
    ),
    error(
      'no-money',
      429,
      {
        type: 'error',
        error: { type: '1113', message: 'Insufficient balance or no resource package. Please recharge.' },
        request_id: '2025',
      },
      'anthropics/claude-code#9201',
    ),
  ],
  'cloudflare-workers-ai': [
    error(
      'no-money',
      429,
      {
        success: false,
        errors: [
          {
            code: 4006,
            message: "you have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's Workers Paid plan",
          },
        ],
        result: null,
        messages: [],
      },
      'diegosouzapw/OmniRoute#6980',
      { told: { status: 429, type: 'rate_limit_exceeded' } },
    ),
  ],
};
