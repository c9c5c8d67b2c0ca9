// Smaller clouds of open models: Hyperbolic, Lambda, SiliconFlow, Featherless, Parasail, Friendli, Baseten, inference.net. Sources: their
// API references and SDKs, and what gateways are known to send them, read 2026-11-20. Little is documented: what is not named is ignored,
// except where a reference says that a field belongs to some models only. Where nothing is known the stricter reading is taken.
// Written by hand; must not look at the router's own data.

import { anyObject, boolean, complain, either, integer, listOf, mapOf, number, oneOf, text } from '../checks.ts';
import type { Check, Complaint, Fields } from '../checks.ts';
import { messages, needsTools, responseFormat, stop, toolChoice, tools } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { errorType, openAiError, openAiHabits } from '../system.ts';
import type { Rules, System } from '../system.ts';
import { chat, completions, refuses } from './hubs-and-servers.ts';

type Checks = Readonly<Record<string, Check>>;

const bias = mapOf(number({ min: -100, max: 100 }), /^\d+$/u);
const efforts = oneOf('low', 'medium', 'high');
const fraction = number({ min: 0, max: 1 });
const upToOne = number({ above: 0, max: 1 });
const positive = integer({ min: 1 });
const texts = listOf(text(/./su), { min: 1 });
const encoding = oneOf('float', 'base64');

/** No provider here is known to have OpenAI's newer role. */
const plainRoles: Check = messages({
  roles: ['system', 'user', 'assistant', 'tool'],
  parts: ['text', 'image_url', 'video_url', 'input_audio', 'file'],
  unknown: 'ignore',
});

/** A provider that chats, and whose roles are the four old ones. */
const plainChat = (fields: Checks, ...own: readonly Together[]): Rules => chat({ messages: plainRoles, ...fields }, ...own);

/** Texts in, at most that many, numbers out, and only the fields named. */
export const embeddings = (more: Checks = {}, most = Infinity): Rules => ({
  fields: {
    model: text(/./su),
    input: either('a string or strings', text(), listOf(text(), { min: 1, max: most })),
    ...more,
  },
  required: ['model', 'input'],
  unknown: 'refuse',
});

/** Where OpenAI's shape of errors was copied, or is the best guess. */
const copied = { needsKey: true, writeError: openAiError, habits: openAiHabits } as const;

/** The reference gives the penalties from 0 to 1. */
const hyperbolicSampling: Checks = { frequency_penalty: fraction, presence_penalty: fraction, logit_bias: bias, user: text() };

const isBase = ({ model }: Fields): boolean => /-BASE|Meta-Llama-3\.1-405B(?:-FP8)?$/iu.test(String(model));

const noBaseModel: Together = (body) => (isBase(body) ? complain('Base models do not chat.', 'model', null, 404) : null);
const onlyBaseModel: Together = (body) => (isBase(body) ? null : complain('Only base models complete text.', 'model', null, 404));

const hyperbolic: System = {
  ...copied,
  slug: 'hyperbolic',
  operations: {
    chat: plainChat(
      {
        ...hyperbolicSampling,
        top_k: integer({ min: -1 }),
        min_p: fraction,
        repetition_penalty: number({ above: 0 }),
        logprobs: integer({ min: 0, max: 20 }),
        n: positive,
        seed: integer(),
        stop: texts,
        reasoning_effort: efforts,
        raw_mode: boolean,
      },
      noBaseModel,
      refuses('tools', 'tool_choice', 'response_format', 'parallel_tool_calls'),
    ),
    completions: completions(hyperbolicSampling, onlyBaseModel),
  },
};

/** Lambda, as it was: OpenAI's plain words. */
const lambda: System = {
  ...copied,
  slug: 'lambda',
  operations: { chat: plainChat({ logit_bias: bias, logprobs: boolean }), completions: completions({ logit_bias: bias }) },
};

/** Which models of SiliconFlow know which of its fields. */
const siliconflowModels: Readonly<Record<string, RegExp>> = {
  min_p: /^Qwen\/Qwen3-/u,
  enable_thinking: /^(Qwen\/Qwen3-[\w-]*B$|deepseek-ai\/DeepSeek-V3\.1|tencent\/Hunyuan-A13B-Instruct$|zai-org\/GLM-4\.5V$)/u,
  thinking_budget:
    /^(Qwen\/(Qwen3-[\w-]*B$|QwQ-32B$|.*-Thinking-2507$)|deepseek-ai\/DeepSeek-(V3\.1|R1)|tencent\/Hunyuan-A13B|zai-org\/GLM-4\.5V$)/u,
};

const ofItsModels: Together = (body) => {
  const model = String(body['model']);
  const stranger = Object.keys(siliconflowModels).find((field) => body[field] !== undefined && !siliconflowModels[field]?.test(model));
  return stranger === undefined ? null : complain(`Value error, current model does not support parameter \`${stranger}\`.`, stranger);
};

const siliconflow: System = {
  ...copied,
  slug: 'siliconflow',
  habits: { ...openAiHabits, usage: 'every-chunk' },
  operations: {
    chat: plainChat(
      {
        top_k: positive,
        min_p: fraction,
        n: positive,
        enable_thinking: boolean,
        thinking_budget: integer({ min: 128, max: 32_768 }),
      },
      ofItsModels,
      refuses('seed', 'logit_bias', 'logprobs', 'top_logprobs', 'user', 'presence_penalty', 'repetition_penalty', 'stream_options'),
    ),
    embeddings: embeddings({ encoding_format: encoding, dimensions: integer({ min: 64 }) }, 32),
  },
};

