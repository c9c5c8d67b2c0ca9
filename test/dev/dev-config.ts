/** The configuration that `npm run dev` gives to wrangler: wrangler.toml, with all optional storage bound. */

/** Id of the ledger's database under `npm run dev`. */
export const DEV_LEDGER_ID = 'dev-ledger';

/** Optional bindings of wrangler.toml, and what binds each of them. They are local: nothing is created in an account. */
const OPTIONAL = {
  HEALTH: '[[durable_objects.bindings]]\nname = "HEALTH"\nclass_name = "HealthObject"',
  CACHE: '[[kv_namespaces]]\nbinding = "CACHE"\nid = "dev-cache"',
  LEDGER: `[[d1_databases]]\nbinding = "LEDGER"\ndatabase_name = "tributary-ledger"\ndatabase_id = "${DEV_LEDGER_ID}"\nmigrations_dir = "src/platform/migrations"`,
};

/**
 * The text of wrangler.toml for `npm run dev`. What is bound there stays as it is. wrangler watches src/ only, since it starts the Worker anew for
 * every change that it sees; the provider files are watched by `live-catalog.ts`.
 */
export function devConfig(toml: string): string {
  const added = Object.entries(OPTIONAL).flatMap(([binding, text]) => (isBound(toml, binding) ? [] : [text]));
  return [toml.replace(/^watch_dir = "providers"$/m, 'watch_dir = "src"').trimEnd(), ...added, ''].join('\n\n');
}

/** Whether a configuration of wrangler binds the ledger's database. */
export const bindsLedger = (config: string): boolean => isBound(config, 'LEDGER');

/** Reads TOML and JSON, without what is commented out. */
const isBound = (config: string, binding: string): boolean =>
  new RegExp(`^\\s*(?:\\{\\s*)?"?(?:name|binding)"?\\s*[=:]\\s*"${binding}"`, 'm').test(config);
