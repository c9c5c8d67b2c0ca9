/**
 * The unified request: what a client asked, checked, frozen, and not yet fitted to an endpoint. Every attempt starts from it anew, so
 * nothing may change it. Validation is here; adapting to a provider is `fitting/fit.ts`.
 */
import * as z from 'zod/mini';
import type { Adjustment } from '../adjustment.ts';
import { arePlainMessages, countPrompts, MESSAGES, PROMPT, toPrompt, type Message, type Prompt } from './message.ts';
import { parameterOf, PARAMETERS, type Operation, type ParameterValues } from './parameters.ts';
import { PREFERENCES, type Preferences } from './preferences.ts';
import { findUnsafeJson, isObject, toWellFormed, type JsonObject } from '../../lib/json.ts';
import type { ParameterNames } from './client-path.ts';
import { explainIssue, show } from './explain-issue.ts';
import { listOf } from './list.ts';
import { modelIdObjection } from './model-id.ts';
import { normalForm } from './normal-form.ts';
import { once } from '../../lib/memoize.ts';
import { RouterError } from '../error.ts';

/** What the model is to read. */
export type Input = { kind: 'messages'; messages: readonly Message[] } | { kind: 'prompt'; prompt: Prompt };

/** One client request. Field names of parameters are the client's own, nulls are gone. */
export type UnifiedRequest = {
  readonly operation: Operation;
  /** Models in order of preference, at least one: `author/slug` or `@provider/<upstream id>`. */
  readonly models: readonly string[];
  /** The field of the body that each of `models` stands in: `model`, `models[1]`. */
  readonly modelFields: readonly string[];
  /** Ask all of the models at once, instead of the first that can serve (`route: "all"`). */
  readonly askAll: boolean;
  readonly input: Input;
  /** Every parameter that was sent, unknown fields included. */
  readonly parameters: Readonly<ParameterValues>;
  readonly stream: boolean;
  /** `stream_options.include_usage`; null when the client did not say. */
  readonly includeUsage: boolean | null;
  /** The client speaks of `functions`, the older word for tools, and looks for a call in `function_call`. */
  readonly wantsFunctionCall?: boolean;
  /** The `provider` object. */
  readonly preferences: Preferences;
  /** What was changed while reading the request, the same for every provider. */
  readonly adjustments: readonly Adjustment[];
  /** What the fields are called in the client's own body. */
  readonly names: ParameterNames;
};

/** Deepest nesting of a request body. */
export const MAX_DEPTH = 100;

/** Most entries of `models`. */
const MAX_MODELS = 32;

/** Fields that steer the router and are no parameters of a model. */
const ROUTER_FIELDS = new Set(['model', 'models', 'messages', 'prompt', 'input', 'stream', 'stream_options', 'provider', 'route', 'usage']);

/** A name has to become a part of an address, which half of a surrogate pair cannot. */
const model = once(() =>
  z.string().check(
    z.minLength(1),
    z.maxLength(512),
    z.refine((name) => name.isWellFormed(), 'expected text without lone surrogates'),
  ),
);

/** Fields of every request. Like those of parameters these checks see no null. */
const ROUTING = {
  model,
  models: once(() => listOf(model, { most: MAX_MODELS })),
  stream: once(() => z.boolean()),
  stream_options: once(() => z.looseObject({ include_usage: z.nullish(z.boolean()) })),
  provider: PREFERENCES,
  route: once(() => z.enum(['fallback', 'sort', 'all'])),
  usage: once(() => z.looseObject({ include: z.nullish(z.boolean()) })),
};

/** The field that holds what the model is to read. */
const INPUTS = {
  chat: { name: 'messages', check: MESSAGES },
  completions: { name: 'prompt', check: PROMPT },
  embeddings: { name: 'input', check: PROMPT },
} satisfies Record<Operation, { name: string; check: () => z.ZodMiniType }>;

/** The check of a field; undefined for one that we do not know. */
function checkOf(operation: Operation, name: string): (() => z.ZodMiniType) | undefined {
  if (Object.hasOwn(ROUTING, name)) return ROUTING[name as keyof typeof ROUTING];
  return parameterOf(operation, name)?.schema;
}

/** The first thing that is wrong with a body. Looks at the fields that were sent, and at no others. */
function findIssue(operation: Operation, body: JsonObject): z.core.$ZodIssue | null {
  const input = INPUTS[operation];
  for (const name of Object.keys(body)) {
    const value = body[name];
    const check = value === null || value === undefined || name === input.name ? undefined : checkOf(operation, name);
    const issue = check === undefined ? null : issueIn(name, value, check);
    if (issue !== null) return issue;
  }
  return operation === 'chat' && arePlainMessages(body['messages']) ? null : issueIn(input.name, body[input.name], input.check);
}