/** vLLM's words, as far as the page has them; -1 is off, and what 0 does is not said. */
const featherlessSampling: Checks = {
  top_p: upToOne,
  top_k: either('-1, or 1 and more', positive, integer({ min: -1, max: -1 })),
  min_p: fraction,
  repetition_penalty: number({ above: 0 }),
  seed: integer(),
  stop: texts,
  stop_token_ids: listOf(() => null),
  include_stop_str_in_output: boolean,
  min_tokens: integer({ min: 0 }),
};

const featherless: System = {
  ...copied,
  slug: 'featherless',
  operations: {
    chat: plainChat(featherlessSampling, refuses('tools', 'tool_choice', 'response_format', 'n', 'logprobs', 'logit_bias')),
    completions: completions(featherlessSampling, refuses('n', 'best_of', 'echo', 'suffix', 'logprobs', 'logit_bias')),
  },
};

const parasailSampling: Checks = {
  top_p: upToOne,
  top_k: integer({ min: -1 }),
  min_p: fraction,
  repetition_penalty: number({ above: 0 }),
  n: positive,
  seed: integer(),
  stop: stop(),
  logit_bias: mapOf(number(), /^\d+$/u),
};

const parasail: System = {
  ...copied,
  slug: 'parasail',
  habits: { ...openAiHabits, nullUsage: false },
  operations: {
    chat: plainChat(
      { ...parasailSampling, logprobs: boolean, top_logprobs: integer({ min: 0, max: 20 }), parallel_tool_calls: boolean },
      refuses('prompt_cache_key', 'verbosity', 'store', 'service_tier'),
    ),
    completions: completions(
      {
        ...parasailSampling,
        prompt: () => null, // every kind
        logprobs: integer({ min: 0, max: 20 }),
        echo: boolean,
      },
      refuses('suffix'),
    ),
    embeddings: {
      ...embeddings({
        input: () => null, // every kind
        dimensions: positive,
        encoding_format: encoding,
      }),
      unknown: 'ignore',
    },
  },
};

/** Friendli answers a bad field with a 422. */
const as422 =
  (check: Check): Check =>
  (value, path) => {
    const complaint = check(value, path);
    return complaint === null ? null : { ...complaint, status: 422 };
  };

const strict = (rules: Rules): Rules => {
  const together: Together = (body) => {
    const complaint = rules.together?.(body) ?? null;
    return complaint === null ? null : { ...complaint, status: 422 };
  };
  return { ...rules, fields: Object.fromEntries(Object.entries(rules.fields).map(([name, check]) => [name, as422(check)])), together };
};

const validationError = ({ message, param, code }: Complaint): Fields => ({
  detail: [{ loc: ['body', param ?? ''], msg: message, type: code ?? 'value_error' }],
});

const friendliSampling: Checks = {
  top_p: upToOne,
  top_k: integer({ min: 0 }),
  min_p: fraction,
  repetition_penalty: number({ above: 0 }),
  seed: either('an integer or integers', integer(), listOf(integer(), { min: 1 })),
  n: positive,
  stop: texts,
  logit_bias: bias,
  min_tokens: integer({ min: 0 }),
  eos_token: listOf(() => null),
  xtc_threshold: number({ min: 0 }),
  xtc_probability: fraction,
};

/** Tools exclude a form of the answer and a least length. */
const toolsStandAlone: Together = (body) => {
  const beside = ['response_format', 'min_tokens'].find((field) => body[field] !== undefined);
  return body['tools'] === undefined || beside === undefined ? null : complain(`${beside} cannot be used with tools`, beside);
};

const oneLimit: Together = (body) =>
  body['max_tokens'] === undefined || body['max_total_tokens'] === undefined
    ? null
    : complain('max_tokens and max_total_tokens are mutually exclusive', 'max_total_tokens');

const friendli: System = {
  slug: 'friendli',
  needsKey: true,
  writeError: validationError,
  habits: openAiHabits,
  operations: {
    chat: strict(
      plainChat(
        {
          ...friendliSampling,
          logprobs: boolean,
          top_logprobs: integer({ min: 0 }),
          tools,
          tool_choice: toolChoice,
          parallel_tool_calls: boolean,
          response_format: responseFormat('text', 'json_object', 'json_schema', 'regex'),
          reasoning_effort: efforts,
          reasoning_budget: positive,
          parse_reasoning: boolean,
          include_reasoning: boolean,
          chat_template_kwargs: anyObject,
        },
        toolsStandAlone,
      ),
    ),
    completions: strict(completions({ ...friendliSampling, max_total_tokens: positive, logprobs: integer({ min: 0 }) }, oneLimit)),
  },
};

const unconfirmed = refuses('n', 'logprobs', 'top_logprobs', 'logit_bias', 'parallel_tool_calls', 'user');

/** Baseten: an error is a text, or an object with more about it. */
const baseten: System = {
  slug: 'baseten',
  needsKey: true,
  writeError: ({ status, message, param }) =>
    param === null ? { error: message } : { error: { message, object: 'error', type: errorType(status), param, code: status } },
  habits: openAiHabits,
  operations: {
    chat: plainChat({ seed: integer(), reasoning_effort: efforts }, unconfirmed, needsTools('tool_choice')),
  },
};

const inferenceNet: System = {
  ...copied,
  slug: 'inference-net',
  operations: {
    chat: plainChat({ seed: integer() }, unconfirmed),
    completions: completions({ seed: integer() }, unconfirmed, refuses('best_of', 'echo', 'suffix')),
  },
};

/** All of them. */
export const openModelClouds: readonly System[] = [hyperbolic, lambda, siliconflow, featherless, parasail, friendli, baseten, inferenceNet];
