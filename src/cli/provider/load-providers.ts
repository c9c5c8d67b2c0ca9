/** Reads the provider files of the project, and what they accept, as the router would describe it. */
import type { ProviderParameters } from '../../http/parameters.ts';
import { didYouMean, nearestNames } from '../../lib/nearest.ts';
import type { CompiledProvider } from '../../registry/provider.ts';
import { RouterError } from '../../unified/error.ts';
import type { Operation } from '../../unified/request/parameters.ts';
import { CliError } from '../cli-error.ts';
import { unknownProvider } from './unknown-provider.ts';

/** Operations, in the order in which they are printed. */
export const OPERATIONS: readonly Operation[] = ['chat', 'completions', 'embeddings'];

/** The providers of the project, and their rules. */
export type LoadedProviders = {
  /** @throws CliError for an unknown name. */
  provider: (slug: string) => CompiledProvider;
  /**
   * Rules of the operations of a provider, or of those that serve one of its models.
   *
   * @throws CliError for an unknown provider, and for a model that no operation serves.
   */
  rulesOf: (slug: string, model?: string) => ProviderParameters[];
};

/** @throws CliError where a provider file is wrong. */
export async function loadProviders(): Promise<LoadedProviders> {
  const [{ compileProviders }, { createCatalog }, { listParameters }] = await Promise.all([
    import('../../build.ts'),
    import('../../registry/catalog.ts'),
    import('../../http/parameters.ts'),
  ]);
  const { providers, problems } = compileProviders();
  if (problems.length > 0) {
    const { explainProblems } = await import('./add.ts');
    throw new CliError('failed', explainProblems(problems), 'npx tributary provider check');
  }
  const catalog = createCatalog(providers);
  const learned = { refusalsOf: () => new Map<string, string | null>() };
  const provider = (slug: string) => {
    const found = catalog.provider(slug);
    if (found !== undefined) return found;
    throw unknownProvider(
      slug,
      providers.map((one) => one.slug),
    );
  };
  const describe = (slug: string, operation: Operation, model: string | undefined): ProviderParameters[] => {
    if ((provider(slug).operations[operation] ?? []).length === 0) return [];
    const query = { provider: slug, operation, ...(model === undefined ? {} : { model }) };
    try {
      return listParameters(query, { catalog, restriction: null, learned }).providers.filter((one) => one.operation === operation);
    } catch (thrown) {
      if (thrown instanceof RouterError && thrown.type === 'not_found') return []; // another operation may serve the model
      throw thrown instanceof RouterError ? new CliError('usage', thrown.message) : thrown;
    }
  };
  return {
    provider,
    rulesOf: (slug, model) => {
      const rules = OPERATIONS.flatMap((operation) => describe(slug, operation, model));
      if (model === undefined || rules.length > 0) return rules;
      const near = didYouMean(
        nearestNames(
          model,
          provider(slug).models.flatMap((one) => [one.id, one.slug]),
          3,
        ),
      );
      const next = `npx tributary provider show ${slug} --all lists its models.`;
      throw new CliError('usage', `No operation of ${slug} serves the model ${JSON.stringify(model.slice(0, 100))}.${near}`, next);
    },
  };
}
