/**
 * The stages of one upstream call: from events of a decoder to events that keep the grammar of an answer, with the usage of the last one
 * complete. Pure.
 */
import { THINK_TAGS } from '../dialects/dialect.ts';
import { LOST_TOKENS } from '../dialects/openai-common/upstream/answer-fields.ts';
import type { Part } from '../fitting/split.ts';
import { textOf } from '../lib/json.ts';
import { costUsd } from '../registry/pricing.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { createCustomToolsStage } from '../stream/stages/custom-tools.ts';
import { createChoiceStage, type ChoiceStage } from '../stream/stages/choices.ts';
import { createFinishStage, type FinishStage } from '../stream/stages/finish.ts';
import { createGuard, type Guard } from '../stream/stages/guard.ts';
import { createReasoningMakerStage, type ReasoningMakerStage } from '../stream/stages/reasoning-maker.ts';
import { createRenameToolsStage } from '../stream/stages/rename-tools.ts';
import { createRepairStage, type JsonRepair } from '../stream/stages/repair-json.ts';
import { createSchemaCheckStage } from '../stream/stages/schema-check.ts';
import { createAlternativesStage, createEchoStage, createHideReasoningStage } from '../stream/stages/shape.ts';
import { createStopStage } from '../stream/stages/stop.ts';
import { createThinkTagStage } from '../stream/stages/think-tags.ts';
import { createUsageTracker, type CostOf, type UsageTracker } from '../stream/usage-tracker.ts';
import { schemaToCheck } from '../unified/request/format-instruction.ts';
import { promptText } from '../unified/request/prompt.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { Stage, StreamEvent } from '../unified/response/event.ts';
import type { Usage } from '../unified/response/usage.ts';
import { createHideSecretsStage, type HideSecretsStage } from '../upstream/hide-secrets.ts';
import type { AnswerReport } from './answer-report.ts';
import type { UsageSource } from './call-tally.ts';
import type { PreparedPart } from './prepare.ts';

/** What the stages of a call need besides what was sent. */
export type StageOptions = {
  /** Makes ids for tool calls that came without one. */
  callId: string;
  report: AnswerReport;
  /** An answer that does not satisfy its schema may fail. */
  canFail: boolean;
  /** Kept out of the answer. */
  secrets: readonly string[];
  /** How much of the answer may be kept. */
  budget: AnswerBudget;
  /** Repairs an answer that should be JSON and is not. Absent = it is not repaired. */
  repair?: JsonRepair['repair'];
};

/** The stages of one call. */
export class CallStages implements UsageSource {
  readonly #usage: UsageTracker;
  readonly #choices: ChoiceStage;
  readonly #thinkTags: ReturnType<typeof createThinkTagStage> | null;
  readonly #finish: FinishStage;
  readonly #reasoning: ReasoningMakerStage;
  readonly #hideSecrets: HideSecretsStage | null;
  readonly #stop: ReturnType<typeof createStopStage> | null;
  readonly #shaping: readonly Stage[];
  readonly #guard: Guard;
  /** No stage changes ordinary text. */
  readonly #isPlain: boolean;
  /** Choices whose text went through all stages unchanged: more of it does, too, until anything else comes. */
  readonly #plainChoices = new Set<number>();

  constructor(planned: PlannedCall, { part, mapping }: PreparedPart, { callId, report, canFail, secrets, budget, repair }: StageOptions) {
    const expected = part.choices.length;
    const { stop, hideReasoning, alternatives, format, customTools } = planned.fitted.emulation;
    const schema = mapping.schema ?? (format === null ? null : schemaToCheck(format));
    this.#usage = createUsageTracker(() => promptText(part.call.input, part.call.parameters['tools']), costAt(planned, part), part.echoed);
    this.#choices = createChoiceStage(expected, () => report.droppedChoices(expected));
    this.#thinkTags = writesThinkTags(planned, part) ? createThinkTagStage(() => report.droppedField('logprobs', LOST_TOKENS)) : null;
    const sentStops = stop.filter(({ isNative }) => isNative);
    const sentStop = sentStops.length === 1 ? (sentStops[0]?.text ?? null) : null;
    this.#finish = createFinishStage((reason, native) => report.defaultedFinish(reason, native), budget, sentStop);
    const maker = { provider: planned.candidate.provider.slug, model: part.call.model };
    this.#reasoning = createReasoningMakerStage(maker, part.call.native !== undefined);
    this.#hideSecrets = createHideSecretsStage(secrets, budget);
    this.#stop = stop.length > 0 ? createStopStage(stop, expected, { echoed: part.echoed, budget }) : null;
    const check = schema === null ? null : { schema, canFail, report: (what: string) => report.missedFormat(what) };
    this.#shaping = [
      ...(mapping.answerTool === undefined && mapping.toolNames === undefined ? [] : [createRenameToolsStage(mapping)]),
      ...(customTools.length === 0 ? [] : [createCustomToolsStage(new Set(customTools), budget)]),
      ...(this.#stop === null ? [] : [this.#stop]),
      ...(alternatives === null ? [] : [createAlternativesStage(alternatives)]),
      ...(repair === undefined ? [] : [createRepairStage({ repair, report: (isRepaired) => report.brokenJson(isRepaired) })]),
      ...(check === null ? [] : [createSchemaCheckStage(check, budget)]),
      ...(hideReasoning ? [createHideReasoningStage()] : []),
      ...(part.echo === null ? [] : [createEchoStage(part.echo)]),
    ];
    this.#guard = createGuard(callId, expected, budget);
    this.#isPlain = this.#thinkTags === null && this.#shaping.length === 0 && part.echoed === null;
  }

