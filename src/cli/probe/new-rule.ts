/** Writes a rule for a parameter that the file does not accept and the upstream does, from what was accepted and refused. Pure. */
import type { Rule, RuleType } from '../../unified/rule.ts';
import { wordOf } from './compare-values.ts';
import { measureEnd } from './measured-end.ts';
import type { Subject } from './subjects.ts';
import type { Trial } from './trial.ts';

/** The rule that the trials show. */
export function ruleFromTrials(subject: Subject, trials: readonly Trial[]): Rule {
  const accepted = trials.filter(({ verdict }) => verdict === 'accepted');
  const form = accepted[0]?.form ?? { name: subject.param };
  const written = {
    ...(form.name === subject.param ? {} : { name: form.name }),
    ...(form.values === undefined ? {} : { values: { ...form.values } }),
  };
  return { ...bodyOf(subject, trials, accepted), ...written };
}

function bodyOf(subject: Subject, trials: readonly Trial[], accepted: readonly Trial[]): Rule {
  switch (subject.kind) {
    case 'number': {
      const [low, high] = [
        measureEnd(trials, { towards: -1, farthest: subject.minimum }),
        measureEnd(trials, { towards: 1, farthest: subject.maximum }),
      ];
      return {
        type: subject.grid === null && accepted.some(({ value }) => !Number.isInteger(value)) ? 'number' : 'integer',
        ...(low.value === null || !low.isExact ? {} : { [low.isOpen ? 'exclusiveMinimum' : 'minimum']: low.value }),
        ...(high.value === null || !high.isExact ? {} : { [high.isOpen ? 'exclusiveMaximum' : 'maximum']: high.value }),
      };
    }
    case 'choice': {
      const words = accepted.map(({ value }) => wordOf(value));
      const types = [...new Set(accepted.map(({ value }) => typeOf(value)))];
      const type = types.length === 1 && types[0] !== undefined ? types[0] : types;
      return words.length === 2 && words.every((word) => typeof word === 'boolean') ? { type: 'boolean' } : { type, enum: words };
    }
    case 'list': {
      const most = Math.max(...accepted.map(({ value }) => (Array.isArray(value) ? value.length : 0)));
      const isBounded = trials.some(({ verdict, value }) => verdict === 'refused' && Array.isArray(value) && value.length > most);
      return { type: 'array', ...(isBounded ? { maxItems: most } : {}) };
    }
    default:
      return { type: typeOf(subject.value) };
  }
}

function typeOf(value: unknown): RuleType {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'object';
}
