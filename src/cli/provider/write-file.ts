/** Writes the text of a new provider file: JSON with comments that state the source of each fact. Pure; the text is formatted elsewhere. */
import { counted } from '../counted.ts';
import type { Formats, NewProvider } from './new-provider.ts';
import type { ModelEntries, ModelEntry, Omission } from './model-entries.ts';

/** What was read of the service's own list. `note`: why nothing was, as a sentence; null = it was read. */
export type ReadList = ModelEntries & { url: string; note: string | null };

/** Returns the file as JSONC. @param today `YYYY-MM-DD`. */
export function writeProviderFile(provider: NewProvider, list: ReadList, { formats, today }: { formats: Formats; today: string }): string {
  const { name, docs, baseUrl, keyVariable, auth, authLike, headers, dialects, modelsPath } = provider;
  const operations = dialects.map((dialect) => writeOperation(dialect, { formats, docs, today }));
  const isKeyless = auth.scheme === 'none';
  const scheme = { ...auth, ...(isKeyless ? {} : { secret: keyVariable }) };
  const lines = [
    `// ${name}: ${dialects.map((dialect) => OPERATION_NAMES[formats[dialect]?.operation ?? ''] ?? dialect).join(' and ')}.`,
    `// Written by "tributary provider add" on ${today}. Until "parameters" states something, the rules are those of the wire format:`,
    `// nothing in this file has been compared with the reference (${docs}) or measured at the service.`,
    '{',
    '"$schema": "./provider.schema.json",',
    `"name": ${JSON.stringify(name)},`,
    `"docs": ${JSON.stringify(docs)},`,
    `"baseUrl": ${JSON.stringify(baseUrl)}, // as given on ${today}`,
    ...(authLike === null ? [] : [`// As in ${authLike}.jsonc, which has the same wire format; not compared with the reference.`]),
    `"auth": ${JSON.stringify(scheme)},`,
    ...(Object.keys(headers).length === 0 ? [] : [`"headers": ${JSON.stringify(headers)},`]),
    ...(modelsPath === '/models' ? [] : [`"modelsPath": ${JSON.stringify(modelsPath)}, // as given on ${today}`]),
    '"operations": {',
    operations.join(',\n'),
    '},',
    ...noteModels(list, provider, today),
    `"models": [${list.entries.length === 0 ? '' : '\n'}${list.entries.map((entry) => writeEntry(entry, list.url, today)).join(',\n')}]`,
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

const OPERATION_NAMES: Readonly<Record<string, string>> = { chat: 'chat', completions: 'text completions', embeddings: 'embeddings' };

function writeOperation(dialect: string, { formats, docs, today }: { formats: Formats; docs: string; today: string }): string {
  const operation = formats[dialect]?.operation ?? '';
  const example = operation === 'embeddings' ? EMBEDDING_EXAMPLE : TEXT_EXAMPLE;
  return [
    `${JSON.stringify(operation)}: {`,
    `"dialect": ${JSON.stringify(dialect)},`,
    '// State here where the service differs from its wire format, one parameter a line, with source and date; false = it is not accepted:',
    ...example.map((line) => `//   ${line.replace('SOURCE', `${docs}, checked ${today}`)}`),
    '"parameters": {}',
    '}',
  ].join('\n');
}

const TEXT_EXAMPLE = [
  '"temperature": { "type": "number", "minimum": 0, "maximum": 1 }, // SOURCE',
  '"seed": false // not in the reference',
];
const EMBEDDING_EXAMPLE = ['"dimensions": { "type": "integer", "minimum": 1, "maximum": 1024 } // SOURCE'];

function noteModels({ entries, omissions, url, note }: ReadList, { slug }: NewProvider, today: string): string[] {
  const call = `// Any model can be called as @${slug}/<model id>.`;
  if (note !== null) return [`// ${note}`, call];
  return [
    `// From GET ${url}, read ${today}: ${counted(entries.length, 'model')}. Names before the slash are the authors'.`,
    ...omissions.map((omission) => `// Left out: ${describeOmission(omission)}.`),
    call,
  ];
}

/** Words an omission for a comment or a terminal: `2 x its id has ... (a, b)`. */
export function describeOmission({ reason, count, examples }: Omission): string {
  const named =
    examples.length === 0 ? '' : ` (${examples.map((id) => JSON.stringify(id)).join(', ')}${count > examples.length ? ', ...' : ''})`;
  return `${count} x ${reason}${named}`;
}

/** Keeps the entry open: the formatter breaks an object that begins with a line break, as in the other files. */
function writeEntry({ slug, id, ...facts }: ModelEntry, url: string, today: string): string {
  const fields = Object.entries({ slug, id, ...facts, source: url, checked: today });
  return `{\n${fields.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}`;
}
