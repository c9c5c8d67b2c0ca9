/** Names of the variables that `npm start` takes from its environment. */
import { VARIABLE_NAMES } from '../../../src/platform/variable-names.ts';
import { keyLimitsVariable, variablePrefix, type CompiledProvider } from '../../../src/registry/provider.ts';

/** Set by `npm run dev` and the tests only. */
const INTERNAL = new Set<string>(['CATALOG_URL', 'SIMULATOR_URL']);

/** The names that the router reads: those of the operator, and those of the given providers; sorted. */
export function namesRead(providers: readonly CompiledProvider[]): string[] {
  const ofProviders = providers.flatMap(({ slug, auth, variables }) => [
    `${variablePrefix(slug)}_BASE_URL`,
    ...Object.keys(variables),
    ...auth.flatMap((scheme) => [
      scheme.secret,
      keyLimitsVariable(scheme),
      ...(scheme.scheme === 'aws-sigv4' ? [scheme.accessKeyId, scheme.region, scheme.sessionToken ?? ''] : []),
    ]),
  ]);
  const names = new Set([...VARIABLE_NAMES.filter((name) => !INTERNAL.has(name)), ...ofProviders]);
  return [...names].filter((name) => name !== '').toSorted();
}
