/**
 * Fits a request to what one operation of one model accepts, and reports every change. Driven by the rules of the provider file;
 * what a wire format cannot say is added by its `render`. Pure: the request is read, never changed.
 *
 * In order, for each parameter sent: a neutral value that is not accepted is left out; a parameter that is not accepted is done by
 * the router or dropped; a value out of range moves to the nearest accepted one; what is too many is enforced by the router.
 */
import type { FittedCall, TemplateName } from '../dialects/dialect.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { Message } from '../unified/request/message.ts';
import { parameterOf } from '../unified/request/parameters.ts';
import { memoize } from '../lib/memoize.ts';
import type { Input, UnifiedRequest } from '../unified/request/request.ts';
import type { Rule, Rules } from '../unified/rule.ts';
import { demandLogprobs, fitBestOf } from './parameters/best-of.ts';
import { fitDimensions } from './parameters/dimensions.ts';
import { fitEcho, settleEcho } from './parameters/echo.ts';
import { fitFormat } from './parameters/format.ts';
import { fitHistory } from './parameters/history.ts';
import { fitInput } from './parameters/input.ts';
import { fitLogprobs } from './parameters/logprobs.ts';
import { fitReasoning, thinkingTokens } from './parameters/reasoning.ts';
import { fitStop } from './parameters/stop.ts';
import { fitTools } from './parameters/tools.ts';
import { instructionFor, withInstruction } from '../unified/request/format-instruction.ts';
import { choicesWanted, drop, fitParameter, ruleOf, send, type Emulation, type Fitting, type Target } from './fit-parameter.ts';
import { split, type Part } from './split.ts';

/** A request fitted to one endpoint: the calls it takes, at least one. */
export type Fitted = { parts: readonly Part[]; adjustments: Adjustment[]; emulation: Emulation };

/** Families of parameters that are fitted together. */
const FAMILIES: Readonly<Record<string, (fitting: Fitting) => void>> = {
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
};

/**
 * Fits a request to a target.
 *
 * @throws RouterError `invalid_request` when the target cannot take this kind of prompt at all.
 */
export function fit(request: UnifiedRequest, target: Target): Fitted {
  const fitting: Fitting = {
    request,
    target,
    adjustments: [...request.adjustments],
    emulation: {
      stop: [],
      echo: null,
      echoed: null,
      hideReasoning: false,
      hideLogprobs: false,
      alternatives: null,
      bestOf: null,
      dimensions: null,
      format: null,
    },
    parameters: {},
  };
  const given = fitInput(request, target);
  fitParameters(fitting);
  demandLogprobs(fitting);
  settleEcho(fitting);
  supplyRequired(fitting);
  const { rules, model } = target;
  const input: Input = given.kind === 'messages' ? { kind: 'messages', messages: fitMessages(given.messages, fitting) } : given;
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
  };
  const parts = split(fitting, call, fitting.emulation.bestOf?.candidates ?? choicesWanted(request));
  return { parts, adjustments: fitting.adjustments, emulation: fitting.emulation };
}

/** The messages as the target can read them, with what it has to be told in words. */
function fitMessages(given: readonly Message[], fitting: Fitting): readonly Message[] {
  const { format } = fitting.emulation;
  const messages = fitHistory(given, fitting);
  return format === null ? messages : withInstruction(messages, instructionFor(format));
}

/** How the vectors of embeddings are written: where a provider knows one way only, the router turns it into the other. */
function fitEncoding(fitting: Fitting): void {
  const wanted = fitting.request.parameters.encoding_format;
  if (ruleOf(fitting, 'encoding_format') !== null) return fitParameter(fitting, 'encoding_format', wanted);
  if (wanted === 'base64')
    fitting.adjustments.push({ param: 'encoding_format', action: 'emulated', from: wanted, reason: 'the router writes the vectors so' });
}

/** A session is for the router; a provider that knows sessions is told of it. */
function fitSession(fitting: Fitting): void {
  const wanted = fitting.request.parameters.session_id;
  if (ruleOf(fitting, 'session_id') !== null) return fitParameter(fitting, 'session_id', wanted);
  const reason = 'the router keeps a session at one endpoint, where it may choose';
  fitting.adjustments.push({ param: 'session_id', action: 'emulated', reason });
}

/** What the provider refuses to do without, and the client did not say. */
function supplyRequired(fitting: Fitting): void {
  const { rules, maxOutputTokens } = fitting.target;
  for (const [name, rule] of requiredBy(rules.parameters)) {
    if (fitting.parameters[ruleOf(fitting, name)?.name ?? name] !== undefined) continue;
    if (rule.required !== true && rule.requiredWith?.some((other) => isSentTo(fitting, other)) !== true) continue;
    const limit = name === 'max_tokens' ? maxOutputTokens : null;
    // A default is for the answer alone: thinking comes on top of it.
    const thinking = name === 'max_tokens' && limit === null ? thinkingTokens(fitting) : 0;
    const value = limit ?? (typeof rule.default === 'number' ? rule.default + thinking : rule.default);
    if (value === undefined) continue;
    send(fitting, name, value);
    const why = limit !== null ? ': the most that the model writes' : thinking > 0 ? `: ${thinking} tokens of it are for thinking` : '';
    const reason = `this provider requires it${why}`;
    fitting.adjustments.push({ param: name, action: 'defaulted', to: value, reason });
  }
}

const isSentTo = (fitting: Fitting, name: string): boolean => fitting.parameters[ruleOf(fitting, name)?.name ?? name] !== undefined;

/** The parameters that a provider may refuse to do without: few have any, and few of many. */
function requiredBy(rules: Rules): readonly [string, Rule][] {
  const isDemanded = (rule: Rule) => rule.required === true || rule.requiredWith !== undefined;
  return required(rules, '', () =>
    Object.entries(rules).filter((entry): entry is [string, Rule] => entry[1] !== false && isDemanded(entry[1])),
  );
}

const required = memoize<Rules, readonly [string, Rule][]>(1);

/** Parameters of one operation that mean nothing in a request of the other, although a provider of that one would take them. */
const HOMELESS: ReadonlySet<string> = new Set([
  'chat.echo', // the prompt is the router's own chat template
  'chat.suffix',
  'completions.top_logprobs', // its logprobs is the number
  'completions.tools', // a completion has no place for calls
  'completions.tool_choice',
  'completions.parallel_tool_calls',
]);

function dropHomeless(fitting: Fitting, name: string, value: unknown): void {
  const { request, target } = fitting;
  if (parameterOf(target.operation, name)?.isNeutral?.(value) === true) return;
  drop(fitting, name, { value, reason: `it means nothing in a request for ${request.operation}` });
}

function fitParameters(fitting: Fitting): void {
  const done = new Set<(fitting: Fitting) => void>();
  for (const [name, value] of Object.entries(fitting.request.parameters)) {
    if (fitting.request.operation !== fitting.target.operation && HOMELESS.has(`${fitting.request.operation}.${name}`)) {
      dropHomeless(fitting, name, value);
      continue;
    }
    const family = Object.hasOwn(FAMILIES, name) && parameterOf(fitting.request.operation, name) !== undefined ? FAMILIES[name] : undefined;
    if (family === undefined) fitParameter(fitting, name, value);
    else if (!done.has(family)) family(fitting);
    if (family !== undefined) done.add(family);
  }
  // A chat template ends its answers with a marker, whether or not the client sent stops of its own.
  if (!done.has(fitStop)) fitStop(fitting);
}
