/** The matrix of providers by parameters, as data: what a cell says, which rows and columns are shown. Pure. */
import type { ParameterRule } from '../../../fitting/describe-rules.ts';
import { cellText } from '../../parts/rule-text.ts';
import type { ParametersData, ProviderParameters } from '../../../http/parameters.ts';
import type { UnifiedParameter } from '../../../http/unified-parameters.ts';

/** A row: one provider, or those of its models that a pattern names. */
export type MatrixRow = {
  /** Slug, with the pattern of its models: there once. */
  readonly key: string;
  readonly provider: ProviderParameters;
};

/** Rows and columns. */
export type Matrix = { readonly rows: readonly MatrixRow[]; readonly columns: readonly string[] };

/** What is shown. Empty texts show all. */
export type MatrixFilter = {
  /** Part of a provider's name or slug, of its wire format, or of a pattern of models. */
  readonly search: string;
  /** Part of the name of a parameter, or of its name at a provider. */
  readonly parameter: string;
  /** Only providers that accept (`yes`), do not accept (`no`) or limit (`limited`) one of the shown parameters. */
  readonly state: CellState | '';
  /** With columns for fields that only providers have. */
  readonly withOwnFields: boolean;
};

/** What a cell says. `limited`: accepted within a range, in another form or number, or done by the router. */
export type CellState = 'yes' | 'limited' | 'no';

/** Rows and columns that pass the filter. Columns keep the order of the unified parameters; fields of single providers follow them. */
export function selectMatrix({ unified, providers }: ParametersData, filter: MatrixFilter): Matrix {
  const [search, wanted] = [filter.search, filter.parameter].map((text) => text.trim().toLowerCase()) as [string, string];
  const known = unified.map(({ name }) => name);
  const own = [...new Set(providers.flatMap(({ rules }) => Object.keys(rules)))].filter((name) => !known.includes(name)).toSorted();
  const isWanted = (name: string) =>
    wanted === '' ||
    name.includes(wanted) ||
    providers.some(({ rules }) => ruleFor(rules, name)?.name?.toLowerCase().includes(wanted) === true);
  const columns = [
    ...known.filter((name) => providers.some(({ rules }) => ruleFor(rules, name) !== undefined)),
    ...(filter.withOwnFields ? own : []),
  ].filter(isWanted);
  const rows = providers
    .filter((provider) => search === '' || textOf(provider).includes(search))
    .filter(
      ({ rules }) =>
        filter.state === '' || columns.some((name) => cellState(ruleFor(rules, name), unifiedOf(unified, name)) === filter.state),
    )
    .map((provider) => ({ key: rowKey(provider), provider }));
  return { rows, columns };
}

/** A unified parameter by name; null = it is a field of providers. */
export const unifiedOf = (unified: readonly UnifiedParameter[], name: string): UnifiedParameter | null =>
  unified.find((one) => one.name === name) ?? null;

/** The rule of a parameter; undefined where the provider states none. A client may send a parameter named like a method of objects. */
export const ruleFor = (rules: Readonly<Record<string, ParameterRule>>, name: string): ParameterRule | undefined =>
  Object.hasOwn(rules, name) ? rules[name] : undefined;

/** A name of a row that is there once. */
export const rowKey = ({ slug, operation, models, only_models: only }: ProviderParameters): string =>
  [slug, operation, models ?? '', (only ?? []).join('+')].join(' ');

/** Provider and models of a row, in words. */
export const rowTitle = ({ name, models, only_models: only }: ProviderParameters): string =>
  models !== undefined ? `${name}: ${models}` : only !== undefined ? `${name}: ${firstOf(only)}` : name;

const firstOf = ([first = '', ...others]: readonly string[]) =>
  others.length === 0 ? first : `${first} and ${others.length} other patterns`;

const textOf = ({ slug, name, dialect, models = '' }: ProviderParameters) => `${slug} ${name} ${dialect} ${models}`.toLowerCase();

/** What a cell shows: what it says, with an asterisk where the rules of some models differ. */
export const markedCellText = ({ rules, varies = [] }: ProviderParameters, name: string): string =>
  cellText(ruleFor(rules, name)) + (varies.includes(name) ? ' *' : '');

/** What a cell says, as one of three states. @param unified what a request may have; null = a field of the provider's own. */
export function cellState(rule: ParameterRule | undefined, unified: UnifiedParameter | null): CellState {
  if (rule === undefined || (!rule.accepted && rule.emulated !== true)) return 'no';
  return cellText(hasWholeRange(rule, unified) ? withoutRange(rule) : rule) === 'yes' ? 'yes' : 'limited';
}

/** True where every value that a request may have is within the bounds of the rule. */
function hasWholeRange(rule: ParameterRule, unified: UnifiedParameter | null): boolean {
  const { minimum = -Infinity, maximum = Infinity } = unified ?? {};
  const {
    minimum: low = -Infinity,
    maximum: high = Infinity,
    exclusiveMinimum: above = -Infinity,
    exclusiveMaximum: below = Infinity,
  } = rule;
  return low <= minimum && high >= maximum && (above === -Infinity || above < minimum) && (below === Infinity || below > maximum);
}

function withoutRange({ minimum: _1, maximum: _2, exclusiveMinimum: _3, exclusiveMaximum: _4, ...rest }: ParameterRule): ParameterRule {
  return rest;
}

/** One parameter of two providers. */
export type Difference = {
  readonly parameter: string;
  readonly left: ParameterRule | undefined;
  readonly right: ParameterRule | undefined;
  readonly isEqual: boolean;
};

/** Compares two providers parameter by parameter. Where a rule is stated does not count, what it says does. */
export function compareProviders(left: ProviderParameters, right: ProviderParameters, columns: readonly string[]): Difference[] {
  return columns.flatMap((parameter): Difference[] => {
    const [one, other] = [ruleFor(left.rules, parameter), ruleFor(right.rules, parameter)];
    if (one === undefined && other === undefined) return [];
    return [{ parameter, left: one, right: other, isEqual: essence(one) === essence(other) }];
  });
}

/** What a rule says, as text. One that accepts nothing says the same in whatever words. */
function essence(rule: ParameterRule | undefined): string {
  if (rule === undefined || (!rule.accepted && rule.emulated !== true)) return 'no';
  const { from: _from, reason: _reason, ...words } = rule;
  return JSON.stringify(Object.entries(words).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
