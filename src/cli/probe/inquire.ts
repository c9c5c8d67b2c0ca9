/** Asks everything about one parameter: its name, values, ends, entries. Pure. */
import { isObject, type JsonObject } from '../../lib/json.ts';
import { readRefusal } from '../../calls/read-refusal.ts';
import { fitValue } from '../../fitting/fit-value.ts';
import { parameterOf } from '../../unified/request/parameters.ts';
import type { Rule } from '../../unified/rule.ts';
import { findEnd, type End } from './find-end.ts';
import { firstForm, tryValue, type Attempt, type ProbeContext } from './inquiry.ts';
import { companionsOf, LIMITS, MISFIT, type ChoiceSubject, type ListSubject, type NumberSubject, type Subject } from './subjects.ts';
import { ruleOf } from './target.ts';
import type { Form, Inquiry, Trial, Verdict } from './trial.ts';

/** The limit of tokens beside a budget for reasoning: the budget must be below it. */
const ROOM_BESIDE_BUDGET = 16;

/** Asks about one parameter. */
export function* inquire(context: ProbeContext, subject: Subject): Inquiry<void> {
  const form = yield* findForm(context, subject);
  if (form === null) return;
  context.forms[subject.param] = form;
  switch (subject.kind) {
    case 'number':
      yield* askNumbers(context, subject, form);
      break;
    case 'choice':
      yield* askChoices(context, subject, form);
      break;
    case 'list':
      yield* askCounts(context, subject, form);
      break;
    case 'presence':
  }
  yield* askMisfit(context, subject, form);
}

/** Finds a form with which some value is accepted: that of the file, then others of the format. Null = none. */
function* findForm(context: ProbeContext, subject: Subject): Inquiry<Form | null> {
  const { target } = context;
  const { param } = subject;
  const first = firstForm(target, param);
  const found = yield* trySamples(context, subject, first);
  if (found.verdict === 'accepted') return first;
  if (found.verdict === 'unknown') return null;
  const stated = readRefusal(found.note ?? '', null, null);
  const instead = stated?.kind === 'unknown' && stated.instead !== null ? [{ name: stated.instead }] : [];
  const isOther = ({ name, values }: Form) => name !== first.name || JSON.stringify(values) !== JSON.stringify(first.values);
  const others = [...instead, ...(target.otherForms[param] ?? []), { name: param }].filter(isOther);
  const unique = [...new Map(others.map((form) => [JSON.stringify(form), form])).values()];
  for (const form of unique) {
    // Under a name that another parameter has, that one would be asked.
    if (isTaken(context, param, form)) continue;
    if ((yield* trySamples(context, subject, form)).verdict === 'accepted') return form;
  }
  return null;
}

const isTaken = ({ forms }: ProbeContext, param: string, { name }: Form): boolean =>
  Object.entries(forms).some(([other, form]) => other !== param && form.name === name && !LIMITS.includes(param));

/** Tries values until one is accepted. An error that calls the field unknown ends it. */
function* trySamples(context: ProbeContext, subject: Subject, form: Form): Inquiry<Pick<Trial, 'verdict' | 'note'>> {
  let last: Pick<Trial, 'verdict' | 'note'> = { verdict: 'unknown', note: null };
  for (const value of samplesOf(context, subject)) {
    last = yield* tryValue(context, attemptOf(context, subject.param, { value, form }));
    if (last.verdict !== 'refused' || readRefusal(last.note ?? '', null, null)?.kind === 'unknown') return last;
  }
  return last;
}

/** The request of a value, with what it needs beside it. */
export function attemptOf(context: ProbeContext, param: string, { value, form }: { value: unknown; form: Form }): Attempt {
  const beside = companionsOf(context.target, param);
  const limit = param === 'reasoning.max_tokens' && typeof value === 'number' ? { limit: value + ROOM_BESIDE_BUDGET } : {};
  return {
    param,
    value,
    form,
    ...(Object.keys(beside).length === 0 ? {} : { beside }),
    ...limit,
    ...(param === 'stream_options' ? { stream: true as const } : {}),
  };
}

