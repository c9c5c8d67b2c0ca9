// Laboratories with short documents that serve their own models: AI21, Arcee, Inception, Meta, Moonshot in China, Morph. Sources: their
// references and SDKs, OpenRouter's lists of what their models accept, and what was measured in public, read 2026-11-30.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, integer, isFields, listOf, mapOf, number, object, oneOf, text } from '../checks.ts';
import type { Fields } from '../checks.ts';
import { allOf, responseFormat, stop, streamOptions, toolChoice, tools } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { openaiResponsesFormat } from '../wire-formats/openai-responses.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';
import { completions } from './hubs-and-servers.ts';
import { responsesFields, responsesTogether } from './openai-responses.ts';
import { strictChat } from './strict.ts';

const copied = { needsKey: true, writeError: openAiError, habits: openAiHabits } as const;
const texts = listOf(text(/./su), { min: 1 });
const penalty = number({ min: -2, max: 2 });
const modelOf = (body: Fields): string => String(body['model']);

const noToolsInStreams: Together = (body) =>
  body['stream'] === true && body['tools'] !== undefined ? complain('stream must be False if using tools', 'stream') : null;

/** AI21. Usage is on the last chunk. */
const ai21: System = {
  slug: 'ai21',
  needsKey: true,
  writeError: ({ message }) => ({ detail: message }),
  habits: { ...openAiHabits, usage: 'on-finish', nullUsage: false },
  operations: {
    chat: strictChat(
      {
        temperature: number({ min: 0, max: 2 }),
        top_p: number({ min: 0, max: 1 }),
        max_tokens: integer({ min: 0, max: 4096 }),
        stop: texts,
        n: integer({ min: 1, max: 16 }),
        tools,
        documents: listOf(anyObject),
        response_format: responseFormat('text', 'json_object'),
      },
      noToolsInStreams,
    ),
  },
};

/** Arcee. Usage comes unasked, as stream_options is in no document. */
const arcee: System = {
  ...copied,
  slug: 'arcee',
  habits: { ...openAiHabits, usage: 'always-last' },
  operations: {
    chat: strictChat({
      temperature: number({ min: 0, max: 2 }),
      top_p: number({ min: 0, max: 1 }),
      top_k: integer({ min: 1 }),
      repetition_penalty: number({ above: 0 }),
      frequency_penalty: penalty,
      presence_penalty: penalty,
      max_tokens: integer({ min: 1 }),
      stop: stop(4),
      seed: integer(),
      logit_bias: mapOf(number({ min: -100, max: 100 }), /^\d+$/u),
      logprobs: boolean,
      top_logprobs: integer({ min: 0, max: 20 }),
      response_format: responseFormat('text', 'json_object', 'json_schema'),
      tools,
      tool_choice: toolChoice,
    }),
  },
};

/** Inception. What lies outside the range of temperature would be replaced, so no router that reports should send it. */
const inception: System = {
  ...copied,
  slug: 'inception',
  habits: { ...openAiHabits, usageExtras: { reasoning_tokens: 0, cached_input_tokens: 0 } },
  operations: {
    chat: strictChat({
      temperature: number({ min: 0.5, max: 1 }),
      max_tokens: integer({ min: 1, max: 50_000 }),
      stop: texts,
      tools,
      tool_choice: oneOf('auto', 'required', 'none'),
      stream_options: streamOptions,
      response_format: responseFormat('text', 'json_object', 'json_schema'),
      reasoning_effort: oneOf('instant', 'low', 'medium', 'high'),
      reasoning_summary: boolean,
      reasoning_summary_wait: boolean,
      realtime: boolean,
      diffusing: boolean,
    }),
    completions: {
      ...completions({
        suffix: text(),
        max_tokens: integer({ min: 1, max: 8192 }),
        top_k: integer({ min: 1, max: 1000 }),
        repetition_penalty: number({ above: 0 }),
        stop: texts,
        temperature: (_, path) => complain(`Unknown field: ${path}`, path),
      }),
      unknown: 'refuse',
    },
  },
};

const oneWayToSample: Together = ({ temperature, top_p: topP }) =>
  temperature !== undefined && topP !== undefined ? complain('Use temperature or top_p, but not both.', 'top_p') : null;

/** Meta, in the format of Responses. It always reasons. */
const meta: System = {
  ...copied,
  slug: 'meta/responses',
  wireFormat: openaiResponsesFormat,
  operations: {
    chat: {
      fields: {
        ...responsesFields,
        top_p: number({ min: 0.01, max: 1 }),
        tool_choice: oneOf('auto'),
        reasoning: object({
          fields: { effort: oneOf('minimal', 'low', 'medium', 'high', 'xhigh', 'max'), summary: oneOf('auto', 'concise', 'detailed') },
          unknown: 'refuse',
        }),
        include: listOf(oneOf('reasoning.encrypted_content')),
      },
      required: ['model', 'input'],
      unknown: 'refuse',
      together: allOf(responsesTogether, oneWayToSample),
    },
  },
};

const alwaysReasons: Together = (body) => {
  const thinking = isFields(body['thinking']) ? body['thinking']['type'] : undefined;
  if (modelOf(body).startsWith('kimi-k3') && thinking !== undefined) return complain('thinking is not supported by this model', 'thinking');
  if (modelOf(body).startsWith('kimi-k2.7') && thinking === 'disabled') return complain('thinking cannot be disabled', 'thinking');
  return !modelOf(body).startsWith('kimi-k3') && body['reasoning_effort'] !== undefined
    ? complain('reasoning_effort is not supported by this model', 'reasoning_effort')
    : null;
};

/** Moonshot in China, the Kimi models: fixed sampling; usage hides in the last choice. */
const moonshotaiCn: System = {
  ...copied,
  slug: 'moonshotai-cn',
  habits: { ...openAiHabits, usage: 'in-choice', nullUsage: false, usageExtras: { cached_tokens: 0 } },
  operations: {
    chat: strictChat(
      {
        max_tokens: integer({ min: 1 }),
        stop: stop(5),
        tools,
        tool_choice: (value, path) =>
          value === 'required' ? complain('tool_choice required is not supported', path) : toolChoice(value, path),
        stream_options: streamOptions,
        response_format: responseFormat('text', 'json_object', 'json_schema'),
        thinking: object({ fields: { type: oneOf('enabled', 'disabled'), keep: oneOf('all') }, required: ['type'], unknown: 'refuse' }),
        reasoning_effort: oneOf('low', 'high', 'max'),
        safety_identifier: text(),
        prompt_cache_key: text(),
      },
      alwaysReasons,
    ),
  },
};

const onlyLarge: Together = (body) => {
  const field = ['response_format', 'logprobs', 'top_logprobs'].find((name) => body[name] !== undefined);
  return field !== undefined && modelOf(body) !== 'morph-v3-large' ? complain(`${field} is not supported by this model`, field) : null;
};

/** Morph. */
const morph: System = {
  ...copied,
  slug: 'morph',
  habits: { ...openAiHabits, usage: 'always-last' },
  operations: {
    chat: strictChat(
      {
        temperature: number({ min: 0, max: 2 }),
        max_tokens: integer({ min: 1 }),
        stop: stop(4),
        response_format: responseFormat('text', 'json_object', 'json_schema'),
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
      },
      onlyLarge,
    ),
  },
};

/** All of them. */
export const strictLabs: readonly System[] = [ai21, arcee, inception, meta, moonshotaiCn, morph];
