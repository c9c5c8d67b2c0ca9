/** Part of `npm run check`: warns of facts about models that are older than 90 days. It never fails. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { describeOldFacts, OLD_AFTER_DAYS, type DatedFacts } from '../../src/registry/facts/age.ts';
import { readModelFile } from '../../src/registry/facts/model-file.ts';

const PROVIDERS = join(import.meta.dirname, '../../providers');

function factsOf(provider: string): DatedFacts {
  const { models } = parse(readFileSync(join(PROVIDERS, `${provider}.jsonc`), 'utf8')) as { models?: DatedFacts['entries'] };
  const generated = join(PROVIDERS, 'models', `${provider}.json`);
  const sources = existsSync(generated) ? readModelFile(readFileSync(generated, 'utf8')).sources : {};
  return { provider, sources, entries: models ?? [] };
}

const providers = readdirSync(PROVIDERS).filter((name) => name.endsWith('.jsonc'));
const old = describeOldFacts(
  providers.map((name) => factsOf(name.replace('.jsonc', ''))),
  new Date().toISOString().slice(0, 10),
);
if (old.length > 0)
  console.warn(['', `Facts older than ${OLD_AFTER_DAYS} days (npm run models:sync):`, ...old.map((line) => `  ${line}`)].join('\n'));
