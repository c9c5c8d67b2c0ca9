/**
 * Learning from a refusal: an upstream that answers 400 and names a parameter that we sent is asked once more without it. What was
 * learned is told to the client, remembered for the next requests, and logged with the rule that the provider file lacks. Sends nothing.
 */
import type { RenderingDialect } from '../dialects/dialect.ts';
import type { Part } from '../routing/split.ts';
import { RouterError } from '../unified/error.ts';
import { isObject } from '../unified/json.ts';
import type { RunContext } from './open-call.ts';
import { renderPart, type Prepared, type PreparedPart } from './prepare.ts';

/** The call without the parameter that the host refused; null when the refusal was about something else, or nothing may be changed. */
export function withoutRefused(
  prepared: Prepared<RenderingDialect>,
  { part }: PreparedPart,
  thrown: unknown,
  context: RunContext,
): PreparedPart | null {
  const { request, ports } = context;
  if (request.preferences.allow_adjustments === false || request.preferences.require_parameters === true) return null;
  const field = thrown instanceof RouterError ? refusedField(thrown, part) : null;
  if (field === null) return null;
  const { planned, dialect, learned, extraHeaders } = prepared;
  const { provider, modelId, operation, rules } = planned.candidate;
  const param = unifiedName(field, rules.parameters);
  if (!learned.some((adjustment) => adjustment.param === param)) {
    learned.push({
      param,
      action: 'learned',
      ...shortly(part.call.parameters[field]),
      reason: `${provider.name} refused it; asked again without it`,
    });
    ports.learned.remember(provider.slug, modelId, param);
    ports.log(
      `${provider.slug} refused "${param}" for ${modelId}: add to its file, operations.${operation}.byModel: "${modelId}": { "parameters": { "${param}": false } }`,
    );
  }
  const { [field]: _, ...parameters } = part.call.parameters;
  return renderPart({ ...part, call: { ...part.call, parameters } }, planned, dialect, extraHeaders);
}

/** The upstream says that it does not know or take a field, in the words that hosts use for it. */
const REFUSES =
  /unsupported|not supported|(does|do)(n't| not) support|unrecognized|unknown|unexpected|extra(neous)? (inputs?|fields?|keys?)|not permitted|not allowed|not (a )?valid|invalid|not enabled|cannot find field|no longer|deprecated/i;

/** The wire name of the one parameter that a refusal is about, among those that were sent. */
function refusedField(error: RouterError, { call }: Part): string | null {
  const { raw, param } = error.details;
  const status = isObject(raw) ? raw.status : undefined;
  if ((status !== 400 && status !== 422) || error.type === 'context_length_exceeded' || error.type === 'content_policy_violation')
    return null;
  const sent = Object.keys(call.parameters);
  const named = param === undefined ? undefined : sent.find((field) => field === param);
  if (named !== undefined) return named;
  if (!REFUSES.test(error.message)) return null;
  const quoted = sent.filter((field) => new RegExp(`(^|[^\\w.])['"\`]?${escape(field)}['"\`]?($|[^\\w.])`).test(error.message));
  return quoted.length === 1 ? (quoted[0] ?? null) : null;
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function unifiedName(field: string, rules: Prepared['planned']['candidate']['rules']['parameters']): string {
  return Object.entries(rules).find(([, rule]) => rule !== false && rule.name === field)?.[0] ?? field;
}

/** A value that is short enough to be repeated in the report. */
function shortly(value: unknown): { from?: unknown } {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 64)
    ? { from: value }
    : {};
}
