/**
 * Decides what a refusal changes in a call: a parameter is left out or renamed, a hint inside tools or messages is left out. What a
 * request requires is never changed; then the client gets the error. Pure.
 */
import type { RenderingDialect } from '../dialects/dialect.ts';
import type { Part } from '../fitting/split.ts';
import { ignoresRefusals } from '../routing/evaluate.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { RouterError } from '../unified/error.ts';
import { isObject, textOf, type JsonObject } from '../lib/json.ts';
import type { Rules } from '../unified/rule.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { PreparedEndpoint } from './prepare.ts';
import { SAFETY_CONTROLS } from '../unified/request/safety.ts';
import { readRefusal, type Path } from './read-refusal.ts';
import { ADVISORY_FIELDS } from './without-field.ts';

/** One change of a call. `field`: a parameter's wire name, or the name of an advisory field. `to`: the new name; null = left out. */
export type Change = { where: 'parameters' | 'inside'; field: string; to: string | null; adjustment: Adjustment; isLasting: boolean };

/**
 * What cannot be left out of a request: without it the request means something else, or a safety control is off. Wire names and
 * unified names alike.
 */
const INDISPENSABLE: ReadonlySet<string> = new Set([
  'tools',
  'tool_choice',
  'toolConfig',
  'functions',
  'function_call',
  'response_format',
  'structured_outputs',
  'messages',
  'model',
  'stream',
  'input',
  'prompt',
  'suffix',
  'system',
  'contents',
  'dimensions',
  'modalities',
  'audio',
  'web_search_options',
  'plugins',
  ...SAFETY_CONTROLS,
  'cachedContent',
]);

/** Parameters whose value may be left to the provider's default where it takes no other. */
const SAMPLING: ReadonlySet<string> = new Set([
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'top_a',
  'frequency_penalty',
  'presence_penalty',
  'repetition_penalty',
  'seed',
]);

/** Wire names of the parameters for reasoning. After a refusal of reasoning all of them are left out. */
const REASONING = new Set(['reasoning_effort', 'reasoning.max_tokens', 'reasoning.enabled']);

/** The changes after a refusal; null when it was about something else, or nothing may be changed. */
export function changesFor(
  error: RouterError,
  { planned }: PreparedEndpoint<RenderingDialect>,
  { part, request }: Pick<Target, 'part' | 'request'>,
): Change[] | null {
  const { raw, param = null } = error.details;
  const { upstreamStatus: status, meaning } = error;
  const isAboutField = meaning === 'invalid-request' || meaning === 'not-supported';
  if ((status !== 400 && status !== 422) || !isAboutField || ignoresRefusals(request)) return null;
  const upstreamError = isObject(raw) ? raw : {};
  const target: Target = {
    part,
    request,
    rules: planned.candidate.rules.parameters,
    name: planned.candidate.provider.name,
  };
  const message = textOf(upstreamError['message']) ?? error.message;
  const refusal = readRefusal(message, param, textOf(upstreamError['code']));
  if (refusal?.kind === 'default-only') return defaultChange(refusal.path, message, target);
  const isReasoning = param === 'reasoning' || refusal?.paths.some(([root]) => root === 'reasoning') === true;
  if (isReasoning) return reasoningChanges(message, target);
  if (refusal === null) return null;
  // One new name cannot stand for several old ones.
  const instead = refusal.paths.length === 1 ? refusal.instead : null;
  const changes = refusal.paths.map((path) => unknownChange(path, instead, target));
  return changes.every((change) => change !== null) ? changes : null;
}

/** The call that was refused. */
type Target = { part: Part; request: UnifiedRequest; rules: Rules; name: string };

const ABOUT_A_VALUE = /\b(?:must|budget|at (?:least|most)|between|maximum|minimum|greater|less|exceeds?|expected)\b/i;

/** A refusal of reasoning as such. One that states how much reasoning is allowed is about a value. */
function reasoningChanges(message: string, target: Target): Change[] | null {
  const fields = Object.keys(target.part.call.parameters).filter((field) => REASONING.has(field) && !isRequired(field, target.rules));
  return fields.length === 0 || ABOUT_A_VALUE.test(message) ? null : fields.map((field) => leaveOut(field, target, true));
}

