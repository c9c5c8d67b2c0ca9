// Hosts of many models (Hugging Face, NVIDIA, GitHub Models) and servers one runs oneself (vLLM, SGLang, llama.cpp, LM Studio, TGI).
// Sources: their references and the servers' own source code. Unknown fields are ignored, as the servers do.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, either, integer, isFields, listOf, mapOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import {
  allOf,
  anyPrompt,
  messages,
  namedToolExists,
  needsTools,
  responseFormat,
  stop,
  streamOptions,
  streamOptionsNeedStream,
  toolChoice,
  tools,
  topLogprobsNeedLogprobs,
} from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { errorType, openAiError, openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';

type Checks = Readonly<Record<string, Check>>;

const roles = ['system', 'developer', 'user', 'assistant', 'tool'];
const parts = ['text', 'image_url', 'video_url', 'input_audio', 'file'];
const penalty = number({ min: -2, max: 2 });
const effort = oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max');
const bias = mapOf(number({ min: -100, max: 100 }), /^\d+$/u);

const chatWords: Checks = {
  model: text(/./su),
  messages: messages({ roles, parts, unknown: 'ignore' }),
  temperature: number({ min: 0, max: 2 }),
  top_p: number({ min: 0, max: 1 }),
  max_tokens: integer({ min: 1 }),
  frequency_penalty: penalty,
  presence_penalty: penalty,
  stop: stop(4),
  stream: boolean,
  stream_options: streamOptions,
  tools,
  tool_choice: toolChoice,
  response_format: responseFormat('text', 'json_object', 'json_schema'),
};

const chatTogether = allOf(streamOptionsNeedStream, topLogprobsNeedLogprobs, needsTools('tool_choice'), namedToolExists);

/** A provider that chats in OpenAI's words, and what it has beyond or otherwise. */
export const chat = (fields: Checks, ...own: readonly Together[]): Rules => ({
  fields: { ...chatWords, ...fields },
  required: ['model', 'messages'],
  unknown: 'ignore',
  together: allOf(chatTogether, ...own),
});

/** The same, of text completions. */
export const completions = (fields: Checks, ...own: readonly Together[]): Rules => ({
  fields: {
    model: text(/./su),
    prompt: text(),
    temperature: number({ min: 0, max: 2 }),
    top_p: number({ min: 0, max: 1 }),
    max_tokens: integer({ min: 1 }),
    frequency_penalty: penalty,
    presence_penalty: penalty,
    stop: stop(4),
    stream: boolean,
    stream_options: streamOptions,
    ...fields,
  },
  required: ['model', 'prompt'],
  unknown: 'ignore',
  together: allOf(streamOptionsNeedStream, ...own),
});

/** Fields that are refused whatever their value. */
export function refuses(...fields: string[]): Together {
  return (body) => {
    const refused = fields.find((field) => body[field] !== undefined);
    return refused === undefined ? null : complain(`Unsupported param: ${refused}`, refused);
  };
}

/** Hugging Face: the list of fields that its page has; the rest is the chosen provider's business. */
const huggingface: System = {
  slug: 'huggingface',
  needsKey: true,
  writeError: ({ message }) => ({ error: message }),
  habits: openAiHabits,
  operations: {
    chat: chat({
      seed: integer(),
      stop: listOf(text(/./su), { min: 1, max: 4 }),
      logprobs: boolean,
      top_logprobs: integer({ min: 0, max: 5 }),
      reasoning_effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh'),
      tool_prompt: text(),
    }),
  },
};

/** What LiteLLM's lists say these models do not accept. */
const nimModels: readonly (readonly [prefix: string, readonly string[]])[] = [
  ['google/gemma-2-', ['frequency_penalty', 'presence_penalty', 'tools', 'response_format']],
  ['google/codegemma', ['seed', 'frequency_penalty', 'presence_penalty', 'tools', 'response_format']],
  ['nvidia/nemotron-4-', ['stop', 'seed', 'frequency_penalty', 'presence_penalty', 'tools', 'response_format']],
];

const perNim: Together = (body) => {
  const lists = nimModels.filter(([prefix]) => String(body['model']).startsWith(prefix));
  const refused = lists.flatMap(([, fields]) => fields).find((field) => body[field] !== undefined);
  return refused === undefined ? null : complain(`Extra inputs are not permitted: ${refused}`, refused, null, 422);
};

const nimSampling: Checks = { temperature: number({ min: 0, max: 1 }), top_p: number({ above: 0, max: 1 }), seed: integer({ min: 0 }) };

/** NVIDIA: narrow sampling, and a schema for each model. */
const nvidia: System = {
  slug: 'nvidia',
  needsKey: true,
  writeError: ({ status, message }) => ({
    type: 'urn:inference-service:problem-details',
    title: errorType(status),
    status,
    detail: message,
  }),
  habits: openAiHabits,
  operations: { chat: chat(nimSampling, perNim), completions: completions(nimSampling) },
};

/** GitHub Models: a temperature up to 1. */
const githubModels: System = {
  slug: 'github-models',
  needsKey: true,
  writeError: openAiError,
  habits: openAiHabits,
  operations: {
    chat: chat({
      messages: messages({ roles, parts: ['text', 'image_url', 'input_audio'], unknown: 'ignore' }),
      temperature: number({ min: 0, max: 1 }),
      seed: integer(),
      modalities: listOf(oneOf('text', 'audio')),
      max_completion_tokens: integer({ min: 1 }),
    }),
  },
};

/** Sampling as vLLM checks it. That greedy decoding needs `n` 1 is not checked: the router has no word for it. */
const vllmSampling: Checks = {
  top_p: number({ above: 0, max: 1 }),
  top_k: integer({ min: -1 }),
  min_p: number({ min: 0, max: 1 }),
  repetition_penalty: number({ above: 0 }),
  n: integer({ min: 1, max: 16_384 }),
  seed: integer(),
  stop: stop(),
  logit_bias: mapOf(number(), /^\d+$/u),
  ignore_eos: boolean,
  min_tokens: integer({ min: 0 }),
  stop_token_ids: listOf(() => null),
  truncate_prompt_tokens: integer({ min: -1 }),
  prompt_logprobs: integer({ min: -1 }),
  response_format: responseFormat('text', 'json_object', 'json_schema', 'structural_tag'),
};

const promptLogprobsAreWhole: Together = (body) =>
  body['prompt_logprobs'] !== undefined && body['stream'] === true
    ? complain('`prompt_logprobs` are not available when `stream=True`.', 'prompt_logprobs')
    : null;

const numberedError = ({ status, message, param }: Complaint): Fields => ({
  error: { message, type: errorType(status), param, code: status },
});

/** vLLM. */
const vllm: System = {
  slug: 'vllm',
  needsKey: false,
  writeError: numberedError,
  habits: { ...openAiHabits, nullUsage: false },
  operations: {
    chat: chat(
      {
        ...vllmSampling,
        max_completion_tokens: integer({ min: 1 }),
        logprobs: boolean,
        top_logprobs: integer({ min: -1, max: 20 }),
        parallel_tool_calls: boolean,
        reasoning_effort: effort,
        include_reasoning: boolean,
        thinking_token_budget: integer({ min: 0 }),
        chat_template_kwargs: anyObject,
      },
      promptLogprobsAreWhole,
    ),
    completions: completions(
      {
        ...vllmSampling,
        prompt: anyPrompt,
        max_tokens: integer({ min: 0 }), // 0 makes sense beside echo only
        logprobs: integer({ min: 0, max: 20 }),
        echo: boolean,
      },
      promptLogprobsAreWhole,
      refuses('suffix'),
    ),
  },
};

const sglangSampling: Checks = {
  temperature: number({ min: 0 }),
  top_p: number({ above: 0, max: 1 }),
  // -1 is off, 0 an error.
  top_k: either('-1, or 1 and more', integer({ min: 1 }), integer({ min: -1, max: -1 })),
  min_p: number({ min: 0, max: 1 }),
  repetition_penalty: number({ above: 0, max: 2 }),
  n: integer({ min: 1 }),
  seed: integer(),
  stop: stop(),
  logit_bias: bias,
  ignore_eos: boolean,
  min_tokens: integer({ min: 0 }),
  stop_token_ids: listOf(() => null),
  regex: text(),
  ebnf: text(),
};

const wantsSchema = ({ response_format: format }: Fields): boolean => isFields(format) && format['type'] === 'json_schema';

const oneGrammar: Together = (body) => {
  const given = [body['regex'] !== undefined, body['ebnf'] !== undefined, wantsSchema(body)].filter(Boolean).length;
  return given > 1 ? complain('Only one of regex, json_schema, or ebnf can be set.') : null;
};

/** SGLang. */
const sglang: System = {
  slug: 'sglang',
  needsKey: false,
  writeError: ({ status, message, param }) => ({ object: 'error', message, type: errorType(status), param, code: status }),
  habits: { ...openAiHabits, nullUsage: false },
  operations: {
    chat: chat(
      {
        ...sglangSampling,
        max_completion_tokens: integer({ min: 1 }),
        logprobs: boolean,
        top_logprobs: integer({ min: 0 }),
        response_format: responseFormat('text', 'json_object', 'json_schema', 'structural_tag'),
        reasoning_effort: either('a level or a number', effort, number()),
        separate_reasoning: boolean,
        stream_reasoning: boolean,
      },
      oneGrammar,
    ),
    completions: completions(
      { ...sglangSampling, prompt: anyPrompt, logprobs: integer({ min: 0 }), echo: boolean, max_tokens: integer({ min: 1 }) },
      oneGrammar,
    ),
  },
};

const llamaSampling: Checks = {
  temperature: number(),
  top_p: number(),
  top_k: integer({ min: 0 }),
  min_p: number(),
  repeat_penalty: number(),
  n: integer({ min: 1, max: 1 }),
  stop: stop(),
  seed: integer(),
  logit_bias: mapOf(number()),
  grammar: text(),
};

const grammarAlone: Together = (body) => {
  if (body['grammar'] === undefined) return null;
  if (wantsSchema(body)) return complain('Either "json_schema" or "grammar" can be specified, but not both', 'grammar');
  return body['tools'] === undefined ? null : complain('Cannot use custom grammar constraints with tools.', 'grammar');
};

const noEcho: Together = (body) => (body['echo'] === true ? complain('Only no echo is supported', 'echo') : null);

/** llama.cpp. That log probabilities are refused beside tools in a stream is not checked: the router has no word for it. */
const llamaCpp: System = {
  slug: 'llama-cpp',
  needsKey: false,
  writeError: ({ status, message }) => ({ error: { code: status, message, type: errorType(status) } }),
  habits: { ...openAiHabits, nullUsage: false },
  operations: {
    chat: chat(
      {
        ...llamaSampling,
        logprobs: boolean,
        top_logprobs: integer({ min: 0 }),
        tool_choice: oneOf('auto', 'none', 'required'),
        parallel_tool_calls: boolean,
        reasoning_format: oneOf('none', 'deepseek', 'auto'),
      },
      grammarAlone,
    ),
    completions: completions(
      { ...llamaSampling, prompt: anyPrompt, max_tokens: integer({ min: -1 }), logprobs: integer({ min: 0 }) },
      grammarAlone,
      noEcho,
      refuses('best_of', 'suffix'),
    ),
  },
};

const studioSampling: Checks = {
  top_k: integer({ min: 0 }),
  repeat_penalty: number({ above: 0 }),
  seed: integer(),
  logit_bias: bias,
  stop: stop(),
};

/** LM Studio. Pictures are data. */
const lmStudio: System = {
  slug: 'lm-studio',
  needsKey: false,
  writeError: openAiError,
  habits: { ...openAiHabits, nullUsage: false },
  operations: {
    chat: chat({
      ...studioSampling,
      response_format: responseFormat('json_schema', 'text'),
      tool_choice: oneOf('auto', 'none', 'required'),
      ttl: integer({ min: 1 }),
      draft_model: text(),
    }),
    completions: completions(studioSampling),
  },
};

/** Typed fields; null, and a type that is not the field's, is a 422. */
const tgiSampling: Checks = {
  temperature: number({ min: 0 }),
  top_p: number({ above: 0, below: 1 }),
  frequency_penalty: penalty,
  seed: integer({ min: 0 }),
  stop: listOf(text(/./su), { min: 1, max: 4 }),
  max_tokens: integer({ min: 1 }),
  logit_bias: listOf(number()),
};

const grammarWithValue: Check = (value, path) => {
  const shape = object({
    fields: { type: oneOf('json', 'json_object', 'regex', 'json_schema'), value: either('a schema or an expression', anyObject, text()) },
    required: ['type', 'value'],
    unknown: 'refuse',
  })(value, path);
  if (shape !== null || !isFields(value)) return shape;
  const isJson = value['type'] !== 'regex';
  return isJson && !(isFields(value['value']) && value['value']['properties'] !== undefined)
    ? complain('Grammar must have a "properties" field', path)
    : null;
};

const toolsOrGrammar: Together = (body) =>
  body['tools'] !== undefined && body['response_format'] !== undefined
    ? complain('Grammar and tools are mutually exclusive', 'response_format', null, 422)
    : null;

/** Turned into a repetition penalty of the value plus 2: 0 would not be neutral. */
const presenceIsATrap: Check = (_, path) => complain('`repetition_penalty` must be strictly positive', path, null, 422);

/** Text Generation Inference. */
const textGenerationInference: System = {
  slug: 'text-generation-inference',
  needsKey: false,
  writeError: ({ message }) => ({ error: message, error_type: 'validation' }),
  habits: { ...openAiHabits, openingComments: ['keep-alive'], finishWords: { stop: 'stop_sequence' } },
  operations: {
    chat: chat(
      {
        ...tgiSampling,
        presence_penalty: presenceIsATrap,
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 5 }),
        response_format: grammarWithValue,
      },
      toolsOrGrammar,
    ),
    completions: completions(
      { ...tgiSampling, presence_penalty: presenceIsATrap, repetition_penalty: number({ above: 0 }) },
      refuses('suffix'),
    ),
  },
};

const hubs: readonly System[] = [huggingface, nvidia, githubModels];

/** All of them. */
export const hubsAndServers: readonly System[] = [...hubs, vllm, sglang, llamaCpp, lmStudio, textGenerationInference];
