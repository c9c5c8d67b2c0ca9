/**
 * One upstream call, from its request to guarded, settled events: sent, read, and taken through the stages that are its own. Several
 * calls are put together by `attempts/fan-out.ts`; deadlines and further attempts of one call belong here. Writes nothing to the client.
 */
import { THINK_TAGS } from '../dialects/dialect.ts';
import { LOST_TOKENS } from '../dialects/openai-common/upstream/answer-fields.ts';
import { costUsd } from '../registry/pricing.ts';
import type { PlannedCall } from '../routing/plan.ts';
import type { Part } from '../fitting/split.ts';
import { createUsageTracker, type CostOf } from '../stream/usage-tracker.ts';
import { createChoiceStage } from '../stream/stages/choices.ts';
import { createWatch, withDeadlines } from '../stream/deadline.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { createFinishStage } from '../stream/stages/finish.ts';
import { createGuard } from '../stream/stages/guard.ts';
import { createAlternativesStage, createEchoStage, createHideReasoningStage } from '../stream/stages/shape.ts';
import { createRenameToolsStage } from '../stream/stages/rename-tools.ts';
import { createSchemaCheckStage, type SchemaCheck } from '../stream/stages/schema-check.ts';
import { createThinkTagStage } from '../stream/stages/think-tags.ts';
import { createStopStage } from '../stream/stages/stop.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { RouterError } from '../unified/error.ts';
import type { Stage, StreamEvent } from '../unified/response/event.ts';
import { toAbortController } from '../lib/cancel-signal.ts';
import { textOf } from '../lib/json.ts';
import { promptText } from '../unified/request/prompt.ts';
import { schemaToCheck } from '../unified/request/format-instruction.ts';
import type { Usage } from '../unified/response/usage.ts';
import { readResponse } from '../upstream/response.ts';
import type { Credentials } from '../upstream/auth/index.ts';
import { createHideSecretsStage } from '../upstream/hide-secrets.ts';
import { atProvider, sanitize, send, type Callee } from '../upstream/send.ts';
import { defaultedFinish, droppedChoices, droppedField, formatMissed, reportOnce, skippedEvent } from './answer-reports.ts';
import type { CallContext } from './context.ts';
import { retryWithoutRefused } from './retry-without-refused.ts';
import type { Prepared, PreparedPart } from './prepare.ts';
import { openWithKeys } from './try-keys.ts';

/**
 * Sends one call. Its answer numbers its choices from 0, and never throws once it is open. A parameter that the provider refuses by name is
 * left out, and the provider is asked once more.
 *
 * @param id tells the calls of a request apart.
 * @throws RouterError when the upstream refuses before it answers.
 */
export function openCall(prepared: Prepared, part: PreparedPart, id: string, context: CallContext): Promise<EventSource> {
  return retryWithoutRefused(prepared, part, context, (ready) =>
    openWithKeys(prepared, context, (credentials) => sendCall(prepared, ready, id, { ...context, credentials })),
  );
}

