// Clouds that serve open models: Groq, Together, Fireworks, DeepInfra, Cerebras, SambaNova, Nebius. Sources: their API references, API
// descriptions and SDKs, read 2026-11-20. Where documents disagree the stricter reading is taken, for a router must please both.
// Written by hand; must not look at the router's own data. Novita has a file of its own.

import { anyObject, boolean, complain, either, integer, isFields, listOf, mapOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import { anyPrompt, needsTools, responseFormat, stop, toolChoice, tools } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { errorType, openAiError, openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';
import { chat, completions, refuses } from './hubs-and-servers.ts';
import { embeddings } from './open-model-clouds.ts';

const anyBias = mapOf(number({ min: -100, max: 100 }), /^\d+$/u);
const efforts = (...more: string[]): Check => oneOf(...more, 'low', 'medium', 'high');
const modelOf = (body: Fields): string => String(body['model']);
const turnsOf = (body: Fields): Fields[] => (Array.isArray(body['messages']) ? body['messages'].filter(isFields) : []);
const strict = (rules: Rules): Rules => ({ ...rules, unknown: 'refuse' });

/** At most 128 functions. */
const someTools: Check = (value, path) => tools(value, path) ?? listOf(anyObject, { max: 128 })(value, path);

/** Where OpenAI's shape of errors was copied. */
const copied = { needsKey: true, writeError: openAiError } as const;

/** A name, or an extra of an assistant that is null, is refused. */
const plainMessages: Together = (body) => {
  const turns = turnsOf(body);
  const named = turns.findIndex((turn) => turn['name'] !== undefined);
  if (named >= 0) return complain(`'messages.${named}' : property 'name' is unsupported`, `messages[${named}].name`);
  const blank = turns.findIndex((turn) => Object.entries(turn).some(([field, value]) => field !== 'content' && value === null));
  return blank < 0 ? null : complain(`'messages.${blank}' : null is not accepted`, `messages[${blank}]`);
};

const showsThinkingOnce: Together = (body) =>
  body['reasoning_format'] !== undefined && body['include_reasoning'] !== undefined
    ? complain('include_reasoning and reasoning_format cannot be used together', 'reasoning_format')
    : null;

/** The efforts of each family; a family without any does not think. */
const groqEfforts: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^openai\/gpt-oss/u, ['low', 'medium', 'high']],
  [/^qwen\/qwen3\.8/u, ['none', 'default', 'low', 'medium', 'high']],
  [/^qwen\//u, ['none', 'default']],
  [/^(llama-|meta-llama\/|moonshotai\/)/u, []],
];

const groqModels: Together = (body) => {
  const { reasoning_effort: effort, response_format: format } = body;
  const known = groqEfforts.find(([pattern]) => pattern.test(modelOf(body)))?.[1];
  if (effort !== undefined && known !== undefined && !known.includes(String(effort)))
    return complain(`reasoning_effort must be one of ${known.join(', ')}`, 'reasoning_effort');
  const wanted = isFields(format) && format['type'] !== 'text' ? format['type'] : null;
  if (wanted !== null && Array.isArray(body['tools'])) return complain('json mode cannot be combined with tool/function calling');
  return wanted === 'json_schema' && modelOf(body).startsWith('llama-3')
    ? complain('This model does not support response format `json_schema`', 'response_format')
    : null;
};

/** Groq. Unsupported fields are a 400; usage is on the last chunk. */
const groq: System = {
  ...copied,
  slug: 'groq',
  habits: {
    ...openAiHabits,
    usage: 'on-finish',
    nullUsage: false,
    stamp: { x_groq: { id: 'req_1' } },
    usageExtras: { queue_time: 0.01, total_time: 0.02 },
  },
  operations: {
    chat: strict(
      chat(
        {
          max_completion_tokens: integer({ min: 1 }),
          stream_options: (_, path) => complain(`property '${path}' is unsupported`, path),
          n: integer({ min: 1, max: 1 }),
          seed: integer(),
          tools: someTools,
          parallel_tool_calls: boolean,
          reasoning_effort: efforts('none', 'default'),
          reasoning_format: oneOf('hidden', 'raw', 'parsed'),
          include_reasoning: boolean,
          service_tier: oneOf('auto', 'on_demand', 'flex', 'performance'),
          user: text(),
          documents: listOf(anyObject),
          citation_options: oneOf('enabled', 'disabled'),
          search_settings: anyObject,
          compound_custom: anyObject,
          disable_tool_validation: boolean,
        },
        plainMessages,
        showsThinkingOnce,
        groqModels,
      ),
    ),
    embeddings: embeddings({ encoding_format: oneOf('float', 'base64'), user: text() }),
  },
};

const togetherSampling: Readonly<Record<string, Check>> = {
  top_k: integer({ min: 1 }),
  min_p: number({ min: 0, max: 1 }),
  repetition_penalty: number(),
  stop: listOf(text(/./su), { min: 1 }),
  n: integer({ min: 1, max: 128 }),
  logprobs: integer({ min: 0, max: 20 }),
  echo: boolean,
  seed: integer(),
  logit_bias: anyBias,
  safety_model: text(),
};

/** Together. A number for logprobs on chat, too; its own word for the end of a text. */
const together: System = {
  ...copied,
  slug: 'together',
  habits: { ...openAiHabits, usage: 'on-finish', finishWords: { stop: 'eos' } },
  operations: {
    chat: chat({
      ...togetherSampling,
      context_length_exceeded_behavior: oneOf('truncate', 'error'),
      tool_choice: either('a choice or the name of a tool', toolChoice, text(/./su)),
      reasoning_effort: efforts(),
      reasoning: object({ fields: { enabled: boolean }, unknown: 'refuse' }),
      chat_template_kwargs: anyObject,
      compliance: oneOf('hipaa'),
    }),
    completions: completions(togetherSampling),
    embeddings: embeddings(),
  },
};

const fireworksSampling: Readonly<Record<string, Check>> = {
  top_k: integer({ min: 1, max: 100 }),
  min_p: number({ min: 0, max: 1 }),
  typical_p: number({ min: 0, max: 1 }),
  repetition_penalty: number({ min: 0, max: 2 }),
  mirostat_target: number(),
  mirostat_lr: number(),
  n: integer({ min: 1, max: 128 }),
  seed: integer(),
  logit_bias: anyBias,
  max_completion_tokens: integer({ min: 1 }),
  context_length_exceeded_behavior: oneOf('truncate', 'error'),
  response_format: responseFormat('text', 'json_object', 'json_schema', 'grammar'),
  ignore_eos: boolean,
  raw_output: boolean,
  return_token_ids: boolean,
  perf_metrics_in_response: boolean,
  speculation: either(
    'a string or tokens',
    text(),
    listOf(() => null),
  ),
  user: text(),
  service_tier: text(),
  prompt_cache_key: text(),
  metadata: anyObject,
};

const onlyWordsForGptOss: Together = (body) =>
  modelOf(body).includes('gpt-oss') && body['reasoning_effort'] !== undefined && typeof body['reasoning_effort'] !== 'string'
    ? complain('reasoning_effort must be a string for this model', 'reasoning_effort')
    : null;

const fireworksError = ({ status, message, param, code }: Complaint): Fields => ({
  error: { object: 'error', type: errorType(status), param, code: code ?? 'invalid_request', message },
});

/** Fireworks. Unknown fields are extra inputs; usage rides on the chunk that ends the answer. */
const fireworks: System = {
  slug: 'fireworks',
  needsKey: true,
  writeError: fireworksError,
  habits: { ...openAiHabits, usage: 'on-finish', writeStreamError: fireworksError },
  operations: {
    chat: strict(
      chat(
        {
          ...fireworksSampling,
          logprobs: either('a boolean or a number', boolean, integer({ min: 0, max: 5 })),
          top_logprobs: integer({ min: 0, max: 5 }),
          prompt_truncate_len: integer({ min: 1 }),
          tool_choice: either('a choice or any', toolChoice, oneOf('any')),
          parallel_tool_calls: boolean,
          reasoning_effort: either('a level, a number or a boolean', efforts('none'), number(), boolean),
          reasoning_history: oneOf('disabled', 'interleaved', 'preserved'),
          thinking: object({ fields: { budget_tokens: integer({ min: 1024 }) }, unknown: 'ignore' }),
          prediction: anyObject,
        },
        onlyWordsForGptOss,
      ),
    ),
    completions: strict(
      completions({
        ...fireworksSampling,
        prompt: anyPrompt,
        max_tokens: integer({ min: 0 }),
        logprobs: integer({ min: 0, max: 5 }),
        echo: boolean,
        echo_last: integer({ min: 0 }),
      }),
    ),
    embeddings: embeddings(),
  },
};

const deepinfraSampling: Readonly<Record<string, Check>> = {
  top_k: integer({ min: 0 }),
  min_p: number({ min: 0, max: 1 }),
  repetition_penalty: number(),
  max_tokens: integer({ min: 1, max: 1_000_000 }),
  n: integer({ min: 1, max: 1 }),
  seed: integer({ min: 0 }),
  stream_options: object({ fields: { include_usage: boolean, continuous_usage_stats: boolean }, unknown: 'ignore' }),
  user: text(),
  stop_token_ids: listOf(() => null),
};

/** DeepInfra. FastAPI's errors, comments to keep the line open, usage at the end. */
const deepinfra: System = {
  slug: 'deepinfra',
  needsKey: true,
  writeError: ({ message, param, code }) => ({ detail: [{ loc: ['body', param ?? ''], msg: message, type: code ?? 'value_error' }] }),
  habits: {
    ...openAiHabits,
    usage: 'on-finish',
    nullUsage: false,
    openingComments: ['ping - 2026-11-20 10:00:00'],
    usageExtras: { estimated_cost: 0.000_01 },
  },
  operations: {
    chat: chat({
      ...deepinfraSampling,
      logprobs: boolean,
      top_logprobs: integer({ min: 1, max: 20 }),
      tool_choice: oneOf('auto', 'none'),
      reasoning_effort: efforts('none'),
      reasoning: anyObject,
      service_tier: oneOf('priority', 'flex'),
      prompt_cache_key: text(),
      chat_template_kwargs: anyObject,
      return_tokens_as_token_ids: boolean,
    }),
    completions: completions({
      ...deepinfraSampling,
      logprobs: integer({ min: 0 }),
      echo: boolean,
      response_format: responseFormat('text', 'json_object', 'json_schema'),
    }),
    embeddings: embeddings(),
  },
};

const cerebrasSampling: Readonly<Record<string, Check>> = {
  n: integer({ min: 1 }),
  seed: integer(),
  logit_bias: anyBias,
  user: text(),
  min_tokens: integer({ min: -1 }),
  prompt_cache_key: text(/^.{0,1024}$/su),
};

const notAtCerebras = refuses('top_k', 'min_p', 'top_a', 'repetition_penalty', 'suffix');

/** Earlier reasoning has another name here. */
const ownNameForThinking: Together = (body) =>
  turnsOf(body).some((turn) => turn['reasoning_content'] !== undefined)
    ? complain("property 'reasoning_content' is unsupported", 'messages', 'wrong_api_format')
    : null;

const gptOssAlwaysThinks: Together = (body) =>
  modelOf(body).startsWith('gpt-oss') && body['reasoning_effort'] === 'none'
    ? complain('reasoning_effort must be low, medium or high', 'reasoning_effort')
    : null;

const bestIsOfMore: Together = ({ best_of: bestOf, n = 1, stream }) => {
  if (typeof bestOf !== 'number') return null;
  if (stream === true) return complain('best_of cannot be streamed', 'best_of');
  return bestOf > Number(n) ? null : complain('best_of must be greater than n', 'best_of');
};

const flatError = ({ status, message, param, code }: Complaint): Fields => ({ message, type: errorType(status), param, code });

/** Cerebras. Flat errors, or in a stream with their status beside them. */
const cerebras: System = {
  slug: 'cerebras',
  needsKey: true,
  writeError: flatError,
  habits: {
    ...openAiHabits,
    nullUsage: false,
    stamp: { time_info: { queue_time: 0.001, total_time: 0.01 } },
    writeStreamError: (complaint) => ({ error: { id: 'err_1', ...flatError(complaint) }, status_code: complaint.status }),
  },
  operations: {
    chat: chat(
      {
        ...cerebrasSampling,
        max_completion_tokens: integer({ min: -1 }),
        min_completion_tokens: integer({ min: -1 }),
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
        parallel_tool_calls: boolean,
        reasoning_effort: efforts('none'),
        reasoning_format: oneOf('none', 'parsed', 'text_parsed', 'raw', 'hidden'),
        disable_reasoning: boolean,
        clear_thinking: boolean,
        service_tier: oneOf('auto', 'default', 'flex', 'priority'),
        model_parameters: anyObject,
        prediction: anyObject,
      },
      notAtCerebras,
      ownNameForThinking,
      gptOssAlwaysThinks,
    ),
    completions: completions(
      {
        ...cerebrasSampling,
        prompt: anyPrompt,
        max_tokens: integer({ min: 0 }),
        best_of: integer({ min: 1 }),
        logprobs: integer({ min: 0 }),
        echo: boolean,
        grammar_root: text(),
        return_raw_tokens: boolean,
      },
      notAtCerebras,
      bestIsOfMore,
    ),
  },
};

const pictureLinks = (body: Fields): unknown[] =>
  turnsOf(body)
    .flatMap(({ content }) => (Array.isArray(content) ? content.filter(isFields) : []))
    .map((part) => (isFields(part['image_url']) ? part['image_url']['url'] : undefined));

const pictureBytes: Together = (body) =>
  pictureLinks(body).some((url) => /^https?:/iu.test(String(url))) ? complain('images must be base64', 'messages') : null;

const sambanovaSampling: Readonly<Record<string, Check>> = {
  top_k: integer({ min: 1, max: 100 }),
  do_sample: boolean,
  stop: stop(),
};

/** SambaNova. What is ignored is not looked at; one answer, whatever a newer page says. */
const sambanova: System = {
  ...copied,
  slug: 'sambanova',
  habits: { ...openAiHabits, usageExtras: { is_last_response: true, total_latency: 0.1 } },
  operations: {
    chat: chat(
      {
        ...sambanovaSampling,
        max_completion_tokens: integer({ min: 1 }),
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
        response_format: responseFormat('json_object', 'json_schema'),
        tools: someTools,
        reasoning_effort: efforts(),
        chat_template_kwargs: anyObject,
      },
      pictureBytes,
      refuses('n', 'seed', 'parallel_tool_calls'),
    ),
    completions: completions({ ...sambanovaSampling, temperature: number({ min: 0, max: 1 }) }, refuses('n', 'seed', 'logprobs')),
    embeddings: embeddings(),
  },
};

const nebiusSampling: Readonly<Record<string, Check>> = {
  top_k: integer({ min: 1 }),
  n: integer({ min: 1 }),
  logit_bias: anyBias,
  user: text(),
  store: boolean,
  service_tier: oneOf('auto'),
};

/** Nebius. Few ranges; what is not listed is ignored. */
const nebius: System = {
  ...copied,
  slug: 'nebius',
  habits: { ...openAiHabits, usage: 'last-content-if-asked' },
  operations: {
    chat: chat(
      { ...nebiusSampling, logprobs: boolean, top_logprobs: integer({ min: 0, max: 20 }), reasoning_effort: text() },
      needsTools('tool_choice'),
    ),
    completions: completions({ ...nebiusSampling, prompt: anyPrompt, logprobs: integer({ min: 0 }), echo: boolean }),
    embeddings: embeddings(),
  },
};

/** All of them. */
export const inferenceClouds: readonly System[] = [groq, together, fireworks, deepinfra, cerebras, sambanova, nebius];
