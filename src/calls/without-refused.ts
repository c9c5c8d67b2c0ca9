/**
 * Changes a call whose upstream answered 400 because it does not know a field: the field is left out, or gets the name that the upstream
 * requires. The change is reported to the client. What holds for every request is remembered once the changed call has succeeded: a parameter that the
 * model does not know, or knows under another name. Sends nothing.
 */
import type { RenderingDialect } from '../dialects/dialect.ts';
import { isObject, textOf, type JsonObject } from '../lib/json.ts';
import type { Ports } from '../ports.ts';
import { ignoresRefusals } from '../routing/evaluate.ts';
import { endpointOf, type Candidate } from '../routing/resolve-model.ts';
import type { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { renderPart, type PreparedEndpoint, type PreparedPart } from './prepare.ts';
import { changesFor, type Change } from './refusal-changes.ts';
import { withoutField } from './without-field.ts';

/** A refused call. */
type RefusedCall = { prepared: PreparedEndpoint<RenderingDialect>; part: PreparedPart };

/** The call without what an error refused, and what was changed; null where nothing may be changed, or nothing would be. */
export function withoutRefused(
  error: RouterError,
  { prepared, part }: RefusedCall,
  request: UnifiedRequest,
): { part: PreparedPart; changes: readonly Change[] } | null {
  // The client's own body is not rewritten: its own errors tell the client what to change.
  if (part.part.call.native !== undefined) return withRepairedBody(error, { prepared, part }, request);
  const changes = changesFor(error, prepared, { part: part.part, request });
  if (changes === null) return withRepairedBody(error, { prepared, part }, request);
  const rewritten = rewrite(prepared, part, changes);
  return rewritten === null ? null : { part: rewritten, changes };
}

/** The call without state that its format knows to be rejected; null where there is none, or nothing may be changed. */
function withRepairedBody(
  error: RouterError,
  { prepared, part: { part } }: RefusedCall,
  request: UnifiedRequest,
): { part: PreparedPart; changes: readonly Change[] } | null {
  const { planned, dialect, extraHeaders } = prepared;
  if (error.upstreamStatus !== 400 || dialect.repair === undefined || ignoresRefusals(request)) return null;
  const raw = isObject(error.details.raw) ? error.details.raw : {};
  const refused = { code: textOf(raw['code']), message: textOf(raw['message']) ?? error.message };
  const rendered = dialect.render(part.call);
  const repaired = dialect.repair(rendered.body, refused);
  if (repaired === null) return null;
  const { body, adjustment } = repaired;
  const change: Change = { where: 'inside', field: adjustment.param, to: null, adjustment, isLasting: false };
  return { part: renderPart(part, { planned, dialect, extraHeaders }, { ...rendered, body }), changes: [change] };
}

/** The call with these changes; null where one of them changes nothing. */
function rewrite(
  { planned, dialect, extraHeaders }: PreparedEndpoint<RenderingDialect>,
  { part }: PreparedPart,
  changes: readonly Change[],
): PreparedPart | null {
  const parameters: JsonObject = {};
  for (const [field, value] of Object.entries(part.call.parameters)) {
    const change = changes.find((one) => one.where === 'parameters' && one.field === field);
    const name = change === undefined ? field : change.to;
    if (name !== null) parameters[name] = value;
  }
  const streamOptions = part.call.streamOptions && !changes.some(({ field }) => field === 'stream_options');
  const changed = { ...part, call: { ...part.call, parameters, streamOptions } };
  const rendered = dialect.render(changed.call);
  let body: JsonObject | null = rendered.body;
  const inside = new Set(changes.flatMap(({ where, field }) => (where === 'inside' ? [field] : [])));
  for (const field of inside) if (body !== null) body = withoutField(body, field);
  return body === null ? null : renderPart(changed, { planned, dialect, extraHeaders }, { ...rendered, body });
}

/** Remembers what holds for every request of this caller to this model. */
export function rememberRefusals(changes: readonly Change[], candidate: Candidate, { learned, log }: Pick<Ports, 'learned' | 'log'>): void {
  const { provider, modelId, operation } = candidate;
  for (const { adjustment, to, isLasting } of changes) {
    if (!isLasting) continue;
    const { param } = adjustment;
    learned.remember(endpointOf(candidate), param, to);
    const rule = to === null ? 'false' : `{ "name": "${to}" }`;
    log(
      `${provider.slug} refused "${param}" for ${modelId}: add to its file, operations.${operation}.byModel: "${modelId}": { "parameters": { "${param}": ${rule} } }`,
    );
  }
}