async function sendCall(
  prepared: Prepared,
  ready: PreparedPart,
  id: string,
  context: CallContext & { credentials: Credentials | null },
): Promise<EventSource> {
  const { planned, dialect } = prepared;
  const { call } = ready;
  const { request, generationId, ports, deadlines, answerBudget: budget, requestedMs, credentials } = context;
  const watch = createWatch(deadlines, ports.clock, requestedMs);
  const { provider, rules } = planned.candidate;
  const callee: Callee = { name: provider.name, secretVariable: call.access.auth.secret, errors: provider.errors ?? [] };
  const { signal, cancel } = toAbortController(context.signal);
  const sending = send(call, { dialect, callee, credentials, fetch: ports.fetch, clock: ports.clock, signal });
  const { response, secrets } = await watch.waitFor(sending).catch((thrown: unknown) => {
    watch.stop();
    cancel();
    // A deadline of ours names nobody yet; a timeout that the upstream reports comes with its name and status.
    const isOurs = thrown instanceof RouterError && thrown.type === 'timeout' && thrown.details.providerName === undefined;
    throw isOurs ? atProvider(thrown, callee, [], { nowMs: ports.clock.nowMs() }) : thrown;
  });
  const maxTokens = ready.part.call.parameters['max_tokens'];
  // Names and words that the upstream chose: it may return its key in them.
  const shown = (text: string) => sanitize(text, secrets).slice(0, 64);
  const dropped = (field: string, why: string) => reportOnce(prepared, droppedField(provider.name, shown(field), why));
  const options = { quirks: rules.quirks, budget, dropped, ...(typeof maxTokens === 'number' ? { maxTokens } : {}) };
  const skipped = () => reportOnce(prepared, skippedEvent(provider.name));
  const answer = readResponse(response, { dialect, options, limits: ports.limits, budget, skipped }, !request.stream);
  // Where nothing is shown before the end, what counts as a sign of life is each piece of the body.
  if (!request.stream && answer.comesInPieces) watch.markContent();
  const source = withDeadlines(answer, watch);
  const toClientError = (error: RouterError) => atProvider(error, callee, secrets, { nowMs: ports.clock.nowMs(), call });
  const hasMore = () => reportOnce(prepared, droppedChoices(provider.name, ready.part.choices.length));
  const onDefaulted = (reason: string, native: string | null) =>
    reportOnce(prepared, defaultedFinish(provider.name, reason, native === null ? null : shown(native)));
  const misses = (what: string) => reportOnce(prepared, formatMissed(provider.name, what));
  const check = { report: misses, canFail: context.mayFail && prepared.parts.length === 1 && ready.part.choices.length === 1 };
  const stages = createStages(planned, ready, { callId: `${generationId}_${id}`, hasMore, onDefaulted, dropped, check, secrets, budget });
  context.tally.bills.push(stages.estimate);
  return createAnswer(source, stages, toClientError, (isComplete) => {
    if (answer.isOver()) return watch.stop();
    source.cancel();
    if (!isComplete) cancel(); // where the upstream has said its last word there is nothing to abort, and aborting costs
  });
}

type Stages = {
  /** Raw events of the upstream to what the client is to see. */
  push(events: readonly StreamEvent[]): StreamEvent[];
  /** Nothing more will come. */
  end(): StreamEvent[];
  /** Nothing more is needed of the upstream. */
  satisfied(): boolean;
  ended(): boolean;
  /** See `CallTally`. */
  estimate(): Usage | null;
};

/** What the stages of a call are told. */
type StageOptions = {
  /** Makes ids for tool calls that came without one. */
  callId: string;
  /** Called when the upstream sends more choices than it was asked for. */
  hasMore: () => void;
  /** Called with the finish reason of an answer that came without one, or with a word that is not known. */
  onDefaulted: (reason: string, native: string | null) => void;
  /** Called with a part of the answer that has no place in the client's, and why. */
  dropped: (field: string, why: string) => void;
  /** What is done about an answer that is not in the format that its provider was not asked to hold to. */
  check: Omit<SchemaCheck, 'schema'>;
  /** Kept out of the answer. */
  secrets: readonly string[];
  /** How much of the answer may be kept. */
  budget: AnswerBudget;
};

