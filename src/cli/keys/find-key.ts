/** Finds a key by what a person knows of it. */
import { arrayOf, isObject, wordOf, type JsonObject } from '../../lib/json.ts';
import { didYouMean, nearestNames } from '../../lib/nearest.ts';
import { CliError } from '../cli-error.ts';
import type { RouterClient } from '../router-client.ts';

/** A key as `GET /keys` lists it. */
export type ListedKey = JsonObject & { hash: string; name: string; label: string };

/** Entries of a page of `GET /keys`. */
const PAGE = 100;

/** Fewest characters of a hash that stand for it. */
const MIN_HASH = 6;

const HASH = /^[0-9a-f]{64}$/;

/** All keys, the newest first. */
export async function listKeys(client: RouterClient, includeDisabled: boolean): Promise<ListedKey[]> {
  const records: ListedKey[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const { data } = await client.ask(`/keys?offset=${offset}&limit=${PAGE}&include_disabled=${includeDisabled}`);
    const page = arrayOf(data).filter(isObject).map(toListed);
    records.push(...page);
    if (page.length < PAGE) return records;
  }
}

/** @param given its name, label or hash, or the beginning of its hash. @throws CliError where none or several fit. */
export async function findKey(given: string, client: RouterClient): Promise<ListedKey> {
  if (HASH.test(given)) {
    const { data } = await client.ask(`/keys/${given}`);
    if (isObject(data)) return toListed(data);
  }
  const records = await listKeys(client, true);
  const isHash = given.length >= MIN_HASH && /^[0-9a-f]+$/.test(given);
  const found = records.filter(({ name, label, hash }) => name === given || label === given || (isHash && hash.startsWith(given)));
  const [only, ...others] = found;
  if (only === undefined) {
    const near = didYouMean(nearestNames(given, new Set(records.map(({ name }) => name))));
    throw new CliError('failed', `There is no key ${JSON.stringify(given)}.${near}`, 'npx tributary keys list --all lists them.');
  }
  if (others.length === 0) return only;
  const choices = found.map(({ hash, label, name }) => `  ${hash.slice(0, 12)}  ${label}  ${name}`);
  throw new CliError('failed', `${found.length} keys are called ${JSON.stringify(given)}.`, `Give the hash of one:\n${choices.join('\n')}`);
}

/** The hash is part of addresses, so it is checked; the other texts are only shown. */
function toListed(record: JsonObject): ListedKey {
  const hash = wordOf(record['hash']);
  if (!HASH.test(hash))
    throw new CliError('failed', 'The router lists a key without a hash.', 'Check that the address is that of a Tributary router.');
  return { ...record, hash, name: wordOf(record['name']), label: wordOf(record['label']) };
}
