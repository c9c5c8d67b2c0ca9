/**
 * Maps error texts that several providers use, or that aggregators repeat, to meanings. The first matching row decides, so specific rows come
 * first. Each text has its source: a public issue or file (`owner/repository#number`), read
 * 2026-11-30, or the vendor's documentation. `overflow.ts` is packages/ai/src/utils/overflow.ts of earendil-works/pi (17c253c), which
 * lists the errors of fourteen providers for a prompt that is too long; `litellm` is exception_mapping_utils.py of BerriAI/litellm (002b24d).
 */
import type { ErrorRow } from '../../../unified/error-rows.ts';

export const SHARED_ROWS: readonly ErrorRow[] = [
  // OpenRouter's 402s that follow state how much the account can still pay for: nothing, or less than this one request.
  { means: 'no-money', words: ['can only afford 0', 'can only afford -', 'tokens limit exceeded: * > 0', 'tokens limit exceeded: * > -'] },
  {
    means: 'above-rate-limit',
    words: [
      'can only afford', // OpenRouter's 402, babikov/doka-site#7
      'prompt tokens limit exceeded', // OpenRouter's 402, anomalyco/opencode#12219
      'request too large for * tokens per min', // OpenAI, Groq: vanna-ai/vanna-flask#11
      'extra usage is required for long context', // Anthropic's 429, anthropics/claude-code#29584
    ],
  },
  {
    // These stand in errors whose other words speak of a quota.
    means: 'overloaded',
    codes: ['model_capacity_exhausted'], // Google's 503 and 429, google-gemini/gemini-cli#23520 and #27548
    words: [
      'no capacity available', // the same
      'total request limit reached', // NVIDIA, through OpenRouter: perminder-klair/subwave#671
      'system capacity limits', // Alibaba's 503, QwenLM/qwen-code#1641
      '负载已饱和', // one-api and its kin, 666ghj/BettaFish#579
    ],
  },
  {
    means: 'content-refused',
    codes: [
      'content_policy_violation', // OpenAI, litellm
      'content_filter', // Azure and Moonshot, platform.kimi.ai/docs/api/errors
      'responsibleaipolicyviolation', // Azure, litellm
      'bio_policy', // OpenAI SDK 6.49.0, ResponseError
      'image_content_policy_violation', // the same
    ],
    words: [
      'your input was flagged', // OpenRouter's 403, openrouter.ai/docs/api-reference/errors
      'violates usage guidelines', // xAI's 403; seen as a 400 too
      'safety_check_type', // xAI
      'violating our usage policy', // OpenAI, litellm
      'violate our usage policy', // Anthropic
      'violates our usage policies', // OpenAI, error_classifier.py of NousResearch/hermes-agent
      'possible cybersecurity risk', // OpenAI, error_classifier.py of NousResearch/hermes-agent
      'responsible ai practices', // Vertex AI: "sensitive words that violate Google's ..."
      'as a result of our safety system', // OpenAI and Azure, litellm
      'content filtering policy', // Anthropic, anthropics/claude-code#6195
      'content management', // Azure, litellm
      'content exists risk', // DeepSeek, deepseek-ai/DeepSeek-V2#30
      'was rejected because it was considered high risk', // Moonshot, platform.kimi.ai/docs/api/errors
      'may contain inappropriate content', // Alibaba, alibabacloud.com/help/en/model-studio/error-code
    ],
  },
  {
    means: 'prompt-too-long',
    codes: [
      'context_length_exceeded', // OpenAI
      'exceed_context_size_error', // llama.cpp
      'model_context_window_exceeded', // Z.ai, overflow.ts
      'tokens_limit_reached', // GitHub Models
      'tokens_too_long', // Qianfan, cloud.baidu.com/doc/qianfan-api/s/rmwbl43x7, as the next
      'characters_too_long',
      'model_max_prompt_tokens_exceeded', // GitHub Copilot
    ],
    words: [
      'maximum context length', // OpenAI, DeepSeek, Mistral, OpenRouter, vLLM, SGLang, Hugging Face, overflow.ts
      'context length exceeded', // overflow.ts
      'exceed* context length', // Ollama, server/routes.go fb30760, and many others, as the next two
      'exceed* context limit', // Anthropic, litellm
      'exceed* context size', // llama.cpp, overflow.ts
      'configured context size', // "prompt has 9000 tokens, but the ... is 8192 tokens", overflow.ts
      'context_length',
      'context window', // OpenAI and MiniMax, overflow.ts; Workers AI
      'prompt is too long', // Anthropic, overflow.ts
      'prompt too long', // Ollama, overflow.ts
      'input is too long', // Bedrock, overflow.ts
      'maximum prompt length is', // xAI until 2026, overflow.ts
      'input_too_large', // xAI since, UKGovernmentBEIS/inspect_ai#5208
      'reduce the length of the messages', // Groq, overflow.ts
      "longer than the model's context length", // Together and SGLang, overflow.ts
      'maximum allowed input length', // OpenRouter with Poolside, overflow.ts
      'exceeded model token limit', // Moonshot, platform.kimi.ai/docs/api/errors
      'input token length too long', // the same
      'greater than the context length', // LM Studio, overflow.ts
      'loaded with context length of only', // LM Studio, in many public reports
      'prompt token count of * exceeds the limit', // GitHub, overflow.ts
      'request body too large for * max size: * tokens', // GitHub Models
      'less than* max_seq_len', // SiliconFlow, chatboxai/chatbox#2060 and continuedev/continue#10993
      'less than the context length', // Together's 403, docs.together.ai/docs/error-codes
      'exceeds maximum input length', // DeepInfra's 500, langchain-ai/langchain#25671
      'range of input length should be', // Alibaba, QwenLM/qwen-code#3652
      'prompt exceeds max length', // Z.ai, docs.z.ai/api-reference/api-code, 1261
      "'' tokens + '' must be <=", // TGI and Hugging Face, litellm
      "'' must have less than * tokens", // TGI, router/src/validation.rs
      'longer than the maximum model length', // vLLM, error_classifier.py of NousResearch/hermes-agent
      'too many input tokens', // Bedrock, litellm
      'maximum number of input tokens', // Bedrock, error_classifier.py of NousResearch/hermes-agent, as the next two
      '超过最大长度',
      '上下文长度',
      'input length exceed',
      'prompt tokens too long', // Qianfan
      'input tokens exceed the configured limit', // OpenAI, litellm
      'current length is * while limit is', // Cerebras, litellm
      'prompt tokens * exceed model maximum', // Bedrock's Mantle, litellm
    ],
  },
  { means: 'rate-limited', codes: ['resource_exhausted'] }, // Google, whose sentence is the one of OpenAI's insufficient_quota
  { means: 'no-money', codes: ['insufficient_quota'], type: 'rate_limit_exceeded' }, // OpenAI, ChatGPTNextWeb/NextChat#3123
  {
    means: 'no-money',
    codes: [
      'billing_not_active', // OpenAI's 429, RamiAwar/dataline#175
      'billing_hard_limit_reached', // OpenAI's 400, bajrangCoder/acode-plugin-chatgpt#19
      'billing_error', // Anthropic, SDK 1.11.0
      'credit_limit', // Together, expectedparrot/edsl#2098
      'exceeded_current_quota_error', // Moonshot, platform.kimi.ai/docs/api/errors
      'insufficient_user_quota', // AiHubMix, docs.aihubmix.com/en/FAQs/HTTP-Codes
      'insufficient_balance',
      'insufficient_balance_error', // MiniMax, modelscope/modelscope#1691
      'not_enough_balance', // Novita, huggingface/hub-docs#2392
      'pre_consume_token_quota_failed', // one-api, relay/controller/helper.go
      'blocked_api_access', // Groq's 400, console.groq.com/docs/spend-limits
      'insufficient_credits',
      'insufficient_funds', // ai-stats.phaseo.app quickstart
      'balance_depleted', // error_classifier.py of NousResearch/hermes-agent
      'billing_disabled', // Google
    ],
    words: [
      'insufficient balance', // DeepSeek and MiniMax, continuedev/continue#11787
      'insufficient account balance', // Xiaomi, platform.xiaomimimo.com error codes
      'insufficient credits', // error_classifier.py of NousResearch/hermes-agent, as the next three
      'credits exhausted',
      'credits have been exhausted',
      'out of funds',
      'insufficient funds',
      'balance is insufficient', // SiliconFlow's 403, FoundationAgents/OpenManus#438
      'balance is too low', // Nous, error_classifier.py of NousResearch/hermes-agent; Anthropic's 400: "credit ..."
      'credits are depleted', // Google, JeffOtano/roni#125
      'not enough balance', // Novita
      'negative balance', // DeepInfra
      'quota is not enough', // one-api, relay/controller/helper.go
      'daily free allocation', // Workers AI, diegosouzapw/OmniRoute#6980
      '余额不足', // Zhipu, zhayujie/CowAgent#2910
      '额度不足', // one-api
      'exceeded your monthly included credits', // Hugging Face's 402
      'billing hard limit', // OpenAI
      'check your plan and billing details', // OpenAI, xtekky/gpt4free#80: without a code
      'credit limit exceeded', // Together
      'requires more credits', // OpenRouter
      'create a key with a higher monthly limit', // OpenRouter
      'key limit exceeded', // OpenRouter
      'used all available credits', // xAI's 429 and 403, continuedev/continue#10373
      'run out of credits', // xAI, Wei-Shaw/sub2api#4069
      "doesn't have any credits", // xAI, continuedev/continue#12670
      'reaching the monthly spending limit', // Fireworks' 412, amd/gaia#3766
      'reached the set inference limit', // Volcengine, volcengine/MineContext#328
      'account is in arrears', // Z.ai, docs.z.ai/api-reference/api-code
      'requires billing to be enabled', // Google
    ],
  },
  {
    means: 'not-permitted',
    codes: [
      'unsupported_country_region_territory', // OpenAI, home-assistant/core#120072
      'permission_error', // Anthropic, SDK 1.11.0
      'permissiondenied', // Azure's 401, davrous/AzureAgentToM365#3
      'organization_restricted', // Groq's 400, crewAIInc/crewAI#783
      'consumer_suspended', // Google, google/generative-ai-docs#356
      'consumer_invalid', // Google, gemini-cli-extensions/nanobanana#16
    ],
    words: [
      'country, region, or territory not supported',
      'user location is not supported', // Google's 400, google-gemini/gemini-cli#1614
      'organization has been restricted',
      'organization has been disabled', // Anthropic's 400, anthropics/claude-code#72457
      'organization must be verified', // OpenAI's 400, continuedev/continue#8209
      'only authorized for use with', // Anthropic's 400, anymorph-ai/Claudable#45
      'not allowed from unsupported countries', // Bedrock's 400, aws-samples/generative-bi-using-rag#361
      'required use-case form', // Bedrock's 400, truefoundry/models#934
      'requires a*subscription', // Hugging Face's 400, philschmid/easyllm#14; Ollama's 403, ollama/ollama#15741
      'is not allowed to use publisher model', // Vertex AI's 400, yym68686/uni-api#41
      'account is not authorized', // Bedrock's 400, aws-samples/amazon-bedrock-audio-summarizer#3
      'not available on the free tier', // Nous, error_classifier.py of NousResearch/hermes-agent
      'access was terminated', // OpenAI's 429, acheong08/ChatGPT#533
      'account is deactivated', // error_classifier.py of NousResearch/hermes-agent
      'account has been deactivated',
      'account has been suspended',
      'not available in * region', // Xiaomi: "... in the current region"
      'not available in your country',
      'no endpoints available matching', // OpenRouter's 404, NousResearch/hermes-agent#14943
      'no endpoints found matching your data policy', // the same, earlier
      'public access is disabled', // Azure's 403
    ],
  },
  {
    means: 'bad-key',
    codes: [
      'invalid_api_key', // OpenAI, Groq, Together
      'authentication_error', // Anthropic, DeepSeek
      'invalid_authentication_error', // Moonshot, platform.kimi.ai/docs/api/errors
      'incorrect_api_key_error', // the same
      'unauthenticated', // Google
      'unauthorized', // GitHub Models, sdcb/chats#58
    ],
    words: [
      'incorrect api key', // OpenAI; xAI's 400, continuedev/continue#10161
      'invalid api key',
      'api key not valid', // Google's 400
      'pass a valid api key', // the same
      'reported as leaked', // Google's 403, continuedev/continue#10513
      'api key expired', // the same
      'api key is invalid',
      'invalid access token', // Alibaba's coding plan
      'invalid x-api-key', // Anthropic
      'invalid subscription key', // Azure, openinterpreter/openinterpreter#319
      'security token included in the request is invalid', // AWS, litellm
      'authentication error', // Cloudflare, anomalyco/opencode#32051
      'authentication failed', // W&B Inference, docs.wandb.ai/inference/api-reference/errors
      'not authenticated', // DeepInfra's 403, XInTheDark/raycast-g4f#179
      'authorization failed', // NVIDIA's 403, Alishahryar1/free-claude-code#1242
      'invalid api token', // Cohere, cohere-ai/cohere-toolkit#857
    ],
  },
  {
    means: 'missing-resource',
    codes: ['file_not_found', 'previous_response_not_found', 'item_not_found', 'container_not_found', 'vector_store_not_found'],
    words: ['no such file', 'file not found', 'previous response with id', 'cachedcontent not found', 'cached content * not found'],
  },
  // OpenAI's 404 "Invalid URL (POST /v1/x)"; Groq's "Unknown request URL: POST /v1/x", continuedev/continue#3697.
  {
    means: 'wrong-address',
    words: [
      'invalid url (post',
      'unknown request url',
      'api version not supported', // Azure's 400, hotovo/aider-desk#460
      'unexpected endpoint or method', // LM Studio, with a 200: lmstudio-ai/lmstudio-bug-tracker#618
    ],
  },
  {
    means: 'not-supported',
    words: [
      'no endpoints found that support', // OpenRouter's 404, Routstr/routstr-core#554
      'does not support tools', // Ollama's 400
      'does not support thinking', // Ollama's 400, Neurons-AI/crawbot#24
      'does not support image', // Ollama's 400, ollama/ollama#17301
      'image input is not supported', // llama.cpp's 500, ggml-org/llama.cpp#15377
      'system role not supported', // vLLM's 400, BerriAI/litellm#4377
      "role '' is not supported", // Anthropic's 400, anthropics/claude-code#61412
      'messages* unknown variant', // DeepSeek's 400 to images, nesquena/hermes-webui#2297
      'untagged enum chatcompletionrequestcontent', // DeepSeek's 422 to images, browser-use/browser-use#159
      'images is incompatible with', // Groq's 400, jakobdylanc/llmcord#66
      'only supports text output', // Google's 400, qwersyk/Newelle#281
      'unsupported content part type', // llama.cpp's 500, ggml-org/llama.cpp#12947
      "doesn't support tool use", // Bedrock's 400, langchain-ai/langchain-aws#447
      'requires --', // a flag of the server: llama.cpp's 500, AstrBotDevs/AstrBot#758; vLLM's 400, langchain4j/langchain4j#3475
      'unsupported param: tools', // llama.cpp's 500, ggml-org/llama.cpp#10920
      'live search is deprecated', // xAI's 410, langgenius/dify-official-plugins#2493
    ],
  },
  { means: 'invalid-request', words: ['unrecognized request argument'], type: 'invalid_request' }, // Azure's 404, 567-labs/instructor#122
  {
    means: 'no-such-model',
    codes: [
      'model_not_found', // OpenAI and Groq, Aider-AI/aider#811
      'model_not_available', // Together
      'model_decommissioned', // Groq's 400, valentinfrlch/ha-llmvision#324
      'invalid_model', // Mistral's 400
      'unknown_model', // Mistral, docs.mistral.ai/resources/error-glossary
      'deploymentnotfound', // Azure, chatboxai/chatbox#861
      'operationnotsupported', // Azure's 400: the model does not serve chat
      'resource_not_found_error', // Moonshot, platform.kimi.ai/docs/api/errors
    ],
    words: [
      'model not exist', // DeepSeek's 400, ConardLi/easy-dataset#9
      'not a valid model id', // OpenRouter's 400
      'model does not exist', // Z.ai
      'no such model', // Workers AI
      'unknown model',
      'requested model is not supported', // GitHub Copilot
      "requested model '' is not supported", // Hugging Face's 400, cline/cline#5098
      'model not supported by provider', // the same, huggingface/huggingface.js#2225
      'no models loaded', // LM Studio's 400 and 404, tinyhumansai/openhuman#4181
      '无可用渠道', // one-api
      'model not found', // Fireworks
      "model '' not found", // Ollama, Cohere (MaartenGr/BERTopic#1864)
      "model '' does not exist", // OpenAI, vLLM
      'does not exist or you do not have access', // OpenAI
      'does not exist or your team', // xAI
      'has been decommissioned', // Groq
      'unable to access model', // Together
      'invalid model:', // Mistral, portkey.ai/error-library/invalid-model-error-14010000
      'is not found for api version', // Google
      'publisher model * was not found', // Vertex AI, genkit-ai/genkit#4688
      "on-demand throughput isn't supported", // Bedrock's 400, terricain/aioboto3#352
      'model identifier is invalid', // Bedrock's 400, strands-agents/harness-sdk#38
      'does not work with the specified model', // Azure's 400
      'has reached its end of life', // NVIDIA's 410, capocasa/3code#2
      'allowed now, your model', // FastChat's 400, chatchat-space/Langchain-Chatchat#3728
    ],
  },
  {
    means: 'invalid-output',
    // Groq's 400, groq/groq-typescript#28; SambaNova's ModelOutputError (its SDK). What the model wrote stands beside it.
    codes: ['tool_use_failed', 'json_validate_failed', 'failed_generation', 'model_output_error', 'modeloutputerror'],
    words: [
      'failed to call a function. please adjust your prompt',
      'produced invalid sequence as part of tooluse', // Nova on Bedrock
    ],
  },
  {
    means: 'overloaded',
    codes: [
      'overloaded_error', // Anthropic, SDK 1.11.0
      'provider_overloaded', // OpenRouter
      'engine_overloaded',
      'engine_overloaded_error', // Moonshot's 429, platform.kimi.ai/docs/api/errors
      'unavailable_error', // llama.cpp, while it loads
      'queue_exceeded', // Cerebras' 429
    ],
    words: [
      'capacity exceeded', // Mistral's 429 and 503, continuedev/continue#6185 and BerriAI/litellm#25078
      'currently experiencing high demand', // Azure's 429, pollinations/pollinations#6260
      'currently overloaded', // Moonshot, Google
      'is overloaded', // Google's 503
      'temporarily overloaded', // Z.ai's 429, error_classifier.py of NousResearch/hermes-agent
      'at capacity',
      'over capacity', // Groq
      'model busy', // DeepInfra's 429, truefoundry/models#862
      'too busy', // DeepSeek, Hugging Face
      'experiencing high traffic', // Cerebras
      '访问量过大', // Zhipu's 1305, HKUDS/nanobot#3864
    ],
  },
  {
    means: 'rate-limited',
    codes: ['rate_limit_exceeded', 'rate_limit_error', 'rate_limited', 'rate_limit_reached_error'],
    words: [
      'rate limit exceeded',
      'rate limit reached',
      'rate limit is exceeded',
      'too many requests',
      'rate increased too quickly', // Alibaba, also through OpenRouter: anomalyco/opencode#21355
      '速率限制', // Zhipu, zai-org/GLM-5#78
      '并发数过高', // Zhipu, anomalyco/opencode#9789
      '使用上限', // Zhipu, dirge-code/dirge#818
    ],
  },
  { means: 'timeout', codes: ['timeout', 'timeout_error'] },
  {
    means: 'provider-fault',
    words: [
      'failed to load model', // LM Studio's 400, charmbracelet/crush#2546
      'degraded function', // NVIDIA's 400, Alishahryar1/free-claude-code#1012
    ],
  },
];

/** Rows that are less specific than an HTTP status. They apply to an error inside an answer without a status. */
export const UNCERTAIN_ROWS: readonly ErrorRow[] = [
  { means: 'invalid-request', codes: ['invalid_request_error', 'invalid_request'] },
  { means: 'no-such-model', codes: ['not_found_error'] },
];
