/** Asks about one value: sends it, and the same request without it where it is refused. What is found goes into the context. Pure. */
import type { JsonObject } from '../../lib/json.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import { effectOf } from './effect.ts';
import { namesField } from './names-field.ts';
import { ruleOf, type ProbeTarget } from './target.ts';
import { LIMITS } from './subjects.ts';
import type { Answer, Ask, Form, Inquiry, Trial, Verdict } from './trial.ts';
import { changesBody, fieldsOf } from './write-request.ts';

/** Longest time between a refusal and the success of the same request without the field, in milliseconds. */
const CONTROL_MS = 60_000;

/** What is known while a probe runs. */
export type ProbeContext = {
  readonly target: ProbeTarget;
  /** The limit of tokens in every request; empty = none. */
  base: { readonly values: JsonObject; readonly forms: Readonly<Record<string, Form>> };
  readonly trials: Trial[];
  /** Forms that were accepted, by parameter. */
  readonly forms: Record<string, Form>;
  /** When each request without a field last succeeded, by its text. */
  readonly controls: Map<string, { at: number; id: string }>;
  /** Number of the last repetition of each request. */
  readonly rounds: Map<string, number>;
  isStrict: boolean | null;
  acceptsNoLimit: boolean | null;
  noLimitEvidence: readonly string[];
};

/** One value to try. */
export type Attempt = {
  readonly param: string;
  readonly value: unknown;
  readonly form: Form;
  /** Sent beside it. `limit`: the limit of tokens, in place of the usual one. */
  readonly beside?: JsonObject;
  readonly limit?: number;
  readonly stream?: true;
  readonly isMisfit?: true;
  readonly pair?: string;
  readonly isAlone?: true;
};

/** Tries a value. The trial is added to the context. */
export function* tryValue(context: ProbeContext, attempt: Attempt): Inquiry<Trial> {
  const { target } = context;
  const ask = askOf(context, attempt);
  if (!changesBody(target, ask, attempt.param))
    return record(context, attempt, { verdict: 'unknown', note: 'the format has no place for it', evidence: [] });
  const answer: Answer = yield ask;
  switch (answer.kind) {
    case 'none':
      return record(context, attempt, { verdict: 'unknown', note: answer.why, evidence: [answer.id] });
    case 'accepted':
      return yield* judgeAccepted(context, attempt, answer);
    default:
      return yield* judgeRefused(context, attempt, answer);
  }
}

/** An effect that is missing is looked for once more, because models are random. */
function* judgeAccepted(context: ProbeContext, attempt: Attempt, answer: Extract<Answer, { kind: 'accepted' }>): Inquiry<Trial> {
  const effect = effectOf(attempt.param, attempt.value, answer.seen);
  if (effect !== 'missing') return record(context, attempt, { verdict: 'accepted', effect, note: null, evidence: [answer.id] });
  const again: Answer = yield repeat(context, askOf(context, attempt));
  const second = again.kind === 'accepted' ? effectOf(attempt.param, attempt.value, again.seen) : null;
  return record(context, attempt, { verdict: 'accepted', effect: second, note: null, evidence: [answer.id, again.id] });
}

/**
 * A refusal counts when the same request without the value has succeeded shortly before or after it. Where the error does not name the field,
 * the request without it must succeed afterwards, and the refusal must come again.
 */
function* judgeRefused(context: ProbeContext, attempt: Attempt, answer: Extract<Answer, { kind: 'refused' }>): Inquiry<Trial> {
  const ask = askOf(context, attempt);
  const refused = (verdict: Verdict, evidence: readonly string[], note = answer.message) =>
    record(context, attempt, { verdict, note, evidence: [answer.id, ...evidence] });
  const isNamed = namesField(answer, fieldsOf(context.target, ask, attempt.param));
  const plain = plainAsk(context, attempt);
  const known = context.controls.get(keyOf(plain));
  if (isNamed && known !== undefined && Math.abs(answer.at - known.at) <= CONTROL_MS) return refused('refused', [known.id]);
  const control = yield* askControl(context, plain);
  if (control === null) return refused('unknown', [], `the request without it did not succeed either: ${answer.message}`);
  if (isNamed) return refused('refused', [control]);
  const again: Answer = yield repeat(context, ask);
  if (again.kind === 'refused') return refused('refused', [control, again.id]);
  return refused('unknown', [control, again.id], `refused once and then not again: ${answer.message}`);
}

