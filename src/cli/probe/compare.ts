/**
 * Compares what was observed with the rules of the provider file. A difference is a value that the upstream treats otherwise than the file
 * states, and it needs two answers that differ: a refusal has the request without the value that succeeded; for a value that is accepted, the
 * upstream must have refused something of the same field, or any unknown field. Pure.
 */
import type { Rule, RuleOrNot } from '../../unified/rule.ts';
import { compareValues } from './compare-values.ts';
import { formOf } from './known-forms.ts';
import { ruleFromTrials } from './new-rule.ts';
import { LIMITS, type Subject } from './subjects.ts';
import { ruleOf, type ProbeTarget } from './target.ts';
import { evidenceOf, isMain, type Observations, type Trial } from './trial.ts';

/** One difference. `file`, `measured`: for a table. `evidence`: ids of exchanges in the report file. */
export type Difference = {
  readonly param: string;
  /** What differs: `accepted`, `name`, `minimum`, `maximum`, `type`, `enum`, `maxItems`, `ignored`, `conflictsWith`, `onlyWith`, `required`. */
  readonly aspect: string;
  readonly file: string;
  readonly measured: string;
  readonly evidence: readonly string[];
};

/** The differences of a parameter and the rule that has none. `ignored`: it belongs under `ignores`. */
export type ParameterDifference = {
  readonly param: string;
  readonly differences: readonly Difference[];
  readonly rule: RuleOrNot | 'ignored';
};

/** Default of a limit that an upstream requires; the same that formats with a required limit have. */
const DEFAULT_LIMIT = 4096;

/** Compares every parameter that was tried. */
export function compareWithFile(target: ProbeTarget, subjects: readonly Subject[], observations: Observations): ParameterDifference[] {
  return subjects.flatMap((subject) => {
    const found = compareParameter(target, subject, observations);
    return found === null || found.differences.length === 0 ? [] : [found];
  });
}

function compareParameter(target: ProbeTarget, subject: Subject, observations: Observations): ParameterDifference | null {
  const { param } = subject;
  const rule = ruleOf(target.rules, param);
  if (rule?.emulate === true) return null;
  const own = observations.trials.filter((trial) => trial.param === param);
  const main = own.filter(isMain);
  const accepted = main.filter(({ verdict }) => verdict === 'accepted');
  const only = (difference: Omit<Difference, 'param'>, next: RuleOrNot | 'ignored') => ({
    param,
    differences: [{ param, ...difference }],
    rule: next,
  });

  if (accepted.length === 0) return rule === undefined ? null : refusedParameter(main, rule, only);
  const form = accepted[0]?.form ?? { name: param };
  const ofForm = own.filter((trial) => trial.form.name === form.name);
  const isRead = ofForm.some(({ verdict, effect }) => verdict === 'refused' || effect === 'shown');
  const missing = accepted.filter(({ effect }) => effect === 'missing');
  const isIgnored = missing.length > 0 && accepted.every(({ effect }) => effect !== 'shown');
  if (rule === undefined) {
    if (isIgnored || !(isRead || observations.isStrict === true)) return null;
    const next = ruleFromTrials(subject, ofForm.filter(isMain));
    const measured = form.name === param ? 'accepted' : `accepted as ${form.name}`;
    return only(
      { aspect: 'accepted', file: 'not accepted', measured, evidence: evidenceOf([...accepted.slice(0, 1), ...refusedFirst(ofForm)]) },
      next,
    );
  }
  if (isIgnored)
    return only({ aspect: 'ignored', file: 'accepted', measured: 'accepted without an effect', evidence: evidenceOf(missing) }, 'ignored');

  const compared = compareValues(subject, { rule, trials: ofForm.filter(isMain), isRead });
  const named = nameDifference(param, rule, { main, form: accepted[0] });
  const paired = pairDifferences({ target, param, rule, isRead }, { own: ofForm, all: observations.trials });
  const required = requiredDifference(param, rule, { observations, isRead });
  const differences = [...named, ...compared.differences, ...paired.differences, ...required].map((difference) => ({
    param,
    ...difference,
  }));
  const next: Rule = { ...rule, ...compared.changes, ...paired.changes };
  for (const key of [...compared.removed, ...paired.removed]) delete next[key];
  if (required.length > 0 && rule.required === true) delete next.required;
  else if (required.length > 0) Object.assign(next, { required: true, default: rule.default ?? DEFAULT_LIMIT });
  if (named.length > 0) Object.assign(next, form);
  if (next.name === param) delete next.name;
  return { param, differences, rule: next };
}

