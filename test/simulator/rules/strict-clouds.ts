// Clouds of open models with short documents: Chutes, Crusoe, DigitalOcean, GMI Cloud, Hetzner, io.net, ModelScope, NEAR AI, OVHcloud.
// Sources: their references and SDKs, and what was measured in public, read 2026-11-30.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, integer, isFields, listOf, mapOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Fields } from '../checks.ts';
import { messages, responseFormat, stop, streamOptions, toolChoice, tools } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';
import { embeddings } from './open-model-clouds.ts';
import { strictChat, vllmSampling } from './strict.ts';

const copied = { needsKey: true, writeError: openAiError, habits: openAiHabits } as const;
const anyFormat = responseFormat('text', 'json_object', 'json_schema');
const bias = mapOf(number({ min: -100, max: 100 }), /^\d+$/u);
const penalty = number({ min: -2, max: 2 });
const temperature = number({ min: 0, max: 2 });
const limit = integer({ min: 1 });
const withTools = { tools, tool_choice: toolChoice } as const;
const modelOf = (body: Fields): string => String(body['model']);

/** A field that only some models accept. */
const onlyFor =
  (field: string, pattern: RegExp): Together =>
  (body) =>
    body[field] !== undefined && !pattern.test(modelOf(body)) ? complain(`${field} is not supported by this model`, field) : null;

/** The fields of its own SDK. */
const chutes: System = {
  ...copied,
  slug: 'chutes',
  operations: {
    chat: strictChat({
      ...vllmSampling,
      ...withTools,
      seed: integer({ min: 0 }),
      stop: stop(),
      logprobs: boolean,
      top_logprobs: integer({ min: 0, max: 20 }),
      logit_bias: bias,
      response_format: anyFormat,
      min_tokens: integer({ min: 0 }),
      stop_token_ids: listOf(integer()),
      ignore_eos: boolean,
    }),
  },
};

/** vLLM's, less what the vendor's own settings switch off. */
const crusoe: System = {
  ...copied,
  slug: 'crusoe',
  operations: {
    chat: strictChat(
      {
        ...vllmSampling,
        ...withTools,
        seed: integer(),
        stop: stop(),
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
        response_format: anyFormat,
        stream_options: streamOptions,
        reasoning_effort: oneOf('low', 'medium', 'high'),
      },
      onlyFor('reasoning_effort', /gpt-oss/u),
    ),
  },
};

const coolClaude: Together = (body) =>
  modelOf(body).startsWith('anthropic-') && Number(body['temperature'] ?? 0) > 1
    ? complain('temperature: range: 0..1', 'temperature')
    : null;

/** The fields of its SDK; embeddings refuse what they do not know. */
const digitalocean: System = {
  ...copied,
  slug: 'digitalocean',
  operations: {
    chat: strictChat(
      {
        ...withTools,
        messages: messages({
          roles: ['system', 'developer', 'user', 'assistant', 'tool'],
          parts: ['text', 'image_url', 'video_url', 'input_audio', 'file'],
          unknown: 'ignore',
        }),
        temperature,
        top_p: number({ min: 0, max: 1 }),
        frequency_penalty: penalty,
        presence_penalty: penalty,
        max_completion_tokens: limit,
        stop: stop(4),
        logit_bias: bias,
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
        metadata: mapOf(text(/^.{0,512}$/su), /^.{0,64}$/su, { max: 16 }),
        stream_options: streamOptions,
        user: text(),
        reasoning_effort: oneOf('none', 'low', 'medium', 'high', 'max'),
      },
      coolClaude,
    ),
    embeddings: embeddings(),
  },
};

const gmicloud: System = {
  ...copied,
  slug: 'gmicloud',
  operations: { chat: strictChat({ temperature, max_tokens: limit, max_completion_tokens: limit, tools }) },
};

