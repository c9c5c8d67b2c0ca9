// Smaller clouds, routers and makers of models in OpenAI's format: Poe, Sakana, Sarvam, Scaleway, SiliconFlow (China), STACKIT, StepFun,
// Upstage, Venice, Vercel, Volcengine, Vultr, Weights & Biases, Xiaomi, Zhipu. Sources: their references and SDKs, read 2026-11-30. What
// they do with other fields is mostly not documented; the strict reading is taken: a field that no document names is refused. `stream_options` is what every
// client of models.dev's list sends them.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, either, integer, listOf, number, object, oneOf, text } from '../checks.ts';
import type { Check } from '../checks.ts';
import {
  allOf,
  messages,
  namedToolExists,
  needsTools,
  responseFormat,
  stop,
  streamOptions,
  streamOptionsNeedStream,
  tokenIdBias,
  toolChoice,
  tools,
  topLogprobsNeedLogprobs,
} from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';
import { embeddings } from './open-model-clouds.ts';

type Checks = Readonly<Record<string, Check>>;

const fraction = number({ min: 0, max: 1 });
const upToTwo = number({ min: 0, max: 2 });
const penalty = number({ min: -2, max: 2 });
const limit = integer({ min: 1 });
const penalties: Checks = { frequency_penalty: penalty, presence_penalty: penalty };
const called: Checks = { tools, tool_choice: toolChoice };
const anyFormat = responseFormat('text', 'json_object', 'json_schema');
const allEfforts = oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max');
const switched = (...types: string[]): Check => object({ fields: { type: oneOf(...types) }, required: ['type'], unknown: 'ignore' });
const parts = ['text', 'image_url', 'video_url', 'input_audio', 'file'];
const said = (...roles: string[]): Check => messages({ roles, parts, unknown: 'ignore' });
const plainRoles = said('system', 'user', 'assistant', 'tool');

/** Chat with the fields named, and no other. */
const chat = (fields: Checks, ...own: readonly Together[]): Rules => ({
  fields: { model: text(/./su), messages: plainRoles, stream: boolean, ...fields },
  required: ['model', 'messages'],
  unknown: 'refuse',
  together: allOf(streamOptionsNeedStream, topLogprobsNeedLogprobs, needsTools('tool_choice'), namedToolExists, ...own),
});

/** A provider with OpenAI's errors and streams, where nothing else is said. */
function provider(slug: string, operations: System['operations'], changes: Partial<System> = {}): System {
  return { slug, needsKey: true, writeError: openAiError, habits: openAiHabits, operations, ...changes };
}

const poe = provider(
  'poe',
  {
    chat: chat({
      ...called,
      temperature: upToTwo,
      top_p: fraction,
      max_tokens: limit,
      max_completion_tokens: limit,
      stop: stop(),
      stream_options: streamOptions,
    }),
  },
  { writeError: ({ status, message }) => ({ error: { code: status, type: 'invalid_request_error', message } }) },
);

const sakana = provider('sakana', {
  chat: chat({
    ...called,
    reasoning_effort: oneOf('high', 'xhigh'),
    response_format: responseFormat('text', 'json_schema'),
    max_tokens: limit,
    stream_options: streamOptions,
  }),
});

const sarvam = provider('sarvam', {
  chat: chat({
    ...called,
    ...penalties,
    temperature: upToTwo,
    top_p: fraction,
    max_tokens: limit,
    n: integer({ min: 1, max: 128 }),
    seed: integer(),
    stop: stop(4),
    response_format: anyFormat,
    reasoning_effort: either('an effort or null', (value, path) => (value === null ? null : oneOf('low', 'medium', 'high')(value, path))),
    wiki_grounding: boolean,
    stream_options: streamOptions,
  }),
});

/** The older models have errors without an envelope; the newer ones OpenAI's. */
const scaleway = provider('scaleway', {
  chat: chat({
    ...called,
    temperature: upToTwo,
    top_p: fraction,
    max_tokens: limit,
    max_completion_tokens: limit,
    presence_penalty: penalty,
    response_format: anyFormat,
    logprobs: boolean,
    stop: stop(4),
    seed: integer(),
    reasoning_effort: oneOf('none', 'low', 'medium', 'high', 'xhigh', 'max'),
    stream_options: streamOptions,
  }),
  embeddings: embeddings(),
});

const siliconflowCn = provider(
  'siliconflow-cn',
  {
    chat: chat({
      tools,
      temperature: upToTwo,
      top_p: fraction,
      top_k: limit,
      min_p: fraction,
      frequency_penalty: penalty,
      max_tokens: limit,
      n: limit,
      stop: stop(4),
      response_format: anyFormat,
      enable_thinking: boolean,
      thinking_budget: integer({ min: 128, max: 32_768 }),
    }),
    embeddings: embeddings({ encoding_format: oneOf('float', 'base64'), dimensions: integer({ min: 64 }) }, 32),
  },
  { habits: { ...openAiHabits, usage: 'every-chunk' } },
);

const stackit = provider('stackit', {
  chat: chat({
    tools,
    temperature: upToTwo,
    max_completion_tokens: limit,
    reasoning_effort: oneOf('low', 'medium', 'high'),
    stream_options: streamOptions,
  }),
  embeddings: embeddings(),
});

const stepfun = provider(
  'stepfun',
  {
    chat: chat({
      tools,
      temperature: upToTwo,
      top_p: number({ above: 0, max: 1 }),
      frequency_penalty: fraction,
      max_tokens: limit,
      n: limit,
      stop: stop(),
      response_format: anyFormat,
      reasoning_effort: oneOf('low', 'medium', 'high'),
      reasoning_format: oneOf('general', 'deepseek-style'),
      modalities: listOf(oneOf('text', 'audio')),
      audio: anyObject,
    }),
  },
  { habits: { ...openAiHabits, usage: 'every-chunk' } },
);

