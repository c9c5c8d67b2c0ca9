// Laboratories that serve their own models in OpenAI's format: DeepSeek, xAI, Perplexity, Moonshot, Z.ai, Alibaba, MiniMax. Sources:
// their API references, SDKs, and errors seen in public. Undocumented fields are ignored, as far as is known.
// Written by hand; must not look at the router's own data. Hosts of many models and servers: hubs-and-servers.ts.

import { anyObject, boolean, complain, integer, isFields, listOf, number, object, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import {
  allOf,
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
import type { System } from '../system.ts';

/** What every one of them means by these names. */
const words: Readonly<Record<string, Check>> = {
  model: text(/./su),
  messages: messages({ roles: ['system', 'user', 'assistant', 'tool'], parts: ['text', 'image_url', 'video_url'], unknown: 'ignore' }),
  temperature: number({ min: 0, max: 2 }),
  top_p: number({ min: 0, max: 1 }),
  max_tokens: integer({ min: 1 }),
  stop: stop(),
  stream: boolean,
  stream_options: streamOptions,
  tools,
  tool_choice: toolChoice,
};

const together = allOf(streamOptionsNeedStream, topLogprobsNeedLogprobs, needsTools('tool_choice'), namedToolExists);

/** A provider that chats, and what it has beyond or otherwise than the others. */
function lab(slug: string, fields: Readonly<Record<string, Check>>, own: Together, changes: Partial<System> = {}): System {
  return {
    slug,
    needsKey: true,
    writeError: openAiError,
    habits: openAiHabits,
    operations: {
      chat: {
        fields: { ...words, ...fields },
        required: ['model', 'messages'],
        unknown: 'ignore',
        together: allOf(together, own),
      },
    },
    ...changes,
  };
}

const nothing: Together = () => null;
const modelOf = (body: Fields): string => String(body['model']);
const turnsOf = (body: Fields): Fields[] => (Array.isArray(body['messages']) ? body['messages'].filter(isFields) : []);

/** A model that refuses a field, whatever its value. */
function without(pattern: RegExp, fields: readonly string[], say: (field: string) => Complaint): Together {
  return (body) => {
    const refused = pattern.test(modelOf(body)) ? fields.find((field) => body[field] !== undefined) : undefined;
    return refused === undefined ? null : say(refused);
  };
}

const unsupported = (field: string): Complaint => complain(`Argument not supported on this model: ${field}`, field);

/** Calls of tools must come back with the reasoning that led to them, unless reasoning is off. */
function thinkingBeside(pattern: RegExp): Together {
  return (body) => {
    const isOff = isFields(body['thinking']) && body['thinking']['type'] === 'disabled';
    const bare = turnsOf(body).some((turn) => turn['tool_calls'] !== undefined && !turn['reasoning_content']);
    return pattern.test(modelOf(body)) && !isOff && bare
      ? complain('thinking is enabled but reasoning_content is missing in assistant tool call message', 'messages')
      : null;
  };
}

const switched = (...types: string[]): Check => object({ fields: { type: oneOf(...types) }, required: ['type'], unknown: 'ignore' });

/** DeepSeek. json_schema is "unavailable now"; usage rides on the chunk that ends the answer. */
const deepseek = lab(
  'deepseek',
  {
    frequency_penalty: number({ min: -2, max: 2 }),
    presence_penalty: number({ min: -2, max: 2 }),
    stop: stop(16),
    logprobs: boolean,
    top_logprobs: integer({ min: 0, max: 20 }),
    response_format: responseFormat('text', 'json_object'),
    thinking: switched('enabled', 'disabled', 'adaptive'),
    reasoning_effort: oneOf('minimal', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra'),
  },
  allOf(thinkingBeside(/./u), without(/^deepseek-reasoner$/u, ['logprobs', 'top_logprobs'], unsupported)),
  {
    habits: {
      ...openAiHabits,
      usage: 'on-finish',
      openingComments: ['keep-alive'],
      usageExtras: { prompt_cache_hit_tokens: 0, completion_tokens_details: { reasoning_tokens: 0 } },
    },
  },
);

const thinkingGrok = /^grok-(3-mini|4|code)(?!.*non-reasoning)/u;

/** xAI. No penalties since grok-3, no stop with reasoning, and a reasoning effort on few models. */
const xai = lab(
  'xai',
  {
    messages: messages({ roles: ['system', 'developer', 'user', 'assistant', 'tool'], parts: ['text', 'image_url'], unknown: 'ignore' }),
    max_completion_tokens: integer({ min: 1 }),
    stop: stop(8),
    frequency_penalty: number({ min: -2, max: 2 }),
    presence_penalty: number({ min: -2, max: 2 }),
    seed: integer({ min: -2_147_483_648, max: 2_147_483_647 }),
    n: integer({ min: 1, max: 128 }),
    logprobs: boolean,
    top_logprobs: integer({ min: 0, max: 8 }),
    response_format: responseFormat('text', 'json_object', 'json_schema'),
    parallel_tool_calls: boolean,
    reasoning_effort: oneOf('none', 'low', 'medium', 'high', 'xhigh'),
    service_tier: oneOf('default', 'priority'),
    user: text(),
  },
  allOf(
    without(/^grok-(?!2)/u, ['frequency_penalty', 'presence_penalty'], unsupported),
    without(thinkingGrok, ['stop'], unsupported),
    without(/^grok-(?!3-mini|4\.6)/u, ['reasoning_effort'], unsupported),
    without(/./u, ['search_parameters'], () => complain('Live search is deprecated.', 'search_parameters', null, 410)),
  ),
  {
    writeError: ({ message }) => ({ code: 'Client specified an invalid argument', error: message }),
    habits: { ...openAiHabits, usage: 'always-last', nullUsage: false, usageExtras: { num_sources_used: 0, cost_in_usd_ticks: 0 } },
  },
);

/** Only words are looked at: what becomes of calls and their results in a row is not documented. */
const alternation: Together = (body) => {
  const turns = turnsOf(body);
  const opening = turns.findIndex(({ role }) => role !== 'system');
  const isWords = (turn: Fields): boolean => turn['role'] !== 'tool' && turn['tool_calls'] === undefined;
  const isWrong = turns.slice(Math.max(0, opening)).some((turn, place, rest) => {
    const before = rest[place - 1];
    if (opening >= 0 && turn['role'] === 'system') return true;
    return before !== undefined && before['role'] === turn['role'] && isWords(turn) && isWords(before);
  });
  return isWrong
    ? complain('After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s).', 'messages')
    : null;
};

/** Perplexity. Roles take turns; counts of tokens on every chunk. */
const perplexity = lab(
  'perplexity',
  {
    temperature: number({ min: 0, below: 2 }),
    top_k: integer({ min: 0, max: 2048 }),
    presence_penalty: number({ min: -2, max: 2 }),
    frequency_penalty: number({ above: 0 }),
    n: integer({ min: 1, max: 1 }),
    response_format: responseFormat('text', 'json_schema', 'regex'),
    tool_choice: oneOf('none', 'auto', 'required'),
    reasoning_effort: oneOf('minimal', 'low', 'medium', 'high'),
    search_domain_filter: listOf(text()),
    return_images: boolean,
    return_related_questions: boolean,
    disable_search: boolean,
    web_search_options: anyObject,
  },
  alternation,
  {
    writeError: ({ status, message }) => ({ error: { message, type: 'invalid_message', code: status } }),
    habits: {
      ...openAiHabits,
      usage: 'every-chunk',
      role: 'every-chunk',
      done: false,
      stamp: { citations: ['https://a.example/b'] },
      usageExtras: { search_context_size: 'low', cost: { request_cost: 0.005, total_cost: 0.005 } },
    },
  },
);

/** kimi-k2.5 and later; the first K2 family is written with a hyphen. */
const fixedKimi = /^kimi-k(?!2-)/u;

const fixedSampling: Together = (body) => {
  if (!fixedKimi.test(modelOf(body))) return null;
  const isOff = isFields(body['thinking']) && body['thinking']['type'] === 'disabled';
  const fixed: Fields = { temperature: isOff ? 0.6 : 1, top_p: 0.95, n: 1, frequency_penalty: 0, presence_penalty: 0 };
  const wrong = Object.keys(fixed).find((name) => body[name] !== undefined && body[name] !== fixed[name]);
  return wrong === undefined ? null : complain(`invalid ${wrong}: only ${String(fixed[wrong])} is allowed for this model`, wrong);
};

const severalNeedWarmth: Together = ({ n, temperature }) =>
  typeof n === 'number' && n > 1 && typeof temperature === 'number' && temperature < 0.3
    ? complain('n must be 1 when temperature is close to 0', 'n')
    : null;

const keepIsNew: Together = (body) =>
  isFields(body['thinking']) && body['thinking']['keep'] !== undefined && modelOf(body).startsWith('kimi-k2.5')
    ? complain('thinking.keep is not supported by this model', 'thinking')
    : null;

/** Pictures are data, or files that were uploaded. */
const noPictureUrls: Together = (body) => {
  const parts = turnsOf(body).flatMap(({ content }) => (Array.isArray(content) ? content.filter(isFields) : []));
  const links = parts.map((part) => part['image_url']).filter(isFields);
  return links.some(({ url }) => /^https?:/iu.test(String(url))) ? complain('unsupported image url', 'messages') : null;
};

const schemaNeedsKimi: Together = (body) =>
  isFields(body['response_format']) && body['response_format']['type'] === 'json_schema' && !modelOf(body).startsWith('kimi-k')
    ? complain('response_format type is not supported by this model', 'response_format')
    : null;

/** Moonshot. Sampling up to 1, or none at all; usage hides in the last choice. */
const moonshot = lab(
  'moonshot',
  {
    temperature: number({ min: 0, max: 1 }),
    n: integer({ min: 1, max: 5 }),
    frequency_penalty: number({ min: -2, max: 2 }),
    presence_penalty: number({ min: -2, max: 2 }),
    stop: stop(5),
    response_format: responseFormat('text', 'json_object', 'json_schema'),
    tool_choice: (value, path) =>
      value === 'required' ? complain('tool_choice required is not supported', path) : toolChoice(value, path),
    thinking: switched('enabled', 'disabled'),
    reasoning_effort: oneOf('low', 'high', 'max'),
    safety_identifier: text(),
    prompt_cache_key: text(),
  },
  allOf(fixedSampling, severalNeedWarmth, keepIsNew, noPictureUrls, schemaNeedsKimi, thinkingBeside(fixedKimi)),
  {
    writeError: ({ status, message }) => ({ error: { message, type: errorType(status) } }),
    habits: { ...openAiHabits, usage: 'in-choice', nullUsage: false, usageExtras: { cached_tokens: 0 } },
  },
);

/** Most tokens that each model writes. */
const glmLimits: Fields = { 'glm-4.6': 131_072, 'glm-4.5': 98_304, 'glm-4.5v': 16_384 };

const glmModels: Together = (body) => {
  const { max_tokens: limit, thinking, reasoning_effort: effort } = body;
  const most = glmLimits[modelOf(body)];
  if (typeof limit === 'number' && typeof most === 'number' && limit > most) return complain(`max_tokens: at most ${most}`, 'max_tokens');
  if (modelOf(body).startsWith('glm-5.3') && isFields(thinking) && thinking['type'] === 'disabled')
    return complain('thinking cannot be disabled', 'thinking');
  return modelOf(body).startsWith('glm-4') && effort !== undefined
    ? complain('reasoning_effort is not supported', 'reasoning_effort')
    : null;
};

/** Z.ai. One stop word, narrow sampling, numbers for errors. */
const zai = lab(
  'zai',
  {
    temperature: number({ min: 0, max: 1 }),
    top_p: number({ min: 0.01, max: 1 }),
    do_sample: boolean,
    stop: listOf(text(/./su), { min: 1, max: 1 }),
    response_format: responseFormat('text', 'json_object'),
    tools: (value, path) => tools(value, path) ?? listOf(anyObject, { max: 128 })(value, path),
    tool_choice: oneOf('auto'),
    tool_stream: boolean,
    thinking: switched('enabled', 'disabled'),
    reasoning_effort: oneOf('max', 'high', 'low'),
    user_id: text(/^.{6,128}$/su),
    request_id: text(),
  },
  glmModels,
  {
    writeError: ({ status, message }) => ({ error: { code: status === 401 ? '1002' : '1210', message } }),
    habits: { ...openAiHabits, usage: 'on-finish', nullUsage: false },
  },
);

const streamsOnly = /^(qwen3-.*b$|qwen3-.*-thinking|qwq-|qvq-)/u;

const qwenModels: Together = (body) => {
  const { thinking_budget: budget, reasoning_effort: effort, stream, enable_thinking: isThinking } = body;
  if (streamsOnly.test(modelOf(body)) && stream !== true && isThinking !== false)
    return complain('parameter.enable_thinking must be set to false for non-streaming calls', 'enable_thinking');
  return budget !== undefined && effort !== undefined ? complain('thinking_budget and reasoning_effort exclude each other') : null;
};

/** Alibaba, compatible mode. Open ends, and models that only stream. */
const alibaba = lab(
  'alibaba',
  {
    temperature: number({ min: 0, below: 2 }),
    top_p: number({ above: 0, max: 1 }),
    top_k: integer({ min: 0 }),
    presence_penalty: number({ min: -2, max: 2 }),
    repetition_penalty: number({ above: 0 }),
    seed: integer({ min: 0, max: 2_147_483_647 }),
    n: integer({ min: 1, max: 4 }),
    response_format: responseFormat('text', 'json_object', 'json_schema'),
    tool_choice: (value, path) => (value === 'required' ? complain('tool_choice: required is refused', path) : toolChoice(value, path)),
    parallel_tool_calls: boolean,
    logprobs: boolean,
    top_logprobs: integer({ min: 0, max: 5 }),
    enable_thinking: boolean,
    thinking_budget: integer({ min: 1 }),
    reasoning_effort: text(),
    enable_search: boolean,
  },
  qwenModels,
  { writeError: ({ status, message, code }) => ({ error: { message, code: code ?? 'InvalidParameter', type: errorType(status) } }) },
);

/** MiniMax. One answer, a temperature above 0 and up to 1. */
const minimax = lab(
  'minimax',
  {
    temperature: number({ above: 0, max: 1 }),
    top_p: number({ above: 0, max: 1 }),
    n: integer({ min: 1, max: 1 }),
    max_completion_tokens: integer({ min: 1 }),
    thinking: switched('adaptive', 'disabled'),
    reasoning_split: boolean,
    service_tier: oneOf('standard', 'priority'),
  },
  nothing,
  { writeError: ({ message }) => ({ base_resp: { status_code: 2013, status_msg: message } }) },
);

/** All of them. */
export const labs: readonly System[] = [deepseek, xai, perplexity, moonshot, zai, alibaba, minimax];
