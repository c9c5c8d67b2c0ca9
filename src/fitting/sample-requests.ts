/**
 * Creates small requests with one parameter each. Fitting them shows what becomes of the parameter at an endpoint (`describe-rules.ts`).
 * Each value is one that the checks of a request accept, and as extreme as they allow.
 */
import { once } from '../lib/memoize.ts';
import type { JsonObject } from '../lib/json.ts';
import { jsonSchemaOf } from '../unified/request/json-schema.ts';
import { PARAMETERS, type Operation } from '../unified/request/parameters.ts';
import { buildRequest, type Input, type UnifiedRequest } from '../unified/request/request.ts';
import { conversationOf } from '../unified/request/turns-conversation.ts';

/**
 * A parameter, or a part of `reasoning`, and requests with values of it that have an effect. `without`: the same request without the
 * parameter.
 */
export type Sample = { name: string; requests: readonly UnifiedRequest[]; without: UnifiedRequest };

const listOf = <Entry>(length: number, entry: (index: number) => Entry): Entry[] => Array.from({ length }, (_, index) => entry(index));

const tool = (name: string) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } });

/** A schema that strict providers accept. */
const SCHEMA = { type: 'object', properties: { x: { type: 'string' } }, required: ['x'], additionalProperties: false };

/** Values of parameters whose schema does not enumerate them. */
const VALUES: Readonly<Record<string, () => readonly unknown[]>> = {
  stop: () => [listOf(64, (index) => `stop ${index}`)],
  logit_bias: () => [Object.fromEntries(listOf(3, (index) => [String(index), 1]))],
  metadata: () => [{ key: 'value' }],
  tools: () => [listOf(2, (index) => tool(`tool_${index}`))],
  tool_choice: () => ['none', 'required', { type: 'function', function: { name: 'x' } }],
  response_format: () => [{ type: 'json_object' }, { type: 'json_schema', json_schema: { name: 'x', strict: true, schema: SCHEMA } }],
  prediction: () => [{ type: 'content', content: 'x' }],
  modalities: () => [['text']],
  cache_control: () => [{ type: 'ephemeral' }],
};

/** Parameters without which another one has no effect. */
const TOGETHER: Readonly<Record<string, JsonObject>> = {
  tool_choice: { tools: [tool('x')] },
  parallel_tool_calls: { tools: [tool('x')] },
  top_logprobs: { logprobs: true },
};

/** Parts of `reasoning` that providers accept one by one. */
const REASONING: Readonly<Record<string, readonly JsonObject[]>> = {
  'reasoning.effort': ['max', 'xhigh', 'high', 'medium', 'low', 'minimal', 'none'].map((effort) => ({ effort })),
  'reasoning.max_tokens': [1, Number.MAX_SAFE_INTEGER].map((tokens) => ({ max_tokens: tokens })),
  'reasoning.enabled': [{ enabled: true }, { enabled: false }],
  'reasoning.exclude': [{ exclude: true }],
};

/** Samples of all parameters of an operation, in their order, and of the parts of `reasoning` after it. Created on first use. */
export const samplesOf = (operation: Operation): readonly Sample[] => SAMPLES[operation]();

const SAMPLES: Readonly<Record<Operation, () => readonly Sample[]>> = {
  chat: once(() => createSamples('chat')),
  completions: once(() => createSamples('completions')),
  embeddings: once(() => createSamples('embeddings')),
};

function createSamples(operation: Operation): Sample[] {
  return Object.keys(PARAMETERS[operation]).flatMap((name): Sample[] => {
    const parts = name === 'reasoning' ? Object.entries(REASONING) : [];
    const values = name === 'reasoning' ? [{ effort: 'high' }] : valuesOf(operation, name);
    const sample = (field: string, of: readonly unknown[], as: string): Sample => ({
      name: as,
      requests: of.map((value) => createRequest(operation, { ...TOGETHER[field], [field]: value })),
      without: createRequest(operation, TOGETHER[field] ?? {}),
    });
    return [sample(name, values, name), ...parts.map(([part, objects]) => sample('reasoning', objects, part))];
  });
}

/** The extreme values of a parameter, all of them where there are few; without those that have no effect. */
function valuesOf(operation: Operation, name: string): readonly unknown[] {
  const parameter = PARAMETERS[operation][name];
  if (parameter === undefined) return [];
  const values = Object.hasOwn(VALUES, name) ? VALUES[name]?.() : extremesOf(jsonSchemaOf(parameter.schema()));
  return (values ?? []).filter((value) => parameter.isNeutral?.(value) !== true);
}

/** Longest text that is tried. Providers limit names of users and sessions to fewer characters. */
const LONG_TEXT = 1000;

function extremesOf({ type, enum: words, minimum, maximum, maxLength }: JsonObject): readonly unknown[] {
  if (Array.isArray(words)) return words;
  if (type === 'number' || type === 'integer') return [minimum, maximum];
  if (type === 'boolean') return [true, false];
  if (type === 'string') return ['x'.repeat(typeof maxLength === 'number' ? maxLength : LONG_TEXT)];
  return type === 'array' ? [['x']] : [{ x: 'x' }];
}

const MESSAGES: Input = {
  kind: 'messages',
  conversation: conversationOf([
    { role: 'user', blocks: [{ type: 'text', text: 'x', path: 'messages[0]' }], path: 'messages[0]', fields: {} },
  ]),
};
const PROMPT: Input = { kind: 'prompt', prompt: { kind: 'text', value: 'x' } };

function createRequest(operation: Operation, fields: JsonObject): UnifiedRequest {
  return buildRequest({
    operation,
    fields: { model: 'x', ...fields },
    readInput: () => (operation === 'chat' ? MESSAGES : PROMPT),
    names: {},
    adjustments: [],
    answerOptions: {},
  });
}
