/** Compares what two providers, or two models, accept of each parameter. Pure. */
import type { ParameterRule } from '../../fitting/describe-rules.ts';
import type { ProviderParameters } from '../../http/parameters.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';

/** One side of a comparison: rules of an operation; null = the provider does not have it. */
export type Side = Pick<ProviderParameters, 'operation' | 'dialect' | 'rules'> | null;

/** A parameter of which different values are accepted; null = the parameter is unknown on that side. */
export type RuleDifference = { parameter: string; a: ParameterRule | null; b: ParameterRule | null };

/** What differs in one operation. `dialect`: both wire formats where they differ; null = they are the same. */
export type OperationDifference = {
  operation: string;
  dialect: { a: string | null; b: string | null } | null;
  differences: RuleDifference[];
  /** How many parameters have the same rule. */
  same: number;
};

/** Compares two sides. A rule that is stated in another place is not a difference, nor a parameter that neither side accepts. */
export function compareSides(operation: string, a: Side, b: Side): OperationDifference {
  const [rulesOfA, rulesOfB] = [a?.rules ?? {}, b?.rules ?? {}];
  const names = [...new Set([...Object.keys(rulesOfA), ...Object.keys(rulesOfB)])].toSorted();
  const pairs = names.map((parameter) => ({ parameter, a: own(rulesOfA, parameter), b: own(rulesOfB, parameter) }));
  const differences = pairs.filter((pair) => meaningOf(pair.a) !== meaningOf(pair.b));
  const dialects = { a: a?.dialect ?? null, b: b?.dialect ?? null };
  return { operation, dialect: dialects.a === dialects.b ? null : dialects, differences, same: names.length - differences.length };
}

const own = (rules: Readonly<Record<string, ParameterRule>>, name: string) => (Object.hasOwn(rules, name) ? (rules[name] ?? null) : null);

/** What a rule means for a request, as text: keys in one order. A parameter that is unknown is one that is not accepted. */
function meaningOf(rule: ParameterRule | null): string {
  if (rule === null || (!rule.accepted && rule.emulated !== true)) return 'not accepted';
  const { from: _from, ...rest } = rule;
  return canonicalJson(rest) ?? '';
}
