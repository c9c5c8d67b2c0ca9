/**
 * Fits a request to what one operation of one model accepts, and reports every change. The rules come from the provider file. What a wire
 * format cannot express is handled by its `render`. Pure: the request is not changed.
 *
 * For each parameter, in this order: a neutral value that is not accepted is left out. A parameter that is not accepted is emulated by the
 * router or dropped. A value out of range moves to the nearest accepted value. List entries above a maximum are dropped or emulated.
 */
import type { FittedCall, TemplateName } from '../dialects/dialect.ts';
import type { Conversation } from '../unified/request/conversation.ts';
import { parameterOf } from '../unified/request/parameters.ts';
import { memoize } from '../lib/memoize.ts';
import type { Input, UnifiedRequest } from '../unified/request/request.ts';
import type { Rule, Rules } from '../unified/rule.ts';
import { requestLogprobs, fitBestOf } from './parameters/best-of.ts';
import { fitCacheControl } from './parameters/cache-control.ts';
import { fitDebug } from './parameters/debug.ts';
import { reportCustomTools, withoutCustomTools } from './parameters/custom-tools.ts';
import { fitNative } from './fit-native.ts';
import { nativeFor } from './native-for.ts';
import { fitDimensions } from './parameters/dimensions.ts';
import { fitEcho, resolveEcho } from './parameters/echo.ts';
import { fitFormat } from './parameters/format.ts';
import { fitHistory } from './parameters/history.ts';
import { fitInput } from './parameters/input.ts';
import { fitLogprobs } from './parameters/logprobs.ts';
import { fitNativeOnly } from './parameters/native-only.ts';
import { fitPlugins } from './parameters/plugins.ts';
import { fitReasoning, countReasoningTokens } from './parameters/reasoning.ts';
import { fitStop } from './parameters/stop.ts';
import { sentStore } from './parameters/store.ts';
import { fitVerbosity } from './parameters/verbosity.ts';
import { fitTools } from './parameters/tools.ts';
import { fitLength, fitTransforms } from './parameters/transforms.ts';
import { instructionFor } from '../unified/request/format-instruction.ts';
import {
  countChoices,
  drop,
  fitParameter,
  looksAtOthers,
  NO_EMULATION,
  ruleOf,
  send,
  type FitContext,
  type Target,
} from './fit-parameter.ts';
import { split, type FittedRequest } from './split.ts';

/** Parameters that are fitted together, by their function. */
const FAMILIES: Readonly<Record<string, (fitting: FitContext) => void>> = {
  n: () => undefined, // split.ts
  best_of: fitBestOf,
  stop: fitStop,
  echo: fitEcho,
  logprobs: fitLogprobs,
  top_logprobs: fitLogprobs,
  reasoning: fitReasoning,
  reasoning_effort: fitReasoning,
  include_reasoning: fitReasoning,
  encoding_format: fitEncoding,
  dimensions: fitDimensions,
  response_format: fitFormat,
  session_id: fitSession,
  tools: fitTools,
  tool_choice: fitTools,
  parallel_tool_calls: fitTools,
  transforms: fitTransforms,
  plugins: fitPlugins,
  debug: fitDebug,
  verbosity: fitVerbosity,
  cache_control: fitCacheControl,
};

/**
 * Fits a request to a target.
 *
 * @throws RouterError `invalid_request` when the target does not accept this kind of prompt, or something that only another format has.
 */
export function fit(request: UnifiedRequest, target: Target): FittedRequest {
  const native = nativeFor(request, target);
  return native === null ? fitToRules(request, target) : fitNative(request, native, target);
}

/** Fits a request to the rules of an endpoint. */
function fitToRules(asked: UnifiedRequest, target: Target): FittedRequest {
  const { request, customTools } = withoutCustomTools(asked, target);
  const fitting: FitContext = {
    request,
    target,
    adjustments: [...request.adjustments],
    emulation: { ...NO_EMULATION, stop: [], customTools },
    accepted: {},
    parameters: {},
  };
  fitNativeOnly(fitting);
  if (customTools.length > 0) reportCustomTools(fitting);
  const given = fitInput(request, target);
  fitParameters(fitting);
  requestLogprobs(fitting);
  resolveEcho(fitting);
  supplyRequired(fitting);
  const { rules, model } = target;
  const input: Input = given.kind === 'messages' ? { kind: 'messages', conversation: fitConversation(given.conversation, fitting) } : given;
  const call: FittedCall = {
    model,
    input,
    parameters: fitting.parameters,
    stream: request.stream,
    streamOptions: ruleOf(fitting, 'stream_options') !== null,
    template: rules.template as TemplateName, // checked by the build
    roles: rules.roles,
    messageFields: rules.messageFields,
    quirks: rules.quirks,
    ...(fitting.emulation.cacheMark === null ? {} : { cacheMark: fitting.emulation.cacheMark }),
  };
  const parts = split(fitting, call, fitting.emulation.bestOf?.candidates ?? countChoices(request));
  return { parts, adjustments: fitting.adjustments, emulation: fitting.emulation };
}

/** Fits the length and the history, and adds the instruction for an emulated response format. */
function fitConversation(given: Conversation, fitting: FitContext): Conversation {
  const { format } = fitting.emulation;
  const conversation = fitHistory(fitLength(given, fitting), fitting);
  return format === null ? conversation : conversation.withInstruction(instructionFor(format));
}