function issueIn(name: string, value: unknown, check: () => z.ZodMiniType): z.core.$ZodIssue | null {
  const issue = check().safeParse(value).error?.issues[0];
  return issue === undefined ? null : { ...issue, path: [name, ...issue.path] };
}

/** The fields of a body whose meaning we rely on after validation. */
type Checked = {
  model?: string | null;
  models?: string[] | null;
  messages?: Message[];
  prompt?: z.infer<ReturnType<typeof PROMPT>>;
  input?: z.infer<ReturnType<typeof PROMPT>>;
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean | null } | null;
  provider?: Preferences | null;
  route?: 'fallback' | 'sort' | 'all' | null;
};

/**
 * Reads a request body of any operation. The inputs of embeddings are its prompt.
 *
 * @throws RouterError `invalid_request` that names the field, the value and what was expected.
 */
export function parseUnified(operation: Operation, given: unknown): UnifiedRequest {
  if (!isObject(given)) throw new RouterError('invalid_request', 'The request body must be a JSON object.');
  const adjustments: Adjustment[] = [];
  const body = normalForm(operation, refuseHostile(given, adjustments), adjustments);
  const issue = findIssue(operation, body);
  if (issue !== null) throw explainIssue(issue, body, PARAMETERS[operation]);
  // The schemas change nothing, so the body itself goes on: large histories are not copied.
  const checked = body as Checked;
  const request: UnifiedRequest = {
    operation,
    ...readModels(checked),
    askAll: checked.route === 'all',
    input:
      operation === 'chat'
        ? { kind: 'messages', messages: checked.messages ?? [] }
        : { kind: 'prompt', prompt: toPrompt((operation === 'embeddings' ? checked.input : checked.prompt) ?? '') },
    parameters: readParameters(body, adjustments),
    stream: checked.stream ?? false,
    includeUsage: checked.stream === true ? (checked.stream_options?.include_usage ?? null) : null,
    ...(Array.isArray(given['functions']) ? { wantsFunctionCall: true } : {}),
    preferences: checked.provider ?? {},
    adjustments,
    names: {},
  };
  refuseContradictions(request);
  noteRouterFields(operation, checked, adjustments);
  return Object.freeze(request);
}

/**
 * The body with text that can be sent: half of a surrogate pair, which a text that was cut in the middle of an emoji ends with, is none.
 *
 * @throws RouterError naming what is nested too deep, or a field that can reach a prototype.
 */
function refuseHostile(given: JsonObject, adjustments: Adjustment[]): JsonObject {
  const found = findUnsafeJson(given, MAX_DEPTH);
  if (found === null) return given;
  const body = found.kind === 'text' ? withWholeText(given, found.path, adjustments) : given;
  const hostile = found.kind === 'text' ? findUnsafeJson(body, MAX_DEPTH, false) : found;
  if (hostile === null) return body;
  const message =
    hostile.kind === 'depth'
      ? `The request body is nested more than ${MAX_DEPTH} levels deep (at ${hostile.path.slice(0, 120)}...).`
      : `The field name in ${hostile.path} is not allowed, because it can reach the prototype of an object.`;
  throw new RouterError('invalid_request', message, { param: hostile.path.slice(0, 120) });
}

function withWholeText({ model, models, ...rest }: JsonObject, path: string, adjustments: Adjustment[]): JsonObject {
  const body = toWellFormed(rest) as JsonObject;
  if (Object.hasOwn(rest, /^\w*/.exec(path)?.[0] ?? '')) {
    const reason = `half of a surrogate pair (first in ${path.slice(0, 120)}) is no text: U+FFFD stands for it`;
    adjustments.push({ param: /^[\w.]*/.exec(path)?.[0] ?? path, action: 'clamped', to: '\ufffd', reason });
  }
  // The ids of models are judged by their own check.
  return { ...(model === undefined ? {} : { model }), ...(models === undefined ? {} : { models }), ...body };
}

/** The models that were named, each once. @throws RouterError naming the field whose value cannot be the id of a model. */
function readModels({ model, models }: Checked): Pick<UnifiedRequest, 'models' | 'modelFields'> {
  const fields = new Map<string, string>();
  if (model) fields.set(model, 'model');
  for (const [index, id] of (models ?? []).entries()) if (!fields.has(id)) fields.set(id, `models[${index}]`);
  if (fields.size === 0) {
    throw new RouterError('invalid_request', 'model is required: "author/slug", or "@provider/<id at that provider>".', { param: 'model' });
  }
  for (const [id, field] of fields) {
    const objection = modelIdObjection(id);
    if (objection === null) continue;
    const message = `${field} is ${show(id)}; this model id ${objection}.`;
    throw new RouterError('invalid_request', message, { param: field });
  }
  return { models: [...fields.keys()], modelFields: [...fields.values()] };
}

