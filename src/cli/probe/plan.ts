/**
 * The order of a probe: the limit of tokens, an unknown field, each parameter, pairs, streams. A generator of requests that is driven with
 * answers. It is pure: with the same answers it asks the same, so a killed probe is driven again with the answers that are known.
 */
import type { JsonObject } from '../../lib/json.ts';
import { askControl, firstForm, repeat, tryValue, rememberControl, type ProbeContext } from './inquiry.ts';
import { attemptOf, inquire } from './inquire.ts';
import { LIMITS, MISFIT, subjectsOf } from './subjects.ts';
import { ruleOf, type ProbeTarget } from './target.ts';
import { isMain, type Answer, type Ask, type Form, type Inquiry, type Observations, type Trial } from './trial.ts';
import { STREAM_OPTIONS } from './write-request.ts';

/** Limits of tokens that are tried for all requests, the cheapest first: some models refuse small ones. */
const BASE_LIMITS = [16, 64, 256];

/** Most pairs of parameters that are tried together. */
const MAX_PAIRS = 24;

/** A probe that cannot begin: no plain request was accepted. `wasAnswered`: false = there was no answer that shows anything. */
export class NoControlError extends Error {
  readonly wasAnswered: boolean;

  constructor(message: string, wasAnswered: boolean) {
    super(message);
    this.wasAnswered = wasAnswered;
  }
}

/** Asks everything. @throws NoControlError when no request without parameters is accepted. */
export function* probeTarget(target: ProbeTarget): Inquiry<Observations> {
  const { subjects, skipped } = subjectsOf(target);
  const context: ProbeContext = {
    target,
    base: { values: {}, forms: {} },
    trials: [],
    forms: {},
    controls: new Map(),
    rounds: new Map(),
    isStrict: null,
    acceptsNoLimit: null,
    noLimitEvidence: [],
  };
  yield* findBase(context);
  context.isStrict = yield* askUnknownField(context);
  for (const subject of subjects) yield* inquire(context, subject);
  yield* askConditions(context);
  yield* askWithoutLimit(context);
  if (target.operation !== 'embeddings') yield* askStreams(context);
  const { trials, isStrict, acceptsNoLimit, noLimitEvidence } = context;
  return { trials, isStrict, acceptsNoLimit, noLimitEvidence, skipped };
}

/** Finds a limit of tokens with which a plain request is accepted. */
function* findBase(context: ProbeContext): Inquiry<void> {
  let last: Exclude<Answer, { kind: 'accepted' }> | null = null;
  for (const base of basesOf(context.target)) {
    context.base = base;
    const answer: Answer = yield { values: base.values, forms: base.forms };
    if (answer.kind === 'accepted') {
      rememberControl(context, { values: base.values, forms: base.forms }, answer);
      return;
    }
    last = answer;
    if (answer.kind === 'none') break;
  }
  const message = last === null ? 'nothing was asked' : last.kind === 'refused' ? last.message : last.why;
  throw new NoControlError(message, last?.kind === 'refused');
}

type Base = ProbeContext['base'];

function basesOf(target: ProbeTarget): Base[] {
  if (target.operation === 'embeddings') return [{ values: {}, forms: {} }];
  const isSent = (param: string) => ruleOf(target.rules, param) !== undefined;
  const named = LIMITS.filter(isSent).concat(LIMITS.filter((param) => !isSent(param)));
  return BASE_LIMITS.flatMap((limit) =>
    named.map((param): Base => ({
      values: { [param]: limit },
      forms: { [param]: isSent(param) ? firstForm(target, param) : { name: param } },
    })),
  );
}

/** Asks a field that no provider has. True = it was refused. */
function* askUnknownField(context: ProbeContext): Inquiry<boolean | null> {
  const name = MISFIT.replace('-', '_');
  const trial = yield* tryValue(context, { param: name, value: 1, form: { name }, isMisfit: true });
  return trial.verdict === 'unknown' ? null : trial.verdict === 'refused';
}

/** Asks what rules state of two parameters together, and what other files of the format state of them. */
function* askConditions(context: ProbeContext): Inquiry<void> {
  for (const [one, other] of pairsOf(context).slice(0, MAX_PAIRS)) {
    const [first, second] = [acceptedTrial(context, one), other === 'stream' ? null : acceptedTrial(context, other)];
    if (first === null || (second === null && other !== 'stream')) continue;
    const attempt = attemptOf(context, one, { value: first.value, form: first.form });
    const beside: JsonObject = { ...attempt.beside, ...(second === null ? {} : { ...second.beside, [other]: second.value }) };
    yield* tryValue(context, { ...attempt, beside, pair: other, ...(other === 'stream' ? { stream: true } : {}) });
  }
  for (const [param, rule] of Object.entries(context.target.rules.parameters)) {
    if (rule === false || rule.onlyWith === undefined) continue;
    const trial = acceptedTrial(context, param);
    if (trial !== null) yield* tryValue(context, { param, value: trial.value, form: trial.form, isAlone: true });
  }
}

/** Pairs of accepted parameters: those of the file first. A pair with a limit of tokens is none, as only one limit is sent. */
function pairsOf({ target, forms }: ProbeContext): (readonly [string, string])[] {
  const stated = Object.entries(target.rules.parameters).flatMap(([param, rule]) =>
    rule === false ? [] : (rule.conflictsWith ?? []).map((other) => [param, other] as const),
  );
  const all = new Map([...stated, ...target.otherConflicts].map((pair) => [pair.toSorted().join(' '), pair]));
  const isUsable = (name: string) => name === 'stream' || (forms[name] !== undefined && !LIMITS.includes(name));
  return [...all.values()].filter(
    ([one, other]) => one !== 'stream' && isUsable(one) && isUsable(other) && forms[one]?.name !== forms[other]?.name,
  );
}

function acceptedTrial({ trials, forms }: ProbeContext, param: string): Trial | null {
  const form: Form | undefined = forms[param];
  return (
    trials.find((trial) => trial.param === param && trial.verdict === 'accepted' && isMain(trial) && trial.form.name === form?.name) ?? null
  );
}

/** Is a request without a limit of tokens refused? */
function* askWithoutLimit(context: ProbeContext): Inquiry<void> {
  const [param] = Object.keys(context.base.values);
  if (param === undefined) return;
  const answer: Answer = yield { values: {}, omits: context.base.forms[param]?.name ?? param };
  if (answer.kind === 'none') return;
  const control = yield* askControl(context, { values: context.base.values, forms: context.base.forms });
  if (control === null) return;
  context.acceptsNoLimit = answer.kind === 'accepted';
  context.noLimitEvidence = [answer.id, control];
}

/** Streams: with usage asked for, without, and with a field that is refused. Their habits are read from the raw exchanges. */
function* askStreams(context: ProbeContext): Inquiry<void> {
  const { values, forms } = context.base;
  const plain: Ask = { values, forms, stream: true };
  yield plain;
  if (context.forms[STREAM_OPTIONS] !== undefined) yield { ...plain, asksUsage: true };
  const refused = context.trials.find(
    ({ verdict, beside, pair }) => verdict === 'refused' && pair === undefined && Object.keys(beside).length === 0,
  );
  if (refused !== undefined)
    yield repeat(context, {
      values: { ...values, [refused.param]: refused.value },
      forms: { ...forms, [refused.param]: refused.form },
      stream: true,
    });
}
