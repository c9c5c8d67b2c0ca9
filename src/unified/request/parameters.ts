/**
 * Defines the unified parameters: type, range and neutral value of each. The only place for these. The limits of each provider are in its
 * file.
 *
 * Ranges: https://openrouter.ai/docs/api-reference/parameters and OpenAI's chat and completions references (read 2026-08-22). Where
 * OpenRouter's pages differ, the wider range is used, because fitting narrows it per provider.
 */
import * as z from 'zod/mini';
import { isObject } from '../../lib/json.ts';
import { listOf, mapOf } from './list.ts';
import { once } from '../../lib/memoize.ts';

/** The operations. */
export type Operation = 'chat' | 'completions' | 'embeddings';

/** Operations that return text. They can replace each other. */
export type TextOperation = Exclude<Operation, 'embeddings'>;

/** The unified field with the input of the model. */
export const INPUT_FIELDS = { chat: 'messages', completions: 'prompt', embeddings: 'input' } as const satisfies Record<Operation, string>;

/** Most stop sequences of a request. The router enforces those that an upstream does not accept. */
const MAX_STOP_SEQUENCES = 64;

/** Longest stop sequence, in UTF-16 units. It bounds the cost per piece of an answer when the router searches for it. */
export const MAX_STOP_CHARACTERS = 1000;

/** Most tools of one request. OpenAI accepts 128, Anthropic 10,000 with tool search (as last known). */
export const MAX_TOOLS = 10_000;

/** Longest tool name, in UTF-16 units. Providers accept 64 to 128; longer names are shortened for them. */
const MAX_TOOL_NAME = 1000;

/** Most choices of one request. */
const MAX_CHOICES = 128;

/** One unified parameter. */
export type Parameter = {
  /** Schema, created on first use: most parameters are never sent. */
  schema: () => z.ZodMiniType;
  /** A quick test that accepts only valid values, for those that most clients send: they need no schema. Absent = the schema decides. */
  isSurely?: (value: unknown) => boolean;
  /** Description of the accepted values for error messages: "expected ...". */
  expected: string;
  /** True for a value without effect. It may be left out without a report. */
  isNeutral?: (value: unknown) => boolean;
  /** The value without effect; absent = there is none, or it is an empty one. */
  neutral?: string | number | boolean;
  /** True = the neutral value is never sent: some providers reject it (empty lists, `n: 1`). */
  omitNeutral?: boolean;
};

const withNeutral = (parameter: Parameter, neutral: string | number | boolean): Parameter => ({
  ...parameter,
  neutral,
  isNeutral: (value) => value === neutral,
});
const isEmpty = (value: unknown) =>
  value === '' || (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);

function number(minimum: number, maximum: number, neutral?: number): Parameter {
  const parameter: Parameter = {
    schema: once(() => z.number().check(z.minimum(minimum), z.maximum(maximum))),
    isSurely: (value) => typeof value === 'number' && value >= minimum && value <= maximum,
    expected: `a number from ${minimum} to ${maximum}`,
  };
  return neutral === undefined ? parameter : withNeutral(parameter, neutral);
}

function integer(minimum?: number, maximum?: number, neutral?: number): Parameter {
  const schema = once(() => z.int().check(z.minimum(minimum ?? Number.MIN_SAFE_INTEGER), z.maximum(maximum ?? Number.MAX_SAFE_INTEGER)));
  const range = maximum !== undefined ? ` from ${minimum} to ${maximum}` : minimum !== undefined ? ` of ${minimum} or more` : ' below 2^53';
  const isSurely = (value: unknown) =>
    Number.isSafeInteger(value) && !(Number(value) < (minimum ?? -Infinity) || Number(value) > (maximum ?? Infinity));
  const parameter: Parameter = { schema, isSurely, expected: `an integer${range}` };
  return neutral === undefined ? parameter : withNeutral(parameter, neutral);
}

function boolean(neutral?: boolean): Parameter {
  const parameter: Parameter = {
    schema: once(() => z.boolean()),
    isSurely: (value) => typeof value === 'boolean',
    expected: 'true or false',
  };
  return neutral === undefined ? parameter : withNeutral(parameter, neutral);
}
const string = (maxLength?: number): Parameter =>
  maxLength === undefined
    ? { schema: once(() => z.string()), isSurely: (value) => typeof value === 'string', expected: 'a string' }
    : { schema: once(() => z.string().check(z.maxLength(maxLength))), expected: `a string of at most ${maxLength} characters` };