const hetzner: System = {
  ...copied,
  slug: 'hetzner',
  operations: {
    chat: strictChat({
      ...withTools,
      temperature,
      top_p: number({ above: 0, max: 1 }),
      max_tokens: limit,
      response_format: responseFormat('text', 'json_schema'),
      stream_options: streamOptions,
      reasoning_effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    }),
  },
};

/** One object sets how much is reasoned, for every model. */
const ioNet: System = {
  ...copied,
  slug: 'io-net',
  operations: {
    chat: strictChat({
      ...vllmSampling,
      ...withTools,
      seed: integer(),
      stop: stop(),
      logprobs: boolean,
      top_logprobs: integer({ min: 0, max: 20 }),
      logit_bias: bias,
      max_completion_tokens: limit,
      response_format: anyFormat,
      stream_options: streamOptions,
      parallel_tool_calls: boolean,
      user: text(),
      min_tokens: integer({ min: 0 }),
      stop_token_ids: listOf(integer()),
      ignore_eos: boolean,
      chat_template_kwargs: anyObject,
      reasoning: object({ fields: { effort: oneOf('none', 'low', 'medium', 'high') }, required: ['effort'], unknown: 'refuse' }),
    }),
  },
};

const thinkingNeedsStream: Together = (body) =>
  modelOf(body).endsWith('-Thinking-2507') && body['stream'] !== true
    ? complain('enable thinking can not be support when `stream=False`.', null, 'invalid_parameter_error')
    : null;

const modelscope: System = {
  ...copied,
  slug: 'modelscope',
  habits: { ...openAiHabits, usage: 'always-last' },
  operations: { chat: strictChat({ temperature, max_tokens: limit, tools }, thinkingNeedsStream) },
};

/** The switch of each family of models with a template of its own. */
const switches: readonly (readonly [RegExp, string])[] = [
  [/^(zai-org\/GLM-5|Qwen\/Qwen3\.)/u, 'enable_thinking'],
  [/^moonshotai\/kimi-k2/u, 'thinking'],
];

const switchOfModel: Together = (body) => {
  const key = switches.find(([pattern]) => pattern.test(modelOf(body)))?.[1];
  const { chat_template_kwargs: kwargs, reasoning_effort: effort } = body;
  if (key !== undefined && effort !== undefined) return complain('reasoning_effort has no effect on this model', 'reasoning_effort');
  const other = key === 'thinking' ? 'enable_thinking' : 'thinking';
  return isFields(kwargs) && key !== undefined && kwargs[other] !== undefined
    ? complain(`${other} has no effect on this model`, 'chat_template_kwargs')
    : null;
};

/** The gateway's own checks, and no field that the documents do not show. */
const nearai: System = {
  ...copied,
  slug: 'nearai',
  operations: {
    chat: strictChat(
      {
        ...withTools,
        temperature,
        top_p: number({ min: 0, max: 1 }),
        max_tokens: limit,
        stop: listOf(text(/./su), { min: 1 }),
        presence_penalty: penalty,
        frequency_penalty: penalty,
        response_format: anyFormat,
        stream_options: streamOptions,
        reasoning_effort: oneOf('low', 'medium', 'high'),
        chat_template_kwargs: anyObject,
      },
      switchOfModel,
    ),
    embeddings: embeddings(),
  },
};

const notNegative: Check = integer({ min: 0 });

const ovhcloud: System = {
  ...copied,
  slug: 'ovhcloud',
  operations: {
    chat: strictChat(
      {
        ...withTools,
        temperature,
        top_p: number({ min: 0, max: 1 }),
        max_tokens: notNegative,
        seed: notNegative,
        stop: stop(),
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 5 }),
        parallel_tool_calls: boolean,
        response_format: anyFormat,
        stream_options: streamOptions,
        reasoning_effort: oneOf('low', 'medium', 'high'),
      },
      onlyFor('reasoning_effort', /^gpt-oss/u),
    ),
    embeddings: embeddings(),
  },
};

/** All of them. */
export const strictClouds: readonly System[] = [chutes, crusoe, digitalocean, gmicloud, hetzner, ioNet, modelscope, nearai, ovhcloud];