/** Everything that is not for the router, without nulls, with the legacy spellings brought to one. */
function readParameters(body: JsonObject, adjustments: Adjustment[]): JsonObject {
  const parameters: JsonObject = {};
  for (const [name, value] of Object.entries(body)) {
    if (value !== null && value !== undefined && !ROUTER_FIELDS.has(name)) parameters[name] = value;
  }
  const { max_tokens: legacy, max_completion_tokens: limit, logit_bias: bias } = parameters;
  if (legacy !== undefined && limit !== undefined) {
    delete parameters['max_tokens'];
    if (legacy !== limit) {
      adjustments.push({
        param: 'max_tokens',
        action: 'dropped',
        from: legacy,
        reason: `max_completion_tokens (${String(limit)}) says the same and wins`,
      });
    }
  }
  if (isObject(bias) && Object.values(bias).includes(null)) {
    // A null entry is "no bias": it has no effect, so it is left out without a word.
    parameters['logit_bias'] = Object.fromEntries(Object.entries(bias).filter(([, entry]) => entry !== null));
  }
  return parameters;
}

/** Most choices of one answer, over all its prompts. */
const MAX_ANSWER_CHOICES = 10_000;

/** Parameters that are fine one by one and contradict each other, or are too much together. */
function refuseContradictions({ operation, parameters, input }: UnifiedRequest): void {
  const { logprobs, top_logprobs: top, n, best_of: bestOf, reasoning, reasoning_effort: effort } = parameters;
  if (operation === 'chat' && typeof top === 'number' && top > 0 && logprobs !== true) {
    throw new RouterError('invalid_request', `top_logprobs: ${top} needs logprobs: true.`, { param: 'top_logprobs' });
  }
  if (typeof bestOf === 'number' && typeof n === 'number' && bestOf < n) {
    throw new RouterError('invalid_request', `best_of: ${bestOf} is less than n: ${n}; it must be at least n.`, { param: 'best_of' });
  }
  const prompts = input.kind === 'prompt' ? countPrompts(input.prompt) : 1;
  const each = Math.max(typeof n === 'number' ? n : 1, typeof bestOf === 'number' ? bestOf : 1);
  if (prompts * each > MAX_ANSWER_CHOICES) {
    const param = typeof bestOf === 'number' ? 'best_of' : 'n';
    const message = `${param}: ${each} for each of ${prompts} prompts makes ${prompts * each} choices; expected at most ${MAX_ANSWER_CHOICES}.`;
    throw new RouterError('invalid_request', message, { param });
  }
  if (isObject(reasoning) && reasoning['enabled'] === false && typeof reasoning['effort'] === 'string' && reasoning['effort'] !== 'none') {
    throw new RouterError('invalid_request', `reasoning.enabled: false contradicts reasoning.effort: "${reasoning['effort']}"; send one.`, {
      param: 'reasoning.enabled',
    });
  }
  if (isObject(reasoning) && typeof reasoning['effort'] === 'string' && effort !== undefined && effort !== reasoning['effort']) {
    throw new RouterError(
      'invalid_request',
      `reasoning_effort: "${String(effort)}" contradicts reasoning.effort: "${reasoning['effort']}"; send one.`,
      {
        param: 'reasoning_effort',
      },
    );
  }
}

function noteRouterFields(operation: Operation, body: Checked, adjustments: Adjustment[]): void {
  const own = INPUTS[operation].name;
  for (const name of ['messages', 'prompt', 'input'] as const) {
    if (name !== own && body[name] != null) adjustments.push({ param: name, action: 'dropped', reason: `this operation reads ${own}` });
  }
  if (body.route === 'sort') {
    adjustments.push({
      param: 'route',
      action: 'dropped',
      from: 'sort',
      reason: 'models are tried in the order given; use provider.sort to sort providers',
    });
  }
  if (body.stream_options != null && body.stream !== true) {
    adjustments.push({ param: 'stream_options', action: 'dropped', reason: 'it has a meaning for streams only, and none was asked for' });
    return;
  }
  for (const name of Object.keys(body.stream_options ?? {})) {
    if (name !== 'include_usage')
      adjustments.push({ param: `stream_options.${name}`, action: 'dropped', reason: 'the router writes its own stream' });
  }
}
