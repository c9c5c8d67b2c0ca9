/** Compares the values of one parameter with its rule: ends of a range, type, accepted values, entries. Pure. */
import { fitValue } from '../../fitting/fit-value.ts';
import { isObject } from '../../lib/json.ts';
import type { Rule } from '../../unified/rule.ts';
import { measureEnd, type MeasuredEnd } from './measured-end.ts';
import type { Subject } from './subjects.ts';
import { evidenceOf, numberOf, type Trial } from './trial.ts';

type Named = { aspect: string; file: string; measured: string; evidence: readonly string[] };

/** The differences of values, and what they change in the rule. */
export type ValueDifferences = { differences: Named[]; changes: Partial<Rule>; removed: (keyof Rule)[] };

/** What is compared. `isRead`: the upstream has refused some value of the field, or shown an effect. */
export type ValueTrials = { rule: Rule; trials: readonly Trial[]; isRead: boolean };

/** Compares the values of a parameter. */
export function compareValues(subject: Subject, { rule, trials, isRead }: ValueTrials): ValueDifferences {
  // An accepted value that the file refuses shows nothing where the upstream may not read the field.
  const known = trials.filter(({ verdict, effect }) => verdict === 'refused' || (verdict === 'accepted' && effect !== 'missing'));
  const differing = known.filter((trial) => isDifferent(trial, rule) && (trial.verdict === 'refused' || isRead));
  const found: ValueDifferences = { differences: [], changes: {}, removed: [] };
  if (differing.length === 0) return found;
  switch (subject.kind) {
    case 'number':
      compareNumbers(subject, { rule, known, differing }, found);
      break;
    case 'choice':
      compareChoices({ rule, known, differing }, found);
      break;
    case 'list':
      compareCounts({ rule, known, differing }, found);
      break;
    case 'presence':
  }
  return found;
}

/** True when the upstream accepts what the file does not send, or refuses what it sends. */
const isDifferent = ({ value, verdict }: Trial, rule: Rule): boolean =>
  (verdict === 'accepted') !== (fitValue(value, rule).kind === 'same');

type Compared = { rule: Rule; known: readonly Trial[]; differing: readonly Trial[] };

function compareNumbers(
  subject: Extract<Subject, { kind: 'number' }>,
  { rule, known, differing }: Compared,
  found: ValueDifferences,
): void {
  const accepted = known.filter(({ verdict }) => verdict === 'accepted').map(numberOf);
  const [lowest, highest] = [Math.min(...accepted), Math.max(...accepted)];
  const isFraction = (trial: Trial) => !Number.isInteger(numberOf(trial));
  const insideRefused = differing.filter((trial) => trial.verdict === 'refused' && numberOf(trial) > lowest && numberOf(trial) < highest);
  const isInteger = insideRefused.length > 0 && insideRefused.every(isFraction) && accepted.every((value) => Number.isInteger(value));
  if (isInteger) {
    found.differences.push({
      aspect: 'type',
      file: 'number',
      measured: 'integer',
      evidence: evidenceOf([...insideRefused.slice(0, 1), ...known.filter(({ verdict }) => verdict === 'accepted').slice(0, 1)]),
    });
    found.changes.type = 'integer';
  }
  const rest = isInteger ? differing.filter((trial) => !isFraction(trial)) : differing;
  for (const side of ['maximum', 'minimum'] as const) {
    const towards = side === 'maximum' ? 1 : -1;
    // A refused value lies beyond the accepted ones, an accepted one beyond the end in the file.
    const beyond = rest.filter((trial) =>
      trial.verdict === 'refused'
        ? numberOf(trial) * towards > (towards === 1 ? highest : -lowest)
        : isPastEnd(numberOf(trial), rule, towards),
    );
    if (beyond.length === 0) continue;
    const end = measureEnd(known, { towards, farthest: side === 'maximum' ? subject.maximum : subject.minimum });
    const open = side === 'maximum' ? 'exclusiveMaximum' : 'exclusiveMinimum';
    found.differences.push({ aspect: side, file: showStated(rule, side), measured: showEnd(end, side), evidence: evidenceOf(end.trials) });
    found.removed.push(side, open);
    if (end.value === null) continue;
    const key = end.isOpen ? open : side;
    found.removed = found.removed.filter((name) => name !== key);
    found.changes[key] = end.value;
  }
}

const isPastEnd = (value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Rule, towards: 1 | -1): boolean =>
  towards === 1
    ? value > (maximum ?? Infinity) || value >= (exclusiveMaximum ?? Infinity)
    : value < (minimum ?? -Infinity) || value <= (exclusiveMinimum ?? -Infinity);

function showStated(rule: Rule, side: 'minimum' | 'maximum'): string {
  const [closed, open] = side === 'maximum' ? [rule.maximum, rule.exclusiveMaximum] : [rule.minimum, rule.exclusiveMinimum];
  return closed !== undefined ? String(closed) : open !== undefined ? `${side === 'maximum' ? 'below' : 'above'} ${open}` : 'none';
}

function showEnd({ value, isOpen, isExact }: MeasuredEnd, side: 'minimum' | 'maximum'): string {
  if (value === null) return 'none found';
  const text = isOpen ? `${side === 'maximum' ? 'below' : 'above'} ${value}` : String(value);
  return isExact ? text : `${text} or ${side === 'maximum' ? 'more' : 'less'}`;
}

/** What `enum` compares: the value, or the `type` of an object. */
export function wordOf(value: unknown): string | number | boolean {
  const word = isObject(value) ? value['type'] : value;
  return typeof word === 'number' || typeof word === 'boolean' ? word : String(word);
}

function compareChoices({ rule, known, differing }: Compared, found: ValueDifferences): void {
  const words = (trials: readonly Trial[]) => trials.map(({ value }) => wordOf(value));
  const added = differing.filter(({ verdict }) => verdict === 'accepted');
  const lost = differing.filter(({ verdict }) => verdict === 'refused');
  const untried = (rule.enum ?? []).filter((word) => !words(known).includes(word));
  const accepted = [...words(known.filter(({ verdict }) => verdict === 'accepted')), ...untried];
  const order = [...(rule.enum ?? []), ...accepted];
  const measured = [...new Set(order)].filter((word) => accepted.includes(word));
  found.differences.push({
    aspect: 'enum',
    file: rule.enum === undefined ? 'any' : rule.enum.join(', '),
    measured: [...words(added).map((word) => `+${word}`), ...words(lost).map((word) => `-${word}`)].join(' '),
    evidence: evidenceOf(differing),
  });
  found.changes.enum = measured;
}

const countOf = ({ value }: Trial): number => (Array.isArray(value) ? value.length : 0);

function compareCounts({ rule, known, differing }: Compared, found: ValueDifferences): void {
  const accepted = known.filter(({ verdict }) => verdict === 'accepted');
  const most = Math.max(...accepted.map(countOf));
  const isBounded = known.some((trial) => trial.verdict === 'refused' && countOf(trial) > most);
  found.differences.push({
    aspect: 'maxItems',
    file: String(rule.maxItems ?? 'none'),
    measured: isBounded ? String(most) : `${most} or more`,
    evidence: evidenceOf([...differing, ...accepted.filter((trial) => countOf(trial) === most)]),
  });
  if (isBounded) found.changes.maxItems = most;
  else found.removed.push('maxItems');
}
