/**
 * Names of the operator's variables, besides those of providers. `env.ts` reads these names only, and `npm start` takes these names, and no
 * others, from its environment.
 */
export const VARIABLE_NAMES = [
  'ADMIN_API_KEY',
  'ALLOW_ANONYMOUS',
  'ANONYMOUS_HOSTS',
  'CATALOG_URL',
  'COMPACTION_KEY',
  'FETCH_MEDIA_FROM',
  'JOIN_WRITES_MS',
  'MAX_ANSWER_BYTES',
  'MAX_ATTEMPTS',
  'MAX_EVENT_CHARACTERS',
  'MAX_MEDIA_BYTES',
  'MAX_REQUEST_BYTES',
  'MAX_REQUEST_MEMORY_BYTES',
  'MAX_SILENCE_MS',
  'MAX_UPSTREAM_CALLS',
  'MAX_STORED_BYTES',
  'MAX_STORED_RESPONSE_BYTES',
  'MEDIA_TIMEOUT_MS',
  'MODEL_ALIASES',
  'RESPONSE_TTL_SECONDS',
  'ROUTER_API_KEYS',
  'SIMULATOR_URL',
  'STORE_RESPONSES',
] as const;

/** Name of a variable of the operator. */
export type VariableName = (typeof VARIABLE_NAMES)[number];