/** A parameter that is not known, or an advisory field inside messages or tools; null for what cannot be done without. */
function unknownChange(path: Path, instead: string | null, target: Target): Change | null {
  const { parameters, stream, streamOptions } = target.part.call;
  // The router itself requests usage; where the provider refuses that, usage is estimated.
  const isOwnWish = stream && streamOptions && path[0] === 'stream_options';
  const field = isOwnWish ? 'stream_options' : parameterAt(path, parameters);
  if (field === null) return adviceAt(path, target);
  if ([field, unifiedName(field, target)].some((name) => INDISPENSABLE.has(name))) return null;
  const isNewName = instead !== null && instead !== field && !INDISPENSABLE.has(instead);
  // Where both were sent the old name is one too many.
  if (isNewName && !Object.hasOwn(parameters, instead)) return rename(field, instead, target);
  return isRequired(field, target.rules) ? null : leaveOut(field, target, !isNewName);
}

function leaveOut(field: string, target: Target, isLasting: boolean): Change {
  const reason = isLasting
    ? `${target.name} refused it; sent again without it`
    : `${target.name} refused this value; sent again without it`;
  const adjustment: Adjustment = {
    param: unifiedName(field, target),
    action: 'learned',
    ...shortly(target.part.call.parameters[field]),
    reason,
  };
  return { where: 'parameters', field, to: null, adjustment, isLasting };
}

function rename(field: string, to: string, target: Target): Change {
  const reason = `${target.name} requires that name: sent again with it, the value unchanged`;
  return {
    where: 'parameters',
    field,
    to,
    adjustment: { param: unifiedName(field, target), action: 'renamed', from: field, to, reason },
    isLasting: true,
  };
}

function adviceAt(path: Path, { name }: Target): Change | null {
  const field = path.at(-1);
  if (field === undefined || !ADVISORY_FIELDS.has(field)) return null;
  const reason = `${name} does not know this field; sent again without it`;
  return { where: 'inside', field, to: null, adjustment: { param: path.join('.'), action: 'dropped', reason }, isLasting: false };
}

function defaultChange(path: Path | null, message: string, target: Target): Change[] | null {
  const { parameters } = target.part.call;
  const isSampling = (field: string) => SAMPLING.has(unifiedName(field, target)) && !isRequired(field, target.rules);
  const sent = Object.keys(parameters).filter(isSampling);
  const named =
    path === null ? sent.filter((field) => names(message, field)) : sent.filter((field) => field === parameterAt(path, parameters));
  const [field] = named;
  return field === undefined || named.length > 1 ? null : [leaveOut(field, target, false)];
}

/** Whether a text names a field, and not only a longer one that holds it. */
const names = (text: string, field: string): boolean => text.split(/[^\w.]+/).some((word) => plain(word) === plain(field));

/**
 * The wire name of the parameter that a path stands for; null where it leads into the value of one, or names none. Members of an object
 * that only groups parameters (`generation_config.seed`) are parameters; providers write names in either case.
 */
function parameterAt(path: Path, parameters: Readonly<JsonObject>): string | null {
  const sent = Object.keys(parameters);
  const whole = path.join('.');
  const exact = sent.find((field) => field === whole || plain(field) === plain(whole));
  if (exact !== undefined || path.length < 2) return exact ?? null;
  const [root = ''] = path;
  const isInside = INDISPENSABLE.has(root) || sent.some((field) => plain(field) === plain(root)) || path.some((step) => /^\d+$/.test(step));
  return isInside ? null : (sent.find((field) => plain(field) === plain(path.at(-1) ?? '')) ?? null);
}

/** A name without case, underscores and a full stop that ended its sentence. */
const plain = (name: string): string => name.replace(/_|\.$/g, '').toLowerCase();

const isRequired = (field: string, rules: Rules): boolean =>
  Object.entries(rules).some(([name, rule]) => rule !== false && rule.required === true && (rule.name ?? name) === field);

/** The parameter that the client sent under a wire name; several may share one. */
function unifiedName(field: string, { rules, request }: Pick<Target, 'rules' | 'request'>): string {
  const owners = Object.entries(rules).flatMap(([name, rule]) => (rule !== false && (rule.name ?? name) === field ? [name] : []));
  return owners.find((name) => request.parameters[name] !== undefined) ?? owners[0] ?? field;
}

/** A value that is short enough to be repeated in the report. */
function shortly(value: unknown): { from?: unknown } {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 64)
    ? { from: value }
    : {};
}