const upstage = provider('upstage', {
  chat: chat({
    ...called,
    temperature: upToTwo,
    max_tokens: limit,
    reasoning_effort: allEfforts,
    response_format: responseFormat('text', 'json_schema'),
    stream_options: streamOptions,
  }),
});

const venice = provider(
  'venice',
  {
    chat: chat({
      ...called,
      ...penalties,
      messages: said('system', 'developer', 'user', 'assistant', 'tool'),
      parallel_tool_calls: boolean,
      temperature: upToTwo,
      top_p: fraction,
      top_k: integer({ min: 0 }),
      min_p: fraction,
      min_temp: upToTwo,
      max_temp: upToTwo,
      repetition_penalty: number({ min: 0 }),
      max_tokens: integer(),
      max_completion_tokens: integer(),
      n: integer(),
      seed: integer({ min: 1 }),
      stop: stop(4),
      stop_token_ids: listOf(integer()),
      logprobs: boolean,
      top_logprobs: integer({ min: 0 }),
      response_format: anyFormat,
      reasoning_effort: allEfforts,
      prompt_cache_key: text(),
      prompt_cache_retention: oneOf('default', 'extended', '24h'),
      metadata: anyObject,
      venice_parameters: anyObject,
      stream_options: streamOptions,
    }),
    embeddings: embeddings({ encoding_format: oneOf('float', 'base64') }),
  },
  { writeError: ({ message }) => ({ error: message, details: {} }) },
);

/** An effort and a budget exclude each other. */
const vercelReasoning = object({
  fields: { enabled: boolean, max_tokens: integer(), effort: text(), exclude: boolean },
  unknown: 'ignore',
});

const vercel = provider('vercel', {
  chat: chat({
    ...called,
    ...penalties,
    temperature: upToTwo,
    top_p: fraction,
    max_tokens: limit,
    stop: stop(),
    response_format: responseFormat('text', 'json', 'json_schema'),
    reasoning: vercelReasoning,
    modalities: listOf(text()),
    providerOptions: anyObject,
    stream_options: streamOptions,
  }),
  embeddings: embeddings({ dimensions: limit }),
});

const volcengine = provider('volcengine', {
  chat: chat({
    ...called,
    ...penalties,
    messages: said('system', 'developer', 'user', 'assistant', 'tool'),
    parallel_tool_calls: boolean,
    temperature: upToTwo,
    top_p: fraction,
    repetition_penalty: upToTwo,
    max_tokens: limit,
    max_completion_tokens: limit,
    n: integer({ min: 1, max: 5 }),
    stop: stop(4),
    logit_bias: tokenIdBias,
    logprobs: boolean,
    top_logprobs: integer({ min: 0, max: 20 }),
    response_format: anyFormat,
    reasoning_effort: allEfforts,
    thinking: switched('enabled', 'disabled', 'auto'),
    service_tier: oneOf('auto', 'default', 'fast'),
    user: text(),
    stream_options: streamOptions,
  }),
});

const vultr = provider('vultr', {
  chat: chat({
    tools,
    ...penalties,
    messages: said('system', 'developer', 'user', 'assistant', 'tool'),
    temperature: upToTwo,
    top_p: fraction,
    max_tokens: limit,
    max_completion_tokens: limit,
    n: integer(),
    seed: integer(),
    stop: listOf(text()),
    logprobs: boolean,
    stream_options: streamOptions,
  }),
});

const wandb = provider(
  'wandb',
  {
    chat: chat({
      ...called,
      temperature: upToTwo,
      top_p: fraction,
      max_tokens: limit,
      stop: stop(4),
      response_format: anyFormat,
      chat_template_kwargs: anyObject,
    }),
  },
  { habits: { ...openAiHabits, usage: 'always-last' } },
);

const xiaomi = provider('xiaomi', {
  chat: chat({
    tools,
    tool_choice: oneOf('auto'),
    ...penalties,
    temperature: number({ min: 0, max: 1.5 }),
    top_p: number({ min: 0.01, max: 1 }),
    max_completion_tokens: limit,
    stop: stop(4),
    response_format: responseFormat('text', 'json_object'),
    thinking: switched('enabled', 'disabled'),
    stream_options: streamOptions,
  }),
});

const zhipuai = provider(
  'zhipuai',
  {
    chat: chat({
      tools,
      tool_choice: oneOf('auto'),
      temperature: fraction,
      top_p: number({ min: 0.01, max: 1 }),
      do_sample: boolean,
      max_tokens: limit,
      stop: listOf(text(/./su), { min: 1, max: 1 }),
      response_format: responseFormat('text', 'json_object'),
      tool_stream: boolean,
      thinking: switched('enabled', 'disabled'),
      reasoning_effort: oneOf('low', 'high', 'max'),
      user_id: text(),
      request_id: text(),
    }),
    embeddings: embeddings({ dimensions: limit }, 64),
  },
  {
    writeError: ({ status, message }) => ({ error: { code: status === 401 ? '1002' : '1210', message } }),
    habits: { ...openAiHabits, usage: 'on-finish', nullUsage: false },
  },
);

/** All of them. */
export const smallerClouds: readonly System[] = [
  poe,
  sakana,
  sarvam,
  scaleway,
  siliconflowCn,
  stackit,
  stepfun,
  upstage,
  venice,
  vercel,
  volcengine,
  vultr,
  wandb,
  xiaomi,
  zhipuai,
];