/** Every value under the name in the file was refused. One without evidence leaves it open. */
function refusedParameter(
  main: readonly Trial[],
  rule: Rule,
  only: (difference: Omit<Difference, 'param'>, next: RuleOrNot) => ParameterDifference,
): ParameterDifference | null {
  const name = rule.name ?? main[0]?.param;
  const tried = main.filter(({ form }) => form.name === name);
  if (tried.length === 0 || tried.some(({ verdict }) => verdict !== 'refused')) return null;
  return only({ aspect: 'accepted', file: 'accepted', measured: 'refused', evidence: evidenceOf(tried.slice(0, 1)) }, false);
}

type Named = Omit<Difference, 'param'>;

/** The name in the file is refused, and another one is accepted. */
function nameDifference(param: string, rule: Rule, { main, form }: { main: readonly Trial[]; form: Trial | undefined }): Named[] {
  const stated = formOf(param, rule);
  if (form === undefined || sameForm(form.form, stated)) return [];
  const refused = main.filter((trial) => sameForm(trial.form, stated) && trial.verdict === 'refused');
  if (refused.length === 0) return [];
  const isSameName = form.form.name === stated.name;
  const show = ({ name, values }: Trial['form']) => (isSameName ? JSON.stringify(values ?? {}) : name);
  return [
    { aspect: isSameName ? 'values' : 'name', file: show(stated), measured: show(form.form), evidence: evidenceOf([refused[0], form]) },
  ];
}

const sameForm = (one: Trial['form'], other: Trial['form']): boolean =>
  one.name === other.name && JSON.stringify(one.values ?? null) === JSON.stringify(other.values ?? null);

type Changes = { differences: Named[]; changes: Partial<Rule>; removed: (keyof Rule)[] };

/** Conflicts and conditions. */
function pairDifferences(
  { target, param, rule, isRead }: { target: ProbeTarget; param: string; rule: Rule; isRead: boolean },
  { own, all }: { own: readonly Trial[]; all: readonly Trial[] },
): Changes {
  const found: Changes = { differences: [], changes: {}, removed: [] };
  let conflicts = rule.conflictsWith ?? [];
  for (const trial of own) {
    const { pair, verdict } = trial;
    if (pair === undefined) continue;
    const isStated = conflicts.includes(pair) || ruleOf(target.rules, pair)?.conflictsWith?.includes(param) === true;
    const isOtherRead = pair === 'stream' || all.some((one) => one.param === pair && (one.verdict === 'refused' || one.effect === 'shown'));
    if (verdict === 'refused' && !isStated) {
      conflicts = [...conflicts, pair];
      found.differences.push({
        aspect: `conflictsWith ${pair}`,
        file: 'accepted together',
        measured: 'refused together',
        evidence: trial.evidence,
      });
    } else if (verdict === 'accepted' && conflicts.includes(pair) && isRead && isOtherRead) {
      conflicts = conflicts.filter((name) => name !== pair);
      found.differences.push({
        aspect: `conflictsWith ${pair}`,
        file: 'refused together',
        measured: 'accepted together',
        evidence: trial.evidence,
      });
    }
  }
  if (conflicts.length > 0) found.changes.conflictsWith = conflicts;
  else found.removed.push('conflictsWith');
  const alone = own.find(({ isAlone, verdict }) => isAlone === true && verdict === 'accepted');
  if (alone !== undefined && isRead && rule.onlyWith !== undefined) {
    found.removed.push('onlyWith');
    found.differences.push({
      aspect: 'onlyWith',
      file: `only with ${Object.keys(rule.onlyWith).join(', ')}`,
      measured: 'accepted alone',
      evidence: alone.evidence,
    });
  }
  return found;
}

/** A limit of tokens that the file requires and the upstream does not, or the other way round. */
function requiredDifference(param: string, rule: Rule, { observations, isRead }: { observations: Observations; isRead: boolean }): Named[] {
  const { acceptsNoLimit, noLimitEvidence: evidence } = observations;
  if (!LIMITS.includes(param) || acceptsNoLimit === null) return [];
  if (rule.required !== true)
    return acceptsNoLimit || param !== LIMITS[0] ? [] : [{ aspect: 'required', file: 'not required', measured: 'required', evidence }];
  if (!acceptsNoLimit || !isRead) return [];
  return [{ aspect: 'required', file: 'required', measured: 'accepted without it', evidence }];
}

const refusedFirst = (trials: readonly Trial[]) => trials.filter(({ verdict }) => verdict === 'refused').slice(0, 1);