/** Most values that are tried to find one that is accepted. */
const MAX_SAMPLES = 6;

/** Values of which one should be accepted, the likeliest first. */
function samplesOf(context: ProbeContext, subject: Subject): readonly unknown[] {
  const rule = ruleOf(context.target.rules, subject.param);
  switch (subject.kind) {
    case 'number':
      return numberSamples(context, subject, rule);
    case 'choice': {
      const fits = (value: unknown) => rule !== undefined && fitValue(value, rule).kind === 'same';
      return subject.values.toSorted((one, other) => Number(fits(other)) - Number(fits(one))).slice(0, MAX_SAMPLES);
    }
    case 'list':
      return [stopsFor(1)];
    default:
      return [subject.value];
  }
}

/** Numbers inside the range of the file and of the unified parameter. */
function numberSamples({ base }: ProbeContext, { param, minimum, maximum, grid }: NumberSubject, rule: Rule | undefined): number[] {
  const limit = Object.values(base.values)[0];
  if (LIMITS.includes(param) && typeof limit === 'number') return [limit];
  const isWithin = (value: number) =>
    value >= (minimum ?? -Infinity) && value <= (maximum ?? Infinity) && (grid === null || Number.isInteger(value));
  const usual = grid === null ? [0.7, 0.5, 1, 1.2, 0.2] : [2, 1, 3, 40, 64, 256, 1024, 0];
  const lowest = rule?.minimum ?? rule?.exclusiveMinimum;
  const highest = rule?.maximum ?? rule?.exclusiveMaximum;
  const middle =
    lowest === undefined || highest === undefined ? [] : [grid === null ? (lowest + highest) / 2 : Math.floor((lowest + highest) / 2)];
  const values = [
    ...new Set([...usual, ...middle, ...(lowest === undefined ? [] : [lowest]), ...(highest === undefined ? [] : [highest])]),
  ].filter(isWithin);
  const fits = (value: number) => rule === undefined || fitValue(value, rule).kind === 'same';
  return [...values.filter(fits).slice(0, 4), ...values.filter((value) => !fits(value))].slice(0, MAX_SAMPLES);
}

/** Parameters whose large values cost more than the ends of their range are worth: only what the file states is asked. */
const COSTLY = new Set(['max_tokens', 'max_completion_tokens', 'reasoning.max_tokens']);

function* askNumbers(context: ProbeContext, { param, minimum, maximum, grid: unifiedGrid }: NumberSubject, form: Form): Inquiry<void> {
  const rule = ruleOf(context.target.rules, param);
  const grid = takesIntegersOnly(context, param, form) ? 1 : unifiedGrid;
  const inside = acceptedNumber(context, param, form);
  if (inside === null) return;
  const tryNumber = function* (value: number): Inquiry<Verdict> {
    return (yield* tryValue(context, attemptOf(context, param, { value, form }))).verdict;
  };
  const upper = endOf(rule?.maximum, rule?.exclusiveMaximum);
  const isBounded = !COSTLY.has(param) || upper !== null;
  if (isBounded)
    yield* findEnd({ towards: 1, inside, stated: upper, farthest: COSTLY.has(param) ? beyond(upper, maximum) : maximum, grid }, tryNumber);
  const lower = endOf(rule?.minimum, rule?.exclusiveMinimum);
  yield* findEnd({ towards: -1, inside, stated: lower, farthest: lowestSent(context, param, { minimum, grid }), grid }, tryNumber);
}

/** True where every fraction was refused and an integer was accepted. */
function takesIntegersOnly({ trials }: ProbeContext, param: string, form: Form): boolean {
  const own = trials.filter((trial) => trial.param === param && trial.form.name === form.name);
  const isFraction = ({ value }: Trial) => typeof value === 'number' && !Number.isInteger(value);
  return (
    own.some((trial) => isFraction(trial) && trial.verdict === 'refused') &&
    !own.some((trial) => isFraction(trial) && trial.verdict === 'accepted')
  );
}

