/** Names of the variables that the router reads. `npm start` takes these, and no others, from its environment; `tributary doctor` knows these. */
import { keyLimitsVariable, variablePrefix, type CompiledProvider } from '../registry/provider.ts';
import { VARIABLE_NAMES } from './variable-names.ts';

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
