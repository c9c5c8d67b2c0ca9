/**
 * Learning from a refusal: an upstream that answers 400 and names a parameter that we sent is asked once more without it. What was
 * learned is told to the client, remembered for the next requests, and logged with the rule that the provider file lacks. Sends nothing itself.
 */
import type { RenderingDialect } from '../dialects/dialect.ts';
import type { Part } from '../routing/split.ts';
import { RouterError } from '../unified/error.ts';
import { isObject } from '../unified/json.ts';
import type { Rules } from '../unified/rule.ts';
import type { RunContext } from './open-call.ts';
import { renderPart, type Prepared, type PreparedPart } from './prepare.ts';

/**
 * Sends a call; when the host refuses a parameter by name, once more without it.
 *
 * @throws what `sendCall` throws.
 */
export async function learning<Answer>(
  prepared: Prepared<RenderingDialect>,
  part: PreparedPart,
  context: RunContext,
  sendCall: (part: PreparedPart) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await sendCall(part);
  } catch (thrown) {
    const rewritten = withoutRefused(prepared, part, thrown, context);
    if (rewritten === null || context.gone.aborted) throw thrown;
    return sendCall(rewritten);
  }
}

/** The call without the parameter that the host refused; null when the refusal was about something else, or nothing may be changed. */
function withoutRefused(
  prepared: Prepared<RenderingDialect>,
  { part }: PreparedPart,
  thrown: unknown,
  context: RunContext,
): PreparedPart | null {
  const { request, ports } = context;
  if (request.preferences.allow_adjustments === false || request.preferences.require_parameters === true) return null;
  const { planned, dialect, learned, extraHeaders } = prepared;
  const { provider, modelId, operation, rules } = planned.candidate;
  const fields = thrown instanceof RouterError ? refusedFields(thrown, part, rules.parameters) : [];
  if (fields.length === 0) return null;
  for (const field of fields) {
    const param = unifiedName(field, rules.parameters);
    if (learned.some((adjustment) => adjustment.param === param)) continue;
    learned.push({
      param,
      action: 'learned',
      ...shortly(part.call.parameters[field]),
      reason: `${provider.name} refused it; asked again without it`,
    });
    // A value that was too large says nothing of the next one.
    if (VALUE.test((thrown as RouterError).message)) continue;
    ports.learned.remember(provider.slug, modelId, param);
    ports.log(
      `${provider.slug} refused "${param}" for ${modelId}: add to its file, operations.${operation}.byModel: "${modelId}": { "parameters": { "${param}": false } }`,
    );
  }
  const parameters = Object.fromEntries(Object.entries(part.call.parameters).filter(([name]) => !fields.includes(name)));
  return renderPart({ ...part, call: { ...part.call, parameters } }, planned, dialect, extraHeaders);
}

/** The upstream says that it does not know or take a field, in the words that hosts use for it. */
const REFUSES =
  /unsupported|not supported|(does|do)(n't| not) support|unrecognized|unknown|unexpected|extra(neous)? (inputs?|fields?|keys?)|not permitted|not allowed|not (a )?valid|invalid|not enabled|cannot find field|no longer|deprecated/i;

/** The upstream takes the field, but not this value of it. */
const VALUE =
  /too (large|small|high|low|long|many)|at (most|least)|maximum|minimum|(less|greater|more) than|between|out of range|exceed|[<>]=/i;

/** Wire names of the ways to ask for thinking. A host that refuses to think is asked without any of them. */
const THINKING = new Set(['reasoning_effort', 'reasoning.max_tokens', 'reasoning.enabled']);

/** The wire names that a refusal is about, among those that were sent: one parameter, or all that ask for thinking. */
function refusedFields(error: RouterError, { call }: Part, rules: Rules): string[] {
  const { raw, param } = error.details;
  const status = isObject(raw) ? raw.status : undefined;
  if ((status !== 400 && status !== 422) || error.type === 'context_length_exceeded' || error.type === 'content_policy_violation')
    return [];
  // What the host demands cannot be left out.
  const isDemanded = (field: string) =>
    Object.entries(rules).some(([name, rule]) => rule !== false && rule.required === true && (rule.name ?? name) === field);
  const sent = Object.keys(call.parameters).filter((field) => !isDemanded(field));
  if (param === 'reasoning') return sent.filter((field) => THINKING.has(field));
  if (param !== undefined && sent.includes(param)) return [param];
  if (!REFUSES.test(error.message)) return [];
  const quoted = sent.filter((field) => new RegExp(`(^|[^\\w.])['"\`]?${escape(field)}['"\`]?($|[^\\w.])`).test(error.message));
  return quoted.length === 1 ? quoted : [];
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function unifiedName(field: string, rules: Rules): string {
  return Object.entries(rules).find(([, rule]) => rule !== false && rule.name === field)?.[0] ?? field;
}

/** A value that is short enough to be repeated in the report. */
function shortly(value: unknown): { from?: unknown } {
  return typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= 64)
    ? { from: value }
    : {};
}