function createStages(planned: PlannedCall, { part, mapping }: PreparedPart, options: StageOptions): Stages {
  const { callId, hasMore, onDefaulted, dropped, check, secrets, budget } = options;
  const { stop, hideReasoning, alternatives, format } = planned.fitted.emulation;
  const schema = mapping.schema ?? (format === null ? null : schemaToCheck(format));
  const usageTracker = createUsageTracker(
    () => promptText(part.call.input, part.call.parameters['tools']),
    costAt(planned, part),
    part.echoed,
  );
  const choices = createChoiceStage(part.choices.length, hasMore);
  const thinking = writesThinkTags(planned, part) ? createThinkTagStage(() => dropped('logprobs', LOST_TOKENS)) : null;
  const finish = createFinishStage(onDefaulted, budget);
  const guard = createGuard(callId, part.choices.length, budget);
  const hideSecrets = createHideSecretsStage(secrets, budget);
  const stopStage = stop.length > 0 ? createStopStage(stop, part.choices.length, { echoed: part.echoed, budget }) : null;
  const shaping: Stage[] = [
    ...(mapping.answerTool === undefined && mapping.toolNames === undefined ? [] : [createRenameToolsStage(mapping)]),
    ...(stopStage === null ? [] : [stopStage]),
    ...(alternatives === null ? [] : [createAlternativesStage(alternatives)]),
    ...(schema === null ? [] : [createSchemaCheckStage({ schema, ...check }, budget)]),
    ...(hideReasoning ? [createHideReasoningStage()] : []),
    ...(part.echo === null ? [] : [createEchoStage(part.echo)]),
  ];
  function pass(events: readonly StreamEvent[]): StreamEvent[] {
    let passing = events;
    if (hideSecrets !== null) passing = hideSecrets.push(passing);
    for (const stage of shaping) passing = stage.push(passing);
    const guarded = guard.push(passing);
    return guard.ended() ? usageTracker.finalize(guarded) : guarded;
  }
  return {
    push(events) {
      usageTracker.count(events);
      const counted = choices.push(events);
      return pass(finish.push(thinking === null ? counted : thinking.push(counted)));
    },
    end: () => pass([...finish.push(thinking?.flush() ?? []), ...finish.end()]),
    satisfied: () => stopStage?.isSatisfied(finish.hasFinished) === true,
    ended: guard.ended,
    estimate: usageTracker.estimate,
  };
}

/** Whether thinking is to be looked for in the text. A client that asks for it there gets it there. */
function writesThinkTags({ candidate }: PlannedCall, { call: { parameters } }: Part): boolean {
  const isAsked =
    parameters['reasoning_format'] === 'raw' || parameters['reasoning_format'] === 'none' || parameters['reasoning_split'] === false;
  return candidate.rules.quirks.includes(THINK_TAGS) && !isAsked;
}

/** The cost of the call at its endpoint, at the service tier that is stated, else the one that was asked for. */
function costAt({ candidate: { offering } }: PlannedCall, { call: { parameters } }: Part): CostOf {
  const { priceUsdPerMillionTokens: price, priceUsdPerWebSearch: webSearchUsd, hasRequestFee = false } = offering ?? {};
  const asked = textOf(parameters['service_tier']) ?? textOf(parameters['serviceTier']);
  return (usage, tier) => {
    // A search has its own fee: where it may have been made and is not counted, the cost is not known.
    const isUncounted = hasRequestFee || (parameters['web_search_options'] !== undefined && usage.parts?.webSearches === undefined);
    return price === undefined || isUncounted ? null : costUsd(usage, price, { tier: tier ?? asked, webSearchUsd });
  };
}

/** @param onDone called once, when nothing more will be read. `isComplete`: the upstream has said its last word. */
function createAnswer(
  source: EventSource,
  stages: Stages,
  toClientError: (error: RouterError) => RouterError,
  onDone: (isComplete: boolean) => void,
): EventSource {
  let released = false;
  function close(isComplete: boolean): void {
    if (released) return;
    released = true;
    onDone(isComplete);
  }

  function broken(thrown: unknown): StreamEvent[] {
    const lost = () => new RouterError('provider_unavailable', 'the connection was lost in the middle of the answer');
    return stages.push([{ type: 'error', error: thrown instanceof RouterError ? thrown : lost(), usage: null, openChoices: [] }]);
  }

  return {
    async read() {
      if (stages.ended()) return null;
      let events: StreamEvent[];
      try {
        const batch = await source.read();
        events = batch === null ? stages.end() : stages.push(batch);
      } catch (thrown) {
        events = broken(thrown);
      }
      const isSatisfied = stages.satisfied();
      if (isSatisfied) events.push(...stages.end());
      if (!stages.ended()) return events;
      close(!isSatisfied && events.at(-1)?.type === 'end');
      return events.map((event) => ('error' in event ? { ...event, error: toClientError(event.error) } : event));
    },
    cancel: () => close(false),
  };
}