  /** Takes events of the decoder; the same array where nothing has to be changed. @throws RouterError when the budget is spent. */
  push(events: StreamEvent[]): StreamEvent[] {
    const plain = this.#countPlain(events);
    if (plain === events.length) return events;
    this.#usage.count(plain === 0 ? events : events.slice(plain));
    const numbered = this.#choices.push(events);
    const passed = this.#pass(this.#finish.push(this.#thinkTags === null ? numbered : this.#thinkTags.push(numbered)));
    if (this.#isPlain) this.#learnPlain(events, passed.at(-1));
    return passed;
  }

  /** The upstream is over, or nothing more is needed of it. */
  end(): StreamEvent[] {
    return this.#pass([...this.#finish.push(this.#thinkTags?.flush() ?? []), ...this.#finish.end()]);
  }

  /** Nothing more is needed of the upstream. */
  isSatisfied(): boolean {
    return this.#stop?.isSatisfied((choice) => this.#finish.hasFinished(choice)) === true;
  }

  /** The last event has come. */
  hasEnded(): boolean {
    return this.#guard.ended();
  }

  /** The upstream has sent content. */
  hasContent(): boolean {
    return this.#usage.hasContent();
  }

  estimate(): Usage | null {
    return this.#usage.estimate();
  }

  /** Counts the text deltas at the beginning of a batch that no stage would change, and returns how many there are. */
  #countPlain(events: readonly StreamEvent[]): number {
    if (this.#plainChoices.size === 0) return 0;
    let count = 0;
    for (const event of events) {
      if (event.type !== 'text-delta' || event.logprobs !== undefined || !this.#plainChoices.has(event.choice)) break;
      if (this.#hideSecrets !== null && !this.#hideSecrets.canHoldNoSecret(event)) break;
      this.#usage.countText(event.text);
      count++;
    }
    return count;
  }

  #learnPlain(events: readonly StreamEvent[], lastPassed: StreamEvent | undefined): void {
    if (events.some(({ type }) => type !== 'text-delta')) this.#plainChoices.clear();
    const last = events.at(-1);
    if (last?.type === 'text-delta' && last === lastPassed) this.#plainChoices.add(last.choice);
  }

  #pass(events: readonly StreamEvent[]): StreamEvent[] {
    const made = this.#reasoning.push(events);
    let passing = this.#hideSecrets === null ? made : this.#hideSecrets.push(made);
    for (const stage of this.#shaping) passing = stage.push(passing);
    const guarded = this.#guard.push(passing);
    return this.#guard.ended() ? this.#usage.finalize(guarded) : guarded;
  }
}

/** Whether the text may contain reasoning that has to be separated. A client that requests it inside the text gets it there. */
function writesThinkTags({ candidate }: PlannedCall, { call: { parameters, native } }: Part): boolean {
  const isAsked =
    parameters['reasoning_format'] === 'raw' || parameters['reasoning_format'] === 'none' || parameters['reasoning_split'] === false;
  return candidate.rules.quirks.includes(THINK_TAGS) && !isAsked && native === undefined;
}

/** The cost of the call at its endpoint, at the service tier that is stated, else the one that was requested. */
function costAt({ candidate: { offering } }: PlannedCall, { call: { parameters } }: Part): CostOf {
  const { priceUsdPerMillionTokens: price, priceUsdPerWebSearch: webSearchUsd, hasRequestFee = false } = offering ?? {};
  const requested = textOf(parameters['service_tier']) ?? textOf(parameters['serviceTier']);
  return (usage, tier) => {
    // A search has its own fee: where it may have been made and is not counted, the cost is not known.
    const isUncounted = hasRequestFee || (parameters['web_search_options'] !== undefined && usage.parts?.webSearches === undefined);
    return price === undefined || isUncounted ? null : costUsd(usage, price, { tier: tier ?? requested, webSearchUsd });
  };
}
