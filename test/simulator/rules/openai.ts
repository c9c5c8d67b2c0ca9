// OpenAI, chat completions and legacy completions. Source: OpenAI API reference, and error bodies seen in public.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, first, integer, listOf, mapOf, number, oneOf, text } from '../checks.ts';
import type { Check, Complaint } from '../checks.ts';
import {
  allOf,
  anyPrompt,
  bestOfAtLeastN,
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
import { embeddingFields } from '../embeddings.ts';
import type { Together } from '../common-checks.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';

const completionsModel = /^(gpt-3\.?5-turbo-instruct|davinci-002$|babbage-002$)/u;
/** Models that think before they answer. */
export const reasoningModel = /^(o\d|gpt-5(?!-chat)|gpt-6|codex-|computer-use)/u;
/** Models that are not there in chat completions. */
const responsesModel = /(-codex|^codex-|-pro(-|$)|deep-research|^computer-use)/u;
/** Models that do not think and use tools at once in chat completions. */
const divided = /^gpt-5\.[4-6]/u;

/** The efforts of a model, the more particular ones first: the documents name those of the older models, and say that each has its own. */
const efforts: readonly (readonly [RegExp, readonly string[]])[] = [
  [/deep-research/u, ['medium']],
  [/^(o\d|codex-|gpt-5(\.1)?-codex(?!-max))/u, ['low', 'medium', 'high']],
  [/^gpt-5-pro/u, ['high']],
  [/^gpt-5\.\d-pro/u, ['medium', 'high', 'xhigh']],
  [/^gpt-5\.\d-codex/u, ['low', 'medium', 'high', 'xhigh']],
  [/^gpt-5(-mini|-nano|-2025|$)/u, ['minimal', 'low', 'medium', 'high']],
  [/^gpt-5\.1/u, ['none', 'low', 'medium', 'high']],
  [/^gpt-5\.6/u, ['none', 'low', 'medium', 'high', 'xhigh', 'max']],
  [/^gpt-5\./u, ['none', 'low', 'medium', 'high', 'xhigh']],
  [/^gpt-6/u, ['none', 'low', 'medium', 'high', 'xhigh', 'max']],
];

/** Whether the model accepts the effort, if it takes any; `param` is the field it stands in. */
export function effortFits(model: string, effort: unknown, param: string): Complaint | null {
  const taken = efforts.find(([pattern]) => pattern.test(model))?.[1] ?? [];
  if (effort === undefined || taken.includes(String(effort))) return null;
  const message = `Unsupported value: '${String(effort)}' is not supported with the '${model}' model. Supported values are: ${taken.join(', ')}.`;
  return complain(message, param, 'unsupported_value');
}

/** Models that take sampling parameters again once reasoning is switched off. */
const switchableModel = /^gpt-5\.[1-9]/u;

/** What every OpenAI-style chat provider means by these names. */
export const chatFields: Readonly<Record<string, Check>> = {
  model: text(/./su),
  temperature: number({ min: 0, max: 2 }),
  top_p: number({ min: 0, max: 1 }),
  frequency_penalty: number({ min: -2, max: 2 }),
  presence_penalty: number({ min: -2, max: 2 }),
  seed: integer(),
  max_tokens: integer({ min: 1 }),
  max_completion_tokens: integer({ min: 1 }),
  stop: stop(4),
  n: integer({ min: 1, max: 128 }),
  logit_bias: tokenIdBias,
  logprobs: boolean,
  top_logprobs: integer({ min: 0, max: 20 }),
  response_format: responseFormat('text', 'json_object', 'json_schema'),
  tools,
  tool_choice: toolChoice,
  parallel_tool_calls: boolean,
  user: text(),
  stream: boolean,
  stream_options: streamOptions,
};

/** Roles and content parts of OpenAI's conversations. */
export const messageWords = {
  roles: ['developer', 'system', 'user', 'assistant', 'tool'],
  parts: ['text', 'image_url', 'input_audio', 'file', 'refusal'],
} as const;

/** What every OpenAI-style completions provider means by these names. */
export const completionsFields: Readonly<Record<string, Check>> = {
  model: text(/./su),
  prompt: anyPrompt,
  best_of: integer({ min: 0, max: 20 }),
  echo: boolean,
  frequency_penalty: number({ min: -2, max: 2 }),
  presence_penalty: number({ min: -2, max: 2 }),
  logit_bias: tokenIdBias,
  logprobs: integer({ min: 0, max: 5 }),
  max_tokens: integer({ min: 0 }),
  n: integer({ min: 1, max: 128 }),
  seed: integer(),
  stop: stop(4),
  stream: boolean,
  stream_options: streamOptions,
  suffix: text(),
  temperature: number({ min: 0, max: 2 }),
  top_p: number({ min: 0, max: 1 }),
  user: text(),
};

function unsupported(param: string, hint = ''): Complaint {
  return complain(`Unsupported parameter: '${param}' is not supported with this model.${hint}`, param, 'unsupported_parameter');
}

const notResponsesOnly: Together = ({ model }) =>
  responsesModel.test(String(model))
    ? complain('This model is only supported in v1/responses and not in v1/chat/completions.', 'model', null, 404)
    : null;

const thinkingOrTools: Together = ({ model, tools, reasoning_effort: effort }) => {
  if (!divided.test(String(model)) || tools === undefined || effort === 'none') return null;
  const message = `Function tools with reasoning_effort are not supported for ${String(model)} in /v1/chat/completions. Please use /v1/responses.`;
  return complain(message, 'reasoning_effort');
};

const chatModelOnly: Together = ({ model }) =>
  completionsModel.test(String(model))
    ? complain(
        'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
        'model',
        null,
        404,
      )
    : null;

const completionsModelOnly: Together = ({ model }) =>
  completionsModel.test(String(model))
    ? null
    : complain(
        'This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?',
        'model',
        null,
        404,
      );

const reasoningModelLimits: Together = (body) => {
  const model = String(body['model']);
  if (!reasoningModel.test(model)) return effortNeedsReasoning(body);
  const refused = ['presence_penalty', 'frequency_penalty', 'logit_bias', 'stop'];
  const mute = body['reasoning_effort'] === 'none' && switchableModel.test(model);
  const sampling = mute ? [] : ['top_p', 'logprobs', 'top_logprobs'];
  return first([
    () => (body['max_tokens'] === undefined ? null : unsupported('max_tokens', " Use 'max_completion_tokens' instead.")),
    () => [...refused, ...sampling].filter((name) => body[name] !== undefined).map((name) => unsupported(name))[0] ?? null,
    () => (mute ? null : onlyDefaultTemperature(body['temperature'])),
    () => effortFits(model, body['reasoning_effort'], 'reasoning_effort'),
  ]);
};

function onlyDefaultTemperature(temperature: unknown): Complaint | null {
  if (temperature === undefined || temperature === 1) return null;
  const message = `Unsupported value: 'temperature' does not support ${String(temperature)} with this model. Only the default (1) value is supported.`;
  return complain(message, 'temperature', 'unsupported_value');
}

const effortNeedsReasoning: Together = (body) =>
  body['reasoning_effort'] === undefined ? null : complain('Unrecognized request argument supplied: reasoning_effort');

const bestOfIsNotStreamed: Together = ({ best_of: bestOf, stream }) =>
  typeof bestOf === 'number' && bestOf > 1 && stream === true ? complain("Results of 'best_of' cannot be streamed.", 'best_of') : null;

const suffixNeedsInstruct: Together = ({ suffix, model }) =>
  suffix !== undefined && !String(model).startsWith('gpt-3.5-turbo-instruct') ? unsupported('suffix') : null;

const openaiChat: Rules = {
  fields: {
    ...chatFields,
    messages: messages({ ...messageWords, unknown: 'refuse', longestId: 40 }),
    reasoning_effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
    verbosity: oneOf('low', 'medium', 'high'),
    safety_identifier: text(/^.{0,64}$/su),
    moderation: anyObject,
    prompt_cache_key: text(),
    metadata: mapOf(text(/^.{0,512}$/su), /^.{0,64}$/su, { max: 16 }),
    service_tier: oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast'),
    prediction: anyObject,
    store: boolean,
    modalities: listOf(oneOf('text', 'audio')),
    audio: anyObject,
    web_search_options: anyObject,
  },
  required: ['model', 'messages'],
  unknown: 'refuse',
  together: allOf(
    chatModelOnly,
    notResponsesOnly,
    reasoningModelLimits,
    thinkingOrTools,
    streamOptionsNeedStream,
    topLogprobsNeedLogprobs,
    needsTools('tool_choice'),
    needsTools('parallel_tool_calls'),
    namedToolExists,
  ),
};

/** Tiers and the search tool. No document states that Azure accepts the identifier. */
const notAtAzure: ReadonlySet<string> = new Set(['service_tier', 'web_search_options', 'safety_identifier']);

/** OpenAI itself: both operations, the reference for all other rules. */
export const openai: System = {
  slug: 'openai',
  needsKey: true,
  writeError: openAiError,
  habits: {
    ...openAiHabits,
    usageExtras: { prompt_tokens_details: { cached_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 0 } },
  },
  operations: {
    chat: openaiChat,
    completions: {
      fields: completionsFields,
      required: ['model', 'prompt'],
      unknown: 'refuse',
      together: allOf(completionsModelOnly, bestOfAtLeastN, bestOfIsNotStreamed, suffixNeedsInstruct, streamOptionsNeedStream),
      defaultMaxTokens: 16,
    },
    embeddings: { fields: embeddingFields, required: ['model', 'input'], unknown: 'refuse' },
  },
};

/**
 * The same at Azure, without what is bought with the deployment or not there at all. A deployment can have any name: one that is called
 * like a model is taken for it.
 */
export const azureOpenai: System = {
  ...openai,
  slug: 'azure-openai',
  operations: {
    ...openai.operations,
    chat: { ...openaiChat, fields: Object.fromEntries(Object.entries(openaiChat.fields).filter(([name]) => !notAtAzure.has(name))) },
  },
};
