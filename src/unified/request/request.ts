/**
 * The unified request: what a client asked, checked, frozen, and not yet fitted to an endpoint. Every attempt starts from it anew, so
 * nothing may change it. A client format reads its own body and gives the fields under their unified names; they are checked here, and
 * errors name them as the client did. Adapting to a provider is `fitting/fit.ts`.
 */
import * as z from 'zod/mini';
import type { Adjustment } from '../adjustment.ts';
import type { Conversation } from './conversation.ts';
import { countPrompts, type Prompt } from './message.ts';
import { INPUT_FIELDS, parameterOf, type Operation, type ParameterValues } from './parameters.ts';
import { PREFERENCES, type Preferences } from './preferences.ts';
import { isSurelyValid, MAX_MODEL_CHARACTERS } from './quick-checks.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import { clientPath, type ParameterNames } from './client-path.ts';
import { refuseContradictions } from './contradictions.ts';
import { checkField, show } from './explain-issue.ts';
import { listOf } from './list.ts';
import { modelIdObjection } from './model-id.ts';
import { once } from '../../lib/memoize.ts';
import { RouterError } from '../error.ts';
import type { ErrorType } from '../error-type.ts';

/** What the model is to read. */
export type Input = { kind: 'messages'; conversation: Conversation } | { kind: 'prompt'; prompt: Prompt };

/**
 * The body in the client's own format. An upstream of the same format gets it instead of a fitted request, with the model replaced: every
 * field passes, known or not.
 */
export type NativeRequest = {
  /** Name of the format: its folder in `dialects/`. */
  readonly format: string;
  /** The body without the router's own fields. Frozen. */
  readonly body: Readonly<JsonObject>;
  /** Headers of the format that belong to the body, by lower-case name: `anthropic-beta`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Path below that of the endpoint, e.g. `/compact`. Absent = the endpoint's own. */
  readonly subPath?: string;
  /** Quirk of the endpoints that accept this body. Absent = all of the format do. */
  readonly needs?: string;
};

/**
 * A field or an item that only an upstream of the client's own format accepts. Elsewhere the request is refused, or it is left out and
 * reported. Decided in fitting, because one request may meet both kinds of upstream.
 */
export type NativeOnly = {
  /** Its path in the client's own body. */
  readonly param: string;
  /** What happens elsewhere: an error, nothing is sent, or something like it is sent. The last two are reported. */
  readonly otherwise: 'refuse' | 'drop' | 'emulate';
  /** What a client reads of it: a sentence without its end, e.g. "only OpenAI has hosted shells". */
  readonly reason: string;
  /** Of a refusal: the type of its error. Absent = `invalid_request`. */
  readonly type?: ErrorType;
  /** Of a refusal: its code in the client's format (`ErrorDetails.clientCode`). */
  readonly code?: string;
};

/** What a request adds to a conversation that the router keeps. */
export type StoredTurn = {
  /** The kept answer that it goes on from; null = it begins a conversation. */
  readonly previousId: string | null;
  /** The items that the client sent, without those of the answers before. */
  readonly items: readonly JsonObject[];
  /** Its answer is kept. */
  readonly isKept: boolean;
};

/** One client request. Parameters have their unified names, and none of them is null. */
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
  /** What the client's own format reads again when it writes the answer. Nothing else reads it. */
  readonly answerOptions: Readonly<JsonObject>;
  /** The `provider` object. */
  readonly preferences: Preferences;
  /** What was changed while reading the request, the same for every provider. */
  readonly adjustments: readonly Adjustment[];
  /** What the fields are called in the client's own body. */
  readonly names: ParameterNames;
  /** Null = no upstream has the client's format, or its body is the unified one. */
  readonly native: NativeRequest | null;
  /** The session that the client names, see `session.ts`. Null = none. */
  readonly session: string | null;
  /** What an upstream of another format does not get. */
  readonly nativeOnly: readonly NativeOnly[];
  /** What providers get instead of the values of parameters that name an end user, by parameter. Absent = the values. */
  readonly userHashes?: Readonly<Record<string, string>>;
  /** Absent = it refers to no kept answer, and its own is not to be kept. */
  readonly storedTurn?: StoredTurn;
};

/** Most entries of `models`. */
const MAX_MODELS = 32;

/** Fields that steer the router and are no parameters of a model. */
const ROUTER_FIELDS = new Set(['model', 'models', 'messages', 'prompt', 'input', 'stream', 'stream_options', 'provider', 'route', 'usage']);

/** A name has to become a part of an address, which half of a surrogate pair cannot. */
const model = once(() =>
  z.string().check(
    z.minLength(1),
    z.maxLength(MAX_MODEL_CHARACTERS),
    z.refine((name) => name.isWellFormed(), 'expected text without lone surrogates'),
  ),
);

