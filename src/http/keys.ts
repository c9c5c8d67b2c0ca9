/** Creates, lists, changes and deletes caller keys (`/keys`), for the operator. */
import { changeKeyRecord, createKeyRecord } from '../accounts/key-changes.ts';
import { readKeyFields, type KeyFields } from '../accounts/key-fields.ts';
import type { KeyRecord } from '../accounts/key-record.ts';
import { createKeyText, KEY_BYTES, keyLabel } from '../accounts/key-text.ts';
import { sha256Hex } from '../lib/hash.ts';
import type { JsonObject } from '../lib/json.ts';
import { didYouMean, nearestNames } from '../lib/nearest.ts';
import type { KeyStore, Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { RouterError } from '../unified/error.ts';
import { describeRecord, usageOf } from './describe-key.ts';
import { readPage } from './page.ts';
import { readJson } from './read-json.ts';

/** Entries of a page, as at OpenRouter (its OpenAPI document, read 2026-12-01). */
const PAGE = 100;

/** Most bytes of a body: the largest key has about 70 kB. */
const MAX_BYTES = 256 * 1024;

/** How often a change is tried against others of the same key. */
const MAX_TRIES = 5;

/** Most names in "did you mean". */
const MAX_SIMILAR = 3;

/** What the handlers need. */
export type KeyDeps = { catalog: Catalog; ports: Pick<Ports, 'keyStore' | 'accounts' | 'clock'> };

type Query = Readonly<Record<string, string>>;

/** `POST /keys`: the only answer that has the key itself. @throws RouterError `invalid_request` naming the field. */
export async function createKey(request: Request, deps: KeyDeps): Promise<JsonObject> {
  const store = storeOf(deps);
  const fields = await readFields(request, deps.catalog);
  const key = createKeyText(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  const origin = { hash: await sha256Hex(key), label: keyLabel(key), nowMs: deps.ports.clock.nowMs() };
  const record = createKeyRecord(fields, origin);
  await store.create(record);
  return { data: describeRecord(record, null), key };
}

/** `GET /keys`: the newest first, without the disabled unless `include_disabled=true`. */
export async function listKeys(query: Query, deps: KeyDeps): Promise<JsonObject> {
  const { offset, limit } = readPage(query);
  const includeDisabled = isTrue('include_disabled', query);
  const records = await storeOf(deps).list({ offset, limit: Math.min(limit, PAGE), includeDisabled });
  return { data: await Promise.all(records.map((record) => describe(record, deps))) };
}

/** `GET /keys/{hash}`. @throws RouterError `not_found`. */
export async function readKey(hash: string, deps: KeyDeps): Promise<JsonObject> {
  return { data: await describe(await existing(hash, storeOf(deps)), deps) };
}

/** `PATCH /keys/{hash}`. With `hard=true` a key that is disabled is refused at once by its own object. @throws RouterError as {@link createKey}. */
export async function changeKey(hash: string, request: Request, deps: KeyDeps & { query: Query }): Promise<JsonObject> {
  const store = storeOf(deps);
  const isHard = isTrue('hard', deps.query);
  const fields = await readFields(request, deps.catalog);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = await existing(hash, store);
    const record = changeKeyRecord(before, fields, deps.ports.clock.nowMs());
    if (!(await store.replace(record, before.updatedMs))) continue;
    if (record.disabled && isHard) await store.setRefused(hash, true);
    if (before.disabled && !record.disabled) await store.setRefused(hash, false);
    return { data: await describe(record, deps) };
  }
  throw new RouterError('provider_overloaded', 'The key is being changed by other requests. Send the request again.');
}

/** `DELETE /keys/{hash}`. What was spent stays in the ledger. @throws RouterError `not_found`. */
export async function deleteKey(hash: string, query: Query, deps: KeyDeps): Promise<JsonObject> {
  const store = storeOf(deps);
  await existing(hash, store);
  // First: where this fails, the request can be repeated.
  if (isTrue('hard', query)) await store.setRefused(hash, true);
  await store.remove(hash);
  return { deleted: true };
}

async function readFields(request: Request, catalog: Catalog): Promise<KeyFields> {
  const fields = readKeyFields(await readJson(request, MAX_BYTES));
  for (const [index, slug] of (fields.providers ?? []).entries()) {
    if (catalog.provider(slug) !== undefined) continue;
    const param = `providers[${index}]`;
    const known = catalog.providers.map((provider) => provider.slug);
    const near = didYouMean(nearestNames(slug, known, MAX_SIMILAR));
    const message = `${param} is ${JSON.stringify(slug)}; expected the slug of a provider, as GET /v1/providers lists them.${near}`;
    throw new RouterError('invalid_request', message, { param });
  }
  return fields;
}

const describe = async (record: KeyRecord, { ports }: KeyDeps): Promise<JsonObject> =>
  describeRecord(record, await usageOf(ports.accounts, record.hash, record));

async function existing(hash: string, store: KeyStore): Promise<KeyRecord> {
  const record = /^[0-9a-f]{64}$/.test(hash) ? await store.read(hash) : null;
  if (record !== null) return record;
  const message = `There is no key ${JSON.stringify(hash.slice(0, 80))}; expected the hash of a key, as GET /v1/keys lists them.`;
  throw new RouterError('not_found', message, { param: 'hash' });
}

function storeOf({ ports }: KeyDeps): KeyStore {
  if (ports.keyStore !== null) return ports.keyStore;
  throw new RouterError('not_found', 'This router cannot keep keys: bind the Durable Objects KEY_DIRECTORY and KEYS, as in wrangler.toml.');
}

function isTrue(name: string, query: Query): boolean {
  const value = query[name] ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw new RouterError('invalid_request', `${name} is ${JSON.stringify(value.slice(0, 40))}; expected true or false.`, { param: name });
}
