/**
 * Parses the operator's model aliases (`MODEL_ALIASES`): a name for one model, or for a group of models with weights. Pure; faults are
 * returned, not thrown.
 */
import { isObject, numberOf, parseJson, textOf } from '../lib/json.ts';
import { modelIdObjection } from '../unified/request/model-id.ts';

/** A model of an alias. Its share of the requests is its weight divided by the sum of weights. */
export type AliasTarget = { model: string; weight: number };

/** Aliases by name. An alias cannot contain another alias. */
export type ModelAliases = ReadonlyMap<string, readonly AliasTarget[]>;

/** Most aliases, and most models of one. */
const MAX_ALIASES = 200;
const MAX_TARGETS = 20;

/** Returns the aliases, and one sentence per entry that is left out. */
export function readAliases(text: string): { aliases: ModelAliases; faults: string[] } {
  if (text === '') return { aliases: new Map(), faults: [] };
  const given = parseJson(text);
  if (!isObject(given))
    return {
      aliases: new Map(),
      faults: ['MODEL_ALIASES is not a JSON object such as {"fast": "openai/gpt-4o-mini"}: no alias is known.'],
    };
  const faults: string[] = [];
  const aliases = new Map<string, readonly AliasTarget[]>();
  for (const [name, value] of Object.entries(given)) {
    const targets = readTargets(value);
    const fault = aliases.size >= MAX_ALIASES ? `there are more than ${MAX_ALIASES} aliases` : faultOf(name, targets, given);
    if (fault === null && typeof targets !== 'string') aliases.set(name, targets);
    else faults.push(`MODEL_ALIASES: "${name}" is left out: ${fault}.`);
  }
  return { aliases, faults };
}

/** Returns the targets of an entry, or a text with the fault. */
function readTargets(value: unknown): readonly AliasTarget[] | string {
  const entries = Array.isArray(value) ? value : [value];
  if (entries.length === 0 || entries.length > MAX_TARGETS) return `expected 1 to ${MAX_TARGETS} models`;
  const targets: AliasTarget[] = [];
  for (const entry of entries) {
    const model = textOf(isObject(entry) ? entry['model'] : entry);
    const weight = isObject(entry) && entry['weight'] !== undefined ? numberOf(entry['weight']) : 1;
    if (model === null || model === '') return 'expected a model name, or a list of {"model": name, "weight": number}';
    if (weight === null || !(weight > 0) || !Number.isFinite(weight)) return `expected a weight above 0 for ${model}`;
    targets.push({ model, weight });
  }
  return targets;
}

/** Returns why an entry is not valid, or null. */
function faultOf(name: string, targets: readonly AliasTarget[] | string, given: Readonly<Record<string, unknown>>): string | null {
  if (name === '' || name.startsWith('@') || modelIdObjection(name) !== null)
    return 'a name of letters, digits and - . _ / : ~ is expected';
  if (typeof targets === 'string') return targets;
  const chained = targets.find(({ model }) => Object.hasOwn(given, model));
  return chained === undefined ? null : `"${chained.model}" is an alias itself; name its models here`;
}
