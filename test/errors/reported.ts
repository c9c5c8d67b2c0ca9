/**
 * Errors as users and the vendors' own repositories report them, by the slug of the provider that sent them. They were collected after the
 * tables of meanings were written, to try these with words not seen before; what was misjudged then is a row now. Issues read 2026-11-30.
 */
import { error, event, type ErrorCase } from './error-case.ts';

const anthropic = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: 'req_011C' });
const flat = (code: number | string, message: string) => ({ error: { code, message } });
const google = (code: number, status: string, message: string, ...details: object[]) => ({ error: { code, message, status, details } });
const amzn = (name: string) => ({ headers: { 'x-amzn-errortype': name } });

export const REPORTED: Readonly<Record<string, readonly ErrorCase[]>> = {
  openai: [
    error(
      'not-permitted',
      400,
      {
        error: {
          message:
            'Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.',
          type: 'invalid_request_error',
          param: 'stream',
          code: 'unsupported_value',
        },
      },
      'continuedev/continue#8209',
    ),
    error(
      'overloaded',
      200,
      event({ error: { message: 'Selected model is at capacity. Please try a different model.' } }),
      'openai/codex#43682',
      {
        as: 'stream',
      },
    ),
    error(
      'content-refused',
      400,
      {
        error: {
          message: 'This request has been flagged for possible cybersecurity risk.',
          type: 'invalid_request_error',
          param: null,
          code: null,
        },
      },
      'NousResearch/hermes-agent agent/error_classifier.py (#18028)',
    ),
    error(
      'timeout',
      524,
      '<!DOCTYPE html>\n<html class="no-js" lang="en-US">\n<head>\n\n<title>chat.openai.com | 524: A timeout occurred</title>\n</head><body><h1>A timeout occurred</h1></body></html>',
      'acheong08/ChatGPT#447',
    ),
  ],
  anthropic: [
    error('not-permitted', 400, anthropic('invalid_request_error', 'This organization has been disabled.'), 'anthropics/claude-code#72457'),
    error(
      'not-permitted',
      400,
      anthropic(
        'invalid_request_error',
        'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
      ),
      'anymorph-ai/Claudable#45',
    ),
    error('bad-key', 401, anthropic('authentication_error', 'x-api-key header is required'), 'continuedev/continue#4243'),
    error(
      'above-rate-limit',
      429,
      anthropic('rate_limit_error', 'Extra usage is required for long context requests.'),
      'anthropics/claude-code#29584: no waiting helps',
    ),
    error(
      'provider-fault',
      520,
      '<!DOCTYPE html>\n<html class="no-js" lang="en-US"> <head>\n<title>api.anthropic.com | 520: Web server is returning an unknown error</title>\n</head>\n<body>There is an issue between Cloudflare\'s cache and your origin web server.</body></html>',
      'anthropics/claude-code#3197',
    ),
    error(
      'overloaded',
      522,
      {
        type: 'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-522/',
        title: 'Error 522: Connection timed out',
        status: 522,
        detail:
          'Cloudflare could not establish a TCP connection to the origin server. The TCP handshake timed out, which may indicate the origin is overloaded, firewalling Cloudflare, or unreachable at the network level.',
        error_code: 522,
        error_name: 'connection_timeout',
        cloudflare_error: true,
        retryable: true,
        retry_after: 120,
      },
      'anthropics/claude-code#67341',
    ),
  ],
  'google-ai-studio': [
    error(
      'bad-key',
      403,
      google(403, 'PERMISSION_DENIED', 'Your API key was reported as leaked. Please use another API key.'),
      'continuedev/continue#10513',
    ),
    error(
      'not-permitted',
      403,
      google(403, 'PERMISSION_DENIED', 'Your project has been denied access. Please contact support.'),
      'poenl/gemini-api#8',
    ),
    error(
      'overloaded',
      429,
      {
        error: {
          code: 429,
          message: 'No capacity available for model gemini-3.1-flash-lite on the server',
          errors: [
            {
              message: 'No capacity available for model gemini-3.1-flash-lite on the server',
              domain: 'global',
              reason: 'rateLimitExceeded',
            },
          ],
          status: 'RESOURCE_EXHAUSTED',
          details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'MODEL_CAPACITY_EXHAUSTED' }],
        },
      },
      'google-gemini/gemini-cli#27548',
      { told: { status: 429 } },
    ),
    error(
      'rate-limited',
      429,
      google(
        429,
        'RESOURCE_EXHAUSTED',
        'You have exhausted your capacity on this model. Your quota will reset after 5h59m59s.',
        { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'QUOTA_EXHAUSTED' },
        { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '21599.960323804s' },
      ),
      'Wei-Shaw/claude-relay-service#746',
      { told: { retryAfter: 21_600 } },
    ),
    error(
      'no-money',
      429,
      google(
        429,
        'RESOURCE_EXHAUSTED',
        'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
      ),
      'the words: JeffOtano/roni#125 and ten public files',
    ),
  ],
  'google-vertex': [
    error(
      'content-refused',
      400,
      google(
        400,
        'INVALID_ARGUMENT',
        "The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices. Try rephrasing the prompt. If you think this was an error, send feedback. Support codes: 42876398",
      ),
      'the words of a dozen public files that test for them',
    ),
  ],
  'azure-openai': [
    error(
      'not-permitted',
      403,
      flat('403', 'Access denied due to Virtual Network/Firewall rules.'),
      'Azure-Samples/azure-sql-db-chatbot#3',
    ),
    error(
      'not-permitted',
      403,
      flat(
        '403',
        'A Virtual Network is configured for this resource. Please use the correct endpoint for making requests. Check https://aka.ms/cogsvc-vnet for more details.',
      ),
      'continuedev/continue#12547',
    ),
  ],
  'amazon-bedrock': [
    error(
      'not-permitted',
      400,
      {
        message:
          'Access to Anthropic models is not allowed from unsupported countries, regions, or territories. Please refer to https://www.anthropic.com/supported-countries for more information on the countries and regions Anthropic currently supports.',
      },
      'aws-samples/generative-bi-using-rag#361',
      amzn('ValidationException'),
    ),
    error(
      'no-such-model',
      404,
      {
        message:
          'Access denied. This Model is marked by provider as Legacy and you have not been actively using the model in the last 15 days. Please upgrade to an active model on Amazon Bedrock',
      },
      'awslabs/llmeter#35',
      amzn('ResourceNotFoundException'),
    ),
    error(
      'not-permitted',
      400,
      {
        message:
          'The model returned the following errors: You have not filled out the required use-case form for this model. Complete the form at https://ap-southeast-4.console.aws.amazon.com/bedrock/ before requesting access.',
      },
      'truefoundry/models#934',
      amzn('ValidationException'),
    ),
    error(
      'overloaded',
      503,
      { message: 'Too many connections, please wait before trying again.' },
      'anthropics/claude-code#562',
      amzn('ServiceUnavailableException'),
    ),
    error(
      'overloaded',
      503,
      { message: 'Bedrock is unable to process your request.' },
      'darko-mesaros/bedrust#47',
      amzn('ServiceUnavailableException'),
    ),
    error(
      'not-permitted',
      403,
      {
        message:
          'User: arn:aws:sts::1:assumed-role/x is not authorized to perform: bedrock:InvokeModelWithResponseStream on resource: arn:aws:bedrock:::foundation-model/anthropic.claude-opus-4-6-v1 with an explicit deny in a service control policy',
      },
      'aws-samples/sample-badgers#33',
      amzn('AccessDeniedException'),
    ),
    error(
      'invalid-output',
      424,
      { message: 'Model produced invalid sequence as part of ToolUse. Please refer to the model tool use troubleshooting guide.' },
      'the words of a dozen public files on Nova',
      amzn('ModelErrorException'),
    ),
    error(
      'rate-limited',
      429,
      { message: 'Too many requests, please wait before trying again. You have sent too many requests. Wait before trying again.' },
      'i-dot-ai/caddy-chatbot#97',
      amzn('ThrottlingException'),
    ),
  ],
  openrouter: [
    error(
      'not-supported',
      404,
      flat(
        404,
        'No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/guides/routing/provider-selection',
      ),
      'Routstr/routstr-core#554',
    ),
    error(
      'no-such-model',
      404,
      {
        error: {
          message: 'No allowed providers are available for the selected model.',
          code: 404,
          metadata: { available_providers: ['z-ai'], requested_providers: ['anthropic'] },
        },
      },
      'farion1231/cc-switch#995',
    ),
    error(
      'no-money',
      429,
      {
        error: {
          message: 'Error from provider: Provider returned error',
          code: 429,
          metadata: {
            raw: '{"error":{"message":"Your account org-446a <ak-f817> is suspended due to insufficient balance, please recharge your account or check your plan and billing details","type":"exceeded_current_quota_error"}}',
          },
        },
      },
      'anomalyco/opencode#24462',
    ),
    error(
      'rate-limited',
      400,
      flat(
        400,
        'Upstream error from Alibaba: Request rate increased too quickly. To ensure system stability, please adjust your client logic to scale requests more smoothly over time.',
      ),
      'NousResearch/hermes-agent tests/agent/test_error_classifier.py (anomalyco/opencode#21355)',
    ),
  ],
  mistral: [
    error('rate-limited', 429, { message: 'Requests rate limit exceeded' }, 'dnakov/anon-kode#53'),
    error('bad-key', 401, { message: 'Unauthorized', request_id: 'c61f' }, 'cline/cline#1734'),
  ],
  fireworks: [
    error(
      'no-such-model',
      404,
      { message: 'Model not found, inaccessible, and/or not deployed', param: 'model', code: 'NOT_FOUND', type: 'error' },
      'warpdotdev/warp#15107',
    ),
  ],
  xai: [
    error(
      'overloaded',
      200,
      event({ error: { message: 'The model is currently at capacity due to high demand. Please try again later.' } }),
      'Cloudgeni-ai/opengeni#1643',
      { as: 'stream' },
    ),
  ],
  cohere: [
    error(
      'invalid-request',
      400,
      { message: "invalid request: generate API is not supported for model 'command-a-03-2025'. Please use the chat API instead" },
      'BerriAI/litellm#9218',
    ),
    error(
      'invalid-request',
      400,
      { message: 'invalid request: message must be at least 1 token long or tool results must be specified.' },
      'yym68686/uni-api#6',
    ),
    error('invalid-request', 400, { message: 'invalid request: all elements in history must have a message.' }, 'kwaroran/Risuai#458'),
  ],
  deepseek: [
    error(
      'no-money',
      402,
      { error: { message: 'Insufficient Balance', type: 'unknown_error', param: null, code: 'invalid_request_error' } },
      'danilofalcao/jarvis#62',
    ),
  ],
  alibaba: [
    error(
      'no-money',
      403,
      {
        error: {
          message:
            'The free tier of the model has been exhausted. If you wish to continue access the model on a paid basis, please disable the "use free tier only" mode in the management console.',
          type: 'AllocationQuota.FreeTierOnly',
          param: null,
          code: 'AllocationQuota.FreeTierOnly',
        },
        id: 'chatcmpl-d439',
        request_id: 'd439',
      },
      '666ghj/BettaFish#609',
    ),
    error(
      'no-money',
      403,
      {
        error: {
          message:
            'The free quota has been exhausted. To continue accessing the model on a paid basis, please complete your payment information.',
          type: 'AllocationQuota.FreeTierOnly',
          param: null,
          code: 'AllocationQuota.FreeTierOnly',
        },
      },
      'axoviq-ai/synthadoc#215',
    ),
    error(
      'prompt-too-long',
      400,
      {
        error: {
          code: 'invalid_parameter_error',
          message: '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]',
          param: null,
          type: 'invalid_request_error',
        },
        request_id: '81a3',
      },
      'agentscope-ai/QwenPaw#6255',
    ),
    error(
      'prompt-too-long',
      400,
      { code: 'InvalidParameter', message: 'Range of input length should be [1, 6000]', request_id: 'x' },
      'LLM-Red-Team/qwen-free-api#23',
    ),
  ],
};
