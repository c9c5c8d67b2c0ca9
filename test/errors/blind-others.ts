/** The same as `blind.ts`, of the providers and servers outside the fifteen largest, but vLLM. */
import { error, type ErrorCase } from './error-case.ts';

const as = (status: number, type = 'invalid_request') => ({ told: { status, type } });

export const BLIND_OTHERS: Readonly<Record<string, readonly ErrorCase[]>> = {
  cerebras: [
    error(
      'no-such-model',
      404,
      {
        message: 'Model does not exist or you do not have access to it.',
        type: 'not_found_error',
        param: 'model',
        code: 'model_not_found',
      },
      'nminaya/grammar-nazi-bot#933',
    ),
  ],
  'cloudflare-workers-ai': [
    error(
      'invalid-request',
      400,
      {
        error: {
          message:
            "AiError: Bad input: Error: anyOf at '/' not met: required properties at '/audio' are 'voice,format', required properties at '/tool_choice/function' are 'name'",
        },
      },
      'QuantumNous/new-api#4605',
    ),
    error(
      'prompt-too-long',
      400,
      {
        errors: [
          {
            message:
              "AiError: AiError: This model's maximum context length is 131072 tokens. However, you requested 16000 output tokens and your prompt contains at least 115073 input tokens",
            code: 8007,
          },
        ],
        success: false,
        result: {},
        messages: [],
      },
      'cloudflare/cloudflare-docs#29731',
    ),
  ],
  deepinfra: [
    error('bad-key', 403, { detail: { error: 'Not authenticated' } }, 'XInTheDark/raycast-g4f#179'),
    error(
      'bad-key',
      401,
      { error: { message: 'Not authenticated', type: 'invalid_request_error', param: null, code: null } },
      'xtekky/gpt4free#3446',
    ),
    error(
      'prompt-too-long',
      500,
      { error: { message: 'Requested input length 99009 exceeds maximum input length 8192' } },
      'langchain-ai/langchain#25671',
    ),
    error(
      'invalid-request',
      400,
      {
        error: {
          message:
            'max_tokens=131072 cannot be greater than max_model_len=max_total_tokens=28672. Please request fewer output tokens. (parameter=max_tokens, value=131072)',
        },
      },
      'HeyPuter/puter#3564',
    ),
  ],
  huggingface: [
    error(
      'not-permitted',
      403,
      { error: 'This authentication method does not have sufficient permissions to call Inference Providers on behalf of user X.' },
      'huggingface/agents-course#558',
    ),
    error('bad-key', 401, { error: 'Invalid username or password.' }, 'huggingface/mcp-course#55'),
    error(
      'overloaded',
      503,
      { error: 'Model meta-llama/Llama-2-13b-chat is currently loading', estimated_time: 20 },
      'huggingface/transformers#32665',
    ),
    error('not-permitted', 400, { error: 'Model requires a Pro subscription' }, 'philschmid/easyllm#14'),
    error('overloaded', 503, { error: 'Service Unavailable' }, 'huggingface/huggingface-llama-recipes#30'),
  ],
  'llama-cpp': [
    error(
      'not-supported',
      500,
      { error: { code: 500, message: 'tools param requires --jinja flag', type: 'server_error' } },
      'AstrBotDevs/AstrBot#758',
      as(400),
    ),
    error(
      'not-supported',
      500,
      { error: { code: 500, message: 'Unsupported param: tools', type: 'server_error' } },
      'ggml-org/llama.cpp#10920',
      as(400),
    ),
    error('bad-key', 401, { error: { code: 401, message: 'Invalid API Key', type: 'authentication_error' } }, 'ggml-org/llama.cpp#14352'),
    error(
      'not-supported',
      500,
      {
        error: {
          code: 500,
          message: 'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
          type: 'server_error',
        },
      },
      'ggml-org/llama.cpp#15377',
      as(400),
    ),
    error(
      'not-supported',
      500,
      { error: { code: 500, message: 'image input is not supported by this server', type: 'server_error' } },
      'ggml-org/llama.cpp#13566',
      as(400),
    ),
    error(
      'not-supported',
      500,
      {
        error: {
          code: 500,
          message:
            'Failed to parse messages: Unsupported content part type: "image_url"; messages = [\n  {\n    "role": "user",\n    "content": [{"type":"text","text":"PLS  desc this pic?"}]}]',
          type: 'server_error',
        },
      },
      'ggml-org/llama.cpp#12947',
      as(400),
    ),
  ],
  'lm-studio': [
    error(
      'provider-fault',
      400,
      { error: 'Failed to load model "qwen/qwen3-coder-30b". Error: Operation canceled.' },
      'charmbracelet/crush#2546',
    ),
    error(
      'wrong-address',
      200,
      { error: 'Unexpected endpoint or method. (POST /chat/completions)' },
      'lmstudio-ai/lmstudio-bug-tracker#618',
    ),
    error(
      'invalid-request',
      400,
      {
        error: "'messages' array must only contain objects with a 'role' field that is in [user, assistant, system, tool]. Got 'developer'",
      },
      'lmstudio-ai/lmstudio-bug-tracker#669',
    ),
  ],
  nebius: [error('no-such-model', 404, { detail: 'The model `nebius/openai/gpt-oss-120b` does not exist.' }, 'BerriAI/litellm#15558')],
  nvidia: [
    error(
      'provider-fault',
      400,
      {
        status: 400,
        title: 'Bad Request',
        detail: "Function id '3b9748d8-1d85-40e8-8573-0eeaa63a4b63': DEGRADED function cannot be invoked",
      },
      'Alishahryar1/free-claude-code#1012',
    ),
    error(
      'no-such-model',
      404,
      { status: 404, title: 'Not Found', detail: "Function '23d4f03a-b8a6-4adb-a183-7daa083a09cc': Not found for account 'Qawmu2'" },
      'Alishahryar1/free-claude-code#1021',
    ),
    error('bad-key', 403, { status: 403, title: 'Forbidden', detail: 'Authorization failed' }, 'Alishahryar1/free-claude-code#1242'),
  ],
  ollama: [
    error(
      'not-permitted',
      403,
      { error: 'this model requires a subscription, upgrade for access: https://ollama.com/upgrade (ref: b7b9)' },
      'ollama/ollama#15741',
    ),
    error('not-supported', 400, { error: '"qwen3-coder:30b" does not support thinking' }, 'Neurons-AI/crawbot#24', as(400)),
    error('not-supported', 400, { error: 'this model does not support image input (ref: b8bd630e)' }, 'ollama/ollama#17301', as(400)),
    error(
      'invalid-request',
      400,
      { error: "max_tokens (384000) exceeds model's maximum output tokens (65536) for model deepseek-v4-flash:0731" },
      'DaviRain-Su/hyper-grok-build#44',
    ),
  ],
  perplexity: [
    error(
      'bad-key',
      401,
      {
        error: {
          message: 'Invalid API key provided. You can find your API key at https://www.perplexity.ai/settings/api.',
          type: 'invalid_api_key',
          code: 401,
        },
      },
      'openclaw/openclaw#36182',
    ),
    error(
      'no-such-model',
      400,
      {
        error: {
          message:
            "Invalid model 'llama-3.1-sonar-small-128k-online'. Permitted models can be found in the documentation at https://docs.perplexity.ai/docs/getting-started/models.",
          type: 'invalid_model',
          code: 400,
        },
      },
      'ELPROFUG0/TexTab#2',
    ),
    error(
      'invalid-request',
      400,
      {
        error: {
          message: 'After the (optional) system message(s), user and assistant roles should be alternating.',
          type: 'invalid_message',
          code: 400,
        },
      },
      'perplexityai/api-discussion#265',
    ),
    error(
      'provider-fault',
      500,
      { error: { message: 'An internal server error has occurred.', type: 'internal_server_error', code: 500 } },
      'perplexityai/api-discussion#223',
    ),
    error(
      'invalid-request',
      400,
      {
        error: {
          message: 'After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s).',
          type: 'invalid_message',
          code: 400,
        },
      },
      'raycast/extensions#23957',
    ),
  ],
  sglang: [
    error(
      'prompt-too-long',
      400,
      {
        object: 'error',
        message:
          "Requested token count exceeds the model's maximum context length of 202752 tokens. You requested a total of 202941 tokens: 170941 tokens from the input messages and 32000 tokens for the completion.",
        type: 'BadRequestError',
        param: null,
        code: 400,
      },
      'anomalyco/opencode#25231',
    ),
    error('bad-key', 401, { error: 'Unauthorized' }, 'sgl-project/sglang#25127'),
    error(
      'prompt-too-long',
      400,
      {
        error: {
          message:
            "Requested token count exceeds the model's maximum context length of 262144 tokens. You requested a total of 264693 tokens: 2570 tokens from the input messages and 262123 tokens for the completion.",
          type: 'invalid_request_error',
          code: 400,
        },
      },
      'sgl-project/sglang#29287',
    ),
  ],
  siliconflow: [
    error(
      'prompt-too-long',
      400,
      { code: 20015, message: 'length of prompt_tokens (68957) must be less than max_seq_len (65536).', data: null },
      'chatboxai/chatbox#2060',
    ),
    error(
      'prompt-too-long',
      400,
      { code: 20015, message: 'max_total_tokens (33802) must be less than or equal to max_seq_len (32768)', data: null },
      'continuedev/continue#10993',
    ),
    error(
      'overloaded',
      503,
      { code: 50508, message: 'System is too busy now. Please try again later.', data: null },
      'coze-dev/coze-studio#801',
    ),
    error(
      'rate-limited',
      429,
      { message: 'Request was rejected due to rate limiting. Details: TPM limit reached.', data: null },
      'AIDotNet/OpenDeepWiki#269',
    ),
    error('bad-key', 401, '"Invalid token"', 'chatboxai/chatbox#2573'),
    error('bad-key', 401, '"Api key is invalid"', 'chatboxai/chatbox#2573'),
  ],
};
