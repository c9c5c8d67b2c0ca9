/** What the provider files of one format state: other names of parameters, and pairs that conflict. A probe tries them where the file's own are refused. */
import type { EmbeddingDialect, UpstreamDialect } from '../../dialects/dialect.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { CompiledProvider } from '../../registry/provider.ts';
import type { RuleOrNot, Rules } from '../../unified/rule.ts';
import type { Form } from './trial.ts';

/** Most other forms of one parameter. */
const MAX_FORMS = 6;

/** What the files of a format state. */
export type KnownForms = {
  /** Forms of each parameter, the most common first. */
  readonly otherForms: Readonly<Record<string, readonly Form[]>>;
  /** Pairs that some file states to conflict. */
  readonly otherConflicts: readonly (readonly [string, string])[];
};

/** Returns the forms and conflicts that the files of a format state. */
export function knownForms(providers: readonly CompiledProvider[], dialect: UpstreamDialect | EmbeddingDialect): KnownForms {
  const all = [dialect.rules, ...providers.flatMap((provider) => rulesIn(provider, dialect.name))];
  const counts = new Map<string, Map<string, { form: Form; files: number }>>();
  const conflicts = new Map<string, readonly [string, string]>();
  for (const rules of all) {
    for (const [param, rule] of Object.entries(rules)) {
      if (rule === false) continue;
      const form = formOf(param, rule);
      const key = canonicalJson(form) ?? '';
      const forms = counts.get(param) ?? new Map<string, { form: Form; files: number }>();
      forms.set(key, { form, files: (forms.get(key)?.files ?? 0) + 1 });
      counts.set(param, forms);
      for (const other of rule.conflictsWith ?? []) conflicts.set([param, other].sort().join(' '), [param, other]);
    }
  }
  const otherForms = Object.fromEntries(
    [...counts].map(([param, forms]) => [
      param,
      [...forms.values()]
        .toSorted((one, other) => other.files - one.files)
        .slice(0, MAX_FORMS)
        .map(({ form }) => form),
    ]),
  );
  return { otherForms, otherConflicts: [...conflicts.values()] };
}

/** The form of a rule. */
export const formOf = (param: string, rule: RuleOrNot | undefined): Form => {
  const { name = param, values } = rule === false || rule === undefined ? {} : rule;
  return values === undefined ? { name } : { name, values };
};

function rulesIn({ operations }: CompiledProvider, dialect: string): Rules[] {
  return Object.values(operations)
    .flat()
    .filter((operation) => operation.dialect === dialect)
    .flatMap(({ parameters, byModel }) => [parameters, ...byModel.map((override) => override.parameters ?? {})]);
}