/** Checks of the fields of every request that steer the router. Like those of parameters these checks see no null. */
export const ROUTER_CHECKS = {
  model,
  models: once(() => listOf(model, { most: MAX_MODELS })),
  stream: once(() => z.boolean()),
  stream_options: once(() => z.looseObject({ include_usage: z.nullish(z.boolean()) })),
  provider: PREFERENCES,
  route: once(() => z.enum(['fallback', 'sort', 'all'])),
  usage: once(() => z.looseObject({ include: z.nullish(z.boolean()) })),
};

/** The check of a field; undefined for one that we do not know. */
function checkOf(operation: Operation, name: string): (() => z.ZodMiniType) | undefined {
  if (Object.hasOwn(ROUTER_CHECKS, name)) return ROUTER_CHECKS[name as keyof typeof ROUTER_CHECKS];
  return parameterOf(operation, name)?.schema;
}

/** Checks the fields that were sent, and no others. @throws RouterError `invalid_request` for the first one that is wrong. */
function checkFields({ operation, fields, names }: RequestFields): void {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    const needsNone = value === null || value === undefined || isSurelyValid(operation, name, value);
    const check = needsNone ? undefined : checkOf(operation, name);
    if (check !== undefined) checkField(name, value, { check, known: parameterOf(operation, name), names });
  }
}

/** The fields of a body whose meaning we rely on after validation. */
type CheckedFields = {
  model?: string | null;
  models?: string[] | null;
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean | null } | null;
  provider?: Preferences | null;
  route?: 'fallback' | 'sort' | 'all' | null;
};

/** What a client format has read from a body. */
export type RequestFields = {
  operation: Operation;
  /** Values by unified name, unchecked: parameters, `model`, `models`, `stream`, `provider`, `route`. Unknown fields are parameters. */
  fields: JsonObject;
  /** Reads what the model is to read. Called when all other fields are checked. */
  readInput: () => Input;
  /** What the fields are called in the client's own body. */
  names: ParameterNames;
  /** Changes that were made while reading. */
  adjustments: Adjustment[];
  /** See `UnifiedRequest`. */
  answerOptions: Readonly<JsonObject>;
  /** See `UnifiedRequest`. Absent = null. */
  native?: NativeRequest | null;
  /** See `UnifiedRequest`. Absent = none. */
  nativeOnly?: readonly NativeOnly[];
};

/**
 * Checks the fields of a request and freezes it.
 *
 * @throws RouterError `invalid_request` that names the field as the client did, the value and what was expected.
 */
export function buildRequest(read: RequestFields): UnifiedRequest {
  const { operation, fields, names, adjustments, answerOptions, native = null, nativeOnly = [] } = read;
  checkFields(read);
  // The checks change nothing, so the values themselves go on: large histories are not copied.
  const checked = fields as CheckedFields;
  const input = read.readInput();
  const request: UnifiedRequest = {
    operation,
    ...readModels(checked, names),
    askAll: checked.route === 'all',
    input,
    parameters: readParameters(fields, adjustments),
    stream: checked.stream ?? false,
    answerOptions,
    preferences: checked.provider ?? {},
    adjustments,
    names,
    native,
    session: null,
    nativeOnly,
  };
  const prompts = input.kind === 'prompt' ? countPrompts(input.prompt) : 1;
  refuseContradictions({ operation, parameters: request.parameters, prompts, names });
  reportRouterFields(read);
  return Object.freeze(request);
}

/** The models that were named, each once. @throws RouterError naming the field whose value cannot be the id of a model. */
function readModels({ model, models }: CheckedFields, names: ParameterNames): Pick<UnifiedRequest, 'models' | 'modelFields'> {
  const fields = new Map<string, string>();
  const name = clientPath(names, 'model');
  if (model) fields.set(model, name);
  for (const [index, id] of (models ?? []).entries()) if (!fields.has(id)) fields.set(id, clientPath(names, `models[${index}]`));
  if (fields.size === 0) {
    throw new RouterError('invalid_request', `${name} is required: "author/slug", or "@provider/<id at that provider>".`, { param: name });
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
        reason: `max_completion_tokens (${String(limit)}) has the same meaning and has priority`,
      });
    }
  }
  if (isObject(bias) && Object.values(bias).includes(null)) {
    // A null entry is "no bias": it has no effect, so it is left out without a report.
    parameters['logit_bias'] = Object.fromEntries(Object.entries(bias).filter(([, entry]) => entry !== null));
  }
  return parameters;
}

function reportRouterFields({ operation, fields, names, adjustments }: RequestFields): void {
  const body = fields as CheckedFields;
  const own = INPUT_FIELDS[operation];
  for (const name of Object.values(INPUT_FIELDS)) {
    if (name === own || fields[name] == null) continue;
    adjustments.push({ param: name, action: 'dropped', reason: `this operation reads ${clientPath(names, own)}` });
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