/** Sends a request that should succeed. Returns the id of the exchange; null = it did not. */
export function* askControl(context: ProbeContext, plain: Ask): Inquiry<string | null> {
  const answer: Answer = yield context.controls.has(keyOf(plain)) ? repeat(context, plain) : plain;
  if (answer.kind !== 'accepted') return null;
  rememberControl(context, plain, answer);
  return answer.id;
}

/** Remembers that a request without a field succeeded. */
export function rememberControl({ controls }: ProbeContext, plain: Ask, { at, id }: Pick<Answer, 'at' | 'id'>): void {
  controls.set(keyOf(plain), { at, id });
}

/** The request of an attempt. */
function askOf({ base, forms, target }: ProbeContext, attempt: Attempt): Ask {
  const { param, value, form, beside = {}, limit, stream } = attempt;
  // Only one limit of tokens is sent.
  const limits = LIMITS.includes(param) ? {} : withLimit(base.values, limit);
  const own = Object.fromEntries(Object.keys(beside).map((name) => [name, forms[name] ?? firstForm(target, name)]));
  const ask = { values: { ...limits, ...beside, [param]: value }, forms: { ...base.forms, ...own, [param]: form } };
  return stream === true ? { ...ask, stream } : ask;
}

/** The request of an attempt without its value; for a limit of tokens, with the usual limit. */
function plainAsk(context: ProbeContext, attempt: Attempt): Ask {
  const own = askOf(context, attempt);
  const { [attempt.param]: _, ...values } = own.values;
  const { [attempt.param]: __, ...forms } = own.forms ?? {};
  const ask = LIMITS.includes(attempt.param)
    ? { values: { ...context.base.values, ...values }, forms: { ...forms, ...context.base.forms } }
    : { values, forms };
  return attempt.stream === true ? { ...ask, stream: true } : ask;
}

/** The form in which a parameter is tried first: that of the file, else the most common one of the format. */
export function firstForm({ rules, otherForms }: Pick<ProbeTarget, 'rules' | 'otherForms'>, param: string): Form {
  const rule = ruleOf(rules, param);
  if (rule !== undefined) return { name: rule.name ?? param, ...(rule.values === undefined ? {} : { values: rule.values }) };
  return otherForms[param]?.[0] ?? { name: param };
}

const withLimit = (values: JsonObject, limit: number | undefined): JsonObject =>
  limit === undefined ? values : Object.fromEntries(Object.keys(values).map((name) => [name, limit]));

/** The next repetition of a request. */
export function repeat({ rounds }: ProbeContext, ask: Ask): Ask {
  const key = keyOf(ask);
  const round = (rounds.get(key) ?? 0) + 1;
  rounds.set(key, round);
  return { ...ask, round };
}

/** Equal requests have equal texts. */
function keyOf(ask: Ask): string {
  const used = Object.keys(ask.values).map((name) => [name, ask.forms?.[name]]);
  return canonicalJson({ ...ask, forms: used, round: 0 }) ?? '';
}

type Finding = Pick<Trial, 'verdict' | 'note' | 'evidence'> & { effect?: Trial['effect'] };

function record({ trials }: ProbeContext, attempt: Attempt, { effect = null, ...found }: Finding): Trial {
  const { param, value, form, beside = {}, isMisfit, pair, isAlone } = attempt;
  const marks = {
    ...(isMisfit === true ? { isMisfit } : {}),
    ...(pair === undefined ? {} : { pair }),
    ...(isAlone === true ? { isAlone } : {}),
  };
  const trial: Trial = { param, value, form, beside, effect, ...found, ...marks };
  trials.push(trial);
  return trial;
}