const oneOf = (...values: [string, ...string[]]): Parameter => ({
  schema: once(() => z.enum(values)),
  isSurely: (value) => values.some((one) => one === value),
  expected: `one of ${values.join(', ')}`,
});
/** An empty object has a meaning: `web_search_options: {}` enables the search. */
const object = (): Parameter => ({ schema: once(() => z.record(z.string(), z.unknown())), expected: 'an object' });
const array = (): Parameter => ({ schema: once(() => z.array(z.unknown())), isSurely: Array.isArray, expected: 'an array' });
/** An empty value has no effect, and some providers reject it. */
const unlessEmpty = (parameter: Parameter): Parameter => ({ ...parameter, isNeutral: isEmpty, omitNeutral: true });

const EFFORTS = ['max', 'xhigh', 'high', 'medium', 'low', 'minimal', 'none'] as const;

const REASONING: Parameter = {
  schema: once(() =>
    z.looseObject({
      effort: z.nullish(z.enum(EFFORTS)),
      max_tokens: z.nullish(z.int().check(z.minimum(0))),
      exclude: z.nullish(z.boolean()),
      enabled: z.nullish(z.boolean()),
    }),
  ),
  expected: 'an object with effort, max_tokens, exclude or enabled',
  isNeutral: isEmpty, // what it switches on follows from effort or max_tokens (OpenRouter docs on reasoning tokens, read 2026-08-22)
  omitNeutral: true,
};

const stopSequence = (least: number) => z.string().check(z.minLength(least), z.maxLength(MAX_STOP_CHARACTERS));

const STOP: Parameter = {
  schema: once(() => z.union([stopSequence(0), listOf(() => stopSequence(1), { most: MAX_STOP_SEQUENCES })])),
  expected: `a string, or an array of at most ${MAX_STOP_SEQUENCES} non-empty strings`,
  isNeutral: isEmpty,
  omitNeutral: true,
};

const LOGIT_BIAS: Parameter = {
  schema: once(() => mapOf(() => z.nullable(z.number().check(z.minimum(-100), z.maximum(100))), { key: /^\d+$/ })),
  expected: 'an object of token ids with numbers from -100 to 100',
  isNeutral: isEmpty,
  omitNeutral: true,
};

const tool = once(() =>
  z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('function'),
      function: z.looseObject({
        // Names that a provider does not accept are mapped and restored (`tool-names.ts`).
        name: z.string().check(z.maxLength(MAX_TOOL_NAME)),
        description: z.nullish(z.string()),
        parameters: z.nullish(z.record(z.string(), z.unknown())),
        strict: z.nullish(z.boolean()),
      }),
    }),
  ]),
);
/** A type other than "function". `abort` ends this branch, so that an invalid function is checked as a function. */
const otherType = once(() => z.looseObject({ type: z.string().check(z.refine((type) => type !== 'function', { abort: true })) }));

/** A tool with a function, as most are. */
function isFunctionTool(entry: unknown): boolean {
  if (!isObject(entry) || entry['type'] !== 'function' || !isObject(entry['function'])) return false;
  const { name, description, parameters, strict } = entry['function'];
  return (
    typeof name === 'string' &&
    name.length <= MAX_TOOL_NAME &&
    (description == null || typeof description === 'string') &&
    (parameters == null || isObject(parameters)) &&
    (strict == null || typeof strict === 'boolean')
  );
}

const TOOLS: Parameter = {
  // Tools of other types (server tools of a provider) pass; the rules of the provider decide.
  schema: once(() => listOf(() => z.union([tool(), otherType()]), { most: MAX_TOOLS })),
  isSurely: (value) => Array.isArray(value) && value.length <= MAX_TOOLS && value.every(isFunctionTool),
  expected: `an array of tools, ${MAX_TOOLS} at most, each {type: "function", function: {name, description, parameters}}`,
  isNeutral: isEmpty,
  omitNeutral: true,
};

const AUTO = 'auto';
const TOOL_CHOICE: Parameter = {
  schema: once(() =>
    z.union([
      z.enum(['none', 'auto', 'required']),
      z.looseObject({ type: z.literal('function'), function: z.looseObject({ name: z.string() }) }),
      otherType(),
    ]),
  ),
  expected: '"none", "auto", "required" or {type: "function", function: {name}}',
  neutral: AUTO, // the default behaviour
  isNeutral: (value) => value === AUTO,
};