/** Fits the encoding of vectors. Where a provider supports only one encoding, the router converts. */
function fitEncoding(fitting: FitContext): void {
  const wanted = fitting.request.parameters.encoding_format;
  if (ruleOf(fitting, 'encoding_format') !== null) return fitParameter(fitting, 'encoding_format', wanted);
  if (wanted === 'base64')
    fitting.adjustments.push({ param: 'encoding_format', action: 'emulated', from: wanted, reason: 'the router converts the vectors' });
}

/** Fits `session_id`. It is a feature of the router; a provider with a field for it gets it as well. */
function fitSession(fitting: FitContext): void {
  const wanted = fitting.request.parameters.session_id;
  if (ruleOf(fitting, 'session_id') !== null) return fitParameter(fitting, 'session_id', wanted);
  const reason = 'the router sends a session to one endpoint where possible';
  fitting.adjustments.push({ param: 'session_id', action: 'emulated', reason });
}

/** Adds parameters that the provider requires and the client did not send. */
function supplyRequired(fitting: FitContext): void {
  const { rules, maxOutputTokens } = fitting.target;
  for (const [name, rule] of findRequired(rules.parameters)) {
    if (fitting.parameters[ruleOf(fitting, name)?.name ?? name] !== undefined) continue;
    if (rule.required !== true && rule.requiredWith?.some((other) => isSentTo(fitting, other)) !== true) continue;
    const limit = name === 'max_tokens' ? maxOutputTokens : null;
    // A default covers only the answer; reasoning is added to it.
    const reasoningTokens = name === 'max_tokens' && limit === null ? countReasoningTokens(fitting) : 0;
    const value = limit ?? (typeof rule.default === 'number' ? rule.default + reasoningTokens : rule.default);
    if (value === undefined) continue;
    send(fitting, name, value);
    const why =
      limit !== null ? ': the output limit of the model' : reasoningTokens > 0 ? `: ${reasoningTokens} tokens of it are for reasoning` : '';
    const reason = `this provider requires it${why}`;
    fitting.adjustments.push({ param: name, action: 'defaulted', to: value, reason });
  }
}

const isSentTo = (fitting: FitContext, name: string): boolean => fitting.parameters[ruleOf(fitting, name)?.name ?? name] !== undefined;

/** Returns the parameters that a provider may require. Most have none. Memoized per rule set. */
function findRequired(rules: Rules): readonly [string, Rule][] {
  const isDemanded = (rule: Rule) => rule.required === true || rule.requiredWith !== undefined;
  return memoizedRequired(rules, '', () =>
    Object.entries(rules).filter((entry): entry is [string, Rule] => entry[1] !== false && isDemanded(entry[1])),
  );
}

const memoizedRequired = memoize<Rules, readonly [string, Rule][]>(1);

/** Parameters of one operation that have no effect in the other, although a provider of the other might accept them. */
const IGNORED_ACROSS_OPERATIONS: ReadonlySet<string> = new Set([
  'chat.echo', // the prompt is the router's own chat template
  'chat.suffix',
  'completions.top_logprobs', // its logprobs is the number
  'completions.tools', // a completion cannot contain tool calls
  'completions.tool_choice',
  'completions.parallel_tool_calls',
]);

function dropIgnored(fitting: FitContext, name: string, value: unknown): void {
  const { request, target } = fitting;
  if (parameterOf(target.operation, name)?.isNeutral?.(value) === true) return;
  drop(fitting, name, { value, reason: `it has no effect in a ${request.operation} request` });
}

/** The parameters of a request, those whose rules look at others last. */
function inOrder(fitting: FitContext): [string, unknown][] {
  const all = Object.entries(fitting.request.parameters);
  const isLate = all.map(([name]) => looksAtOthers(fitting, name));
  return isLate.includes(true) ? [...all.filter((_, at) => !isLate[at]), ...all.filter((_, at) => isLate[at])] : all;
}

/** The value that a provider gets: of a user the hash, of `store` what the client allows. What it does not accept is reported as the client sent it. */
function sentValue(fitting: FitContext, name: string, value: unknown): unknown {
  const { userHashes = {} } = fitting.request;
  if (name === 'store') return sentStore(fitting, value);
  return ruleOf(fitting, name) === null || !Object.hasOwn(userHashes, name) ? value : userHashes[name];
}

function fitParameters(fitting: FitContext): void {
  const done = new Set<(fitting: FitContext) => void>();
  for (const [name, value] of inOrder(fitting)) {
    if (fitting.request.operation !== fitting.target.operation && IGNORED_ACROSS_OPERATIONS.has(`${fitting.request.operation}.${name}`)) {
      dropIgnored(fitting, name, value);
      continue;
    }
    const family = Object.hasOwn(FAMILIES, name) && parameterOf(fitting.request.operation, name) !== undefined ? FAMILIES[name] : undefined;
    if (family === undefined) fitParameter(fitting, name, sentValue(fitting, name, value));
    else if (!done.has(family)) family(fitting);
    if (family !== undefined) done.add(family);
  }
  // A chat template ends its answers with a marker, even if the client sent no stop sequences.
  if (!done.has(fitStop)) fitStop(fitting);
}
