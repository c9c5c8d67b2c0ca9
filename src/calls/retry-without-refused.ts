/**
 * Learning from a refusal: an upstream that answers 400 because it does not know a field that we sent is asked once more without it, or
 * with the name that it asks for. What was changed is told to the client. Only what holds for every request is remembered, once the
 * second try has shown it: a parameter that is unknown to this model, or called something else. Sends nothing itself.
 */
import type { RenderingDialect } from '../dialects/dialect.ts';
import { endpointOf } from '../routing/resolve-model.ts';
import { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../lib/json.ts';
import { changesFor, type Change } from './refusal-changes.ts';
import type { RunContext } from './context.ts';
import { renderPart, type Prepared, type PreparedPart } from './prepare.ts';
import { withoutField } from './without-field.ts';

/**
 * Sends a call; when the provider does not know a field of it, once more without it.
 *
 * @throws what `sendCall` throws.
 */
export async function retryWithoutRefused<Answer>(
  prepared: Prepared<RenderingDialect>,
  part: PreparedPart,
  context: RunContext,
  sendCall: (part: PreparedPart) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await sendCall(part);
  } catch (thrown) {
    const changes = thrown instanceof RouterError ? changesFor(thrown, prepared, part.part, context.request) : null;
    const rewritten = changes === null ? null : rewrite(prepared, part, changes);
    if (changes === null || rewritten === null || context.signal.aborted) throw thrown;
    const news = changes.filter(({ adjustment }) => !prepared.learned.some(({ param }) => param === adjustment.param));
    prepared.learned.push(...news.map(({ adjustment }) => adjustment));
    const answer = await sendCall(rewritten);
    for (const change of news) remember(change, prepared, context);
    return answer;
  }
}

/** The call with these changes; null where one of them changes nothing. */
function rewrite(
  { planned, dialect, extraHeaders }: Prepared<RenderingDialect>,
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
  return body === null ? null : renderPart(changed, planned, dialect, extraHeaders, { ...rendered, body });
}

/** Remembers what holds for every request of this caller to this model. */
function remember({ adjustment: { param }, to, isLasting }: Change, { planned }: Prepared<RenderingDialect>, { ports }: RunContext): void {
  if (!isLasting) return;
  const { provider, modelId, operation } = planned.candidate;
  ports.learned.remember(endpointOf(planned.candidate), param, to);
  const rule = to === null ? 'false' : `{ "name": "${to}" }`;
  ports.log(
    `${provider.slug} refused "${param}" for ${modelId}: add to its file, operations.${operation}.byModel: "${modelId}": { "parameters": { "${param}": ${rule} } }`,
  );
}