const RESPONSE_FORMAT: Parameter = {
  schema: once(() =>
    z.discriminatedUnion('type', [
      z.looseObject({ type: z.literal('json_schema'), json_schema: z.looseObject({ name: z.string().check(z.minLength(1)) }) }),
      z.looseObject({ type: z.enum(['text', 'json_object', 'grammar', 'python']) }),
    ]),
  ),
  expected: '{type: "text" | "json_object" | "grammar" | "python"} or {type: "json_schema", json_schema: {name, schema}}',
  isNeutral: (value) => isObject(value) && value['type'] === 'text',
};

const METADATA: Parameter = {
  schema: once(() => mapOf(() => z.string().check(z.maxLength(512)), { most: 16, longestKey: 64 })),
  expected: 'an object of at most 16 strings (keys up to 64 characters, values up to 512)',
  isNeutral: isEmpty,
  omitNeutral: true,
};

const COMMON = {
  temperature: number(0, 2),
  top_p: number(0, 1, 1),
  top_k: integer(0, undefined, 0),
  min_p: number(0, 1, 0),
  top_a: number(0, 1, 0),
  frequency_penalty: number(-2, 2, 0),
  presence_penalty: number(-2, 2, 0),
  repetition_penalty: number(0, 2, 1),
  seed: integer(),
  n: { ...integer(1, MAX_CHOICES, 1), omitNeutral: true },
  stop: STOP,
  logit_bias: LOGIT_BIAS,
  best_of: { ...integer(1, MAX_CHOICES, 1), omitNeutral: true },
  ignore_eos: boolean(false),
  user: string(),
  response_format: RESPONSE_FORMAT,
  structured_outputs: boolean(),
  reasoning: REASONING,
  reasoning_effort: oneOf(...EFFORTS),
  include_reasoning: boolean(),
  session_id: string(256),
  metadata: METADATA,
  trace: unlessEmpty(object()), // labels for the provider's logs
  service_tier: oneOf('auto', 'default', 'fast', 'flex', 'priority', 'scale', 'ultrafast'),
  prompt_cache_key: string(),
  plugins: unlessEmpty(array()), // those of the account's settings stay (OpenRouter docs on plugins, read 2026-08-22)
  transforms: { ...array(), isNeutral: isEmpty }, // [] switches off what OpenRouter does by default (its docs on message transforms, read 2026-08-22)
  preset: string(),
} satisfies Record<string, Parameter>;

const CHAT = {
  ...COMMON,
  max_tokens: integer(1),
  max_completion_tokens: integer(1),
  logprobs: boolean(false),
  top_logprobs: integer(0, 20, 0),
  tools: TOOLS,
  tool_choice: TOOL_CHOICE,
  parallel_tool_calls: boolean(),
  verbosity: oneOf('low', 'medium', 'high', 'xhigh', 'max'),
  prediction: object(),
  modalities: unlessEmpty(array()),
  audio: object(),
  image_config: object(),
  speed: oneOf('fast', 'standard'),
  cache_control: object(),
  prompt_cache_options: object(),
  web_search_options: object(),
  x_search_filter: object(),
  stop_server_tools_when: array(),
  max_tool_calls: integer(1, 30),
  debug: unlessEmpty(object()), // switches, all of them off
} satisfies Record<string, Parameter>;

const COMPLETIONS = {
  ...COMMON,
  max_tokens: integer(0), // 0 with echo scores a prompt; OpenAI's completions reference allows it
  max_completion_tokens: integer(0), // chat's name for it, as some clients send it here too
  suffix: { ...string(), isNeutral: isEmpty, omitNeutral: true },
  echo: boolean(false),
  logprobs: integer(0, 20),
} satisfies Record<string, Parameter>;

const EMBEDDINGS = {
  dimensions: integer(1),
  encoding_format: oneOf('float', 'base64'),
  input_type: string(64),
  user: string(),
} satisfies Record<string, Parameter>;

/** Name of a unified parameter of any operation. */
type ParameterName = keyof typeof CHAT | keyof typeof COMPLETIONS | keyof typeof EMBEDDINGS;

/** Values by name: unified parameters and provider-specific fields. */
export type ParameterValues = { [name: string]: unknown } & { [name in ParameterName]?: unknown };

/** The parameters of each operation, by name. Looked up with {@link parameterOf}. */
export const PARAMETERS: Record<Operation, Readonly<Record<string, Parameter>>> = {
  chat: CHAT,
  completions: COMPLETIONS,
  embeddings: EMBEDDINGS,
};

/** Returns the unified parameter of that name; undefined for a provider-specific field. */
export function parameterOf(operation: Operation, name: string): Parameter | undefined {
  return Object.hasOwn(PARAMETERS[operation], name) ? PARAMETERS[operation][name] : undefined;
}