/** For what costs: no farther than one beyond the end in the file. */
const beyond = (end: End | null, maximum: number | null): number | null =>
  end === null ? maximum : Math.min(end.value + 1, maximum ?? Infinity);

const endOf = (closed: number | undefined, open: number | undefined): End | null =>
  closed !== undefined ? { value: closed, isOpen: false } : open !== undefined ? { value: open, isOpen: true } : null;

/** The lowest value that is ever sent: a neutral one is left out. */
function lowestSent({ target }: ProbeContext, param: string, { minimum, grid }: Pick<NumberSubject, 'minimum' | 'grid'>): number | null {
  const isNeutral = minimum !== null && parameterOf(target.operation, param)?.isNeutral?.(minimum) === true;
  return isNeutral && minimum !== null ? (grid === null ? minimum : minimum + 1) : minimum;
}

function acceptedNumber({ trials }: ProbeContext, param: string, form: Form): number | null {
  const found = trials.find((trial) => trial.param === param && trial.form.name === form.name && trial.verdict === 'accepted');
  return typeof found?.value === 'number' ? found.value : null;
}

/** Tries every value that was not tried yet. */
function* askChoices(context: ProbeContext, { param, values }: ChoiceSubject, form: Form): Inquiry<void> {
  for (const value of values)
    if (!wasTried(context, param, { value, form })) yield* tryValue(context, attemptOf(context, param, { value, form }));
}

const wasTried = ({ trials }: ProbeContext, param: string, { value, form }: { value: unknown; form: Form }): boolean =>
  trials.some((trial) => trial.param === param && trial.form.name === form.name && JSON.stringify(trial.value) === JSON.stringify(value));

/** Finds the largest number of entries. */
function* askCounts(context: ProbeContext, { param, most }: ListSubject, form: Form): Inquiry<void> {
  const rule = ruleOf(context.target.rules, param);
  const tryCount = function* (count: number): Inquiry<Verdict> {
    return (yield* tryValue(context, attemptOf(context, param, { value: stopsFor(count), form }))).verdict;
  };
  const stated = rule?.maxItems === undefined ? null : { value: rule.maxItems, isOpen: false };
  yield* findEnd({ towards: 1, inside: 1, stated, farthest: most, grid: 1 }, tryCount);
}

/** Stop sequences: the first is a word of the answer, the others are not in it. */
function stopsFor(count: number): string[] {
  return ['blue', ...Array.from({ length: count - 1 }, (_, at) => `${MISFIT}-${at + 1}`)];
}

/**
 * Sends a value of a wrong type, to see whether the upstream reads the field at all. Only where that is not known: something was accepted that
 * the file refuses, and nothing about the field was refused.
 */
function* askMisfit(context: ProbeContext, subject: Subject, form: Form): Inquiry<void> {
  const { param } = subject;
  const own = context.trials.filter((trial) => trial.param === param && trial.form.name === form.name);
  const isRead = own.some(({ verdict, effect }) => verdict === 'refused' || effect === 'shown');
  if (isRead || own.every(({ value, verdict }) => verdict !== 'accepted' || accepts(ruleOf(context.target.rules, param), value))) return;
  const value = subject.kind === 'number' ? MISFIT : subject.kind === 'list' ? { text: MISFIT } : subject.misfit;
  yield* tryValue(context, { ...attemptOf(context, param, { value, form }), isMisfit: true });
}

/** True when the file has a value sent unchanged. */
const accepts = (rule: Rule | undefined, value: unknown): boolean => rule !== undefined && fitValue(value, rule).kind === 'same';

/** A short text of a value, for tables. */
export function showValue(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} ${value.length === 1 ? 'entry' : 'entries'}`;
  if (isObject(value)) return typeof value['type'] === 'string' ? value['type'] : JSON.stringify(value satisfies JsonObject);
  return String(value);
}
