/** The build step's errors: each names the file, the line, the column, the key, and what was expected. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TEMPLATE_NAMES } from '../../src/dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from '../../src/dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from '../../src/dialects/index.ts';
import { PROVIDERS } from './all-providers.ts';
import { readCatalog } from '../../src/registry/catalog.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import { variablePrefix } from '../../src/registry/provider.ts';
import { compile, describeProblem, type SourceFile } from '../../src/registry/compile.ts';

const build = (...files: SourceFile[]) => compile(files, { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS }, TEMPLATE_NAMES);

/** A correct file, line by line, so that a test can say which line it spoils. */
const GOOD = [
  '// A provider.',
  '{',
  '  "name": "Mine",',
  '  "docs": "https://mine.example/docs",',
  '  "baseUrl": "https://mine.example/v1/",',
  '  "auth": { "scheme": "bearer" },',
  '  "operations": {',
  '    "chat": {',
  '      "dialect": "openai-chat",',
  '      "parameters": {',
  '        "top_k": { "type": "integer", "minimum": 1, "maximum": 40 },',
  '        "top_a": false',
  '      }',
  '    }',
  '  },',
  '  "models": []',
  '}',
];

/** The problems of the good file with one line replaced, as a terminal shows them. */
function problemsWith(line: number, text: string, path = 'providers/mine.jsonc'): string[] {
  const lines = GOOD.with(line - 1, text);
  return build({ path, text: lines.join('\n') }).problems.map(describeProblem);
}

describe('compiled provider files: errors', () => {
  it.each<[string, RegExp]>([
    ['[{ "means": "no-cash", "codes": ["1"] }]', /^providers\/mine\.jsonc:6:\d+ errors\.0\.means: .*no-money/],
    ['[{ "means": "no-money", "statuses": [429], "code": "1" }]', /errors\.0\.code: .*codes/],
    ['[{ "means": "no-money", "codes": ["Arrearage"] }]', /errors\.0\.codes\.0: .*lower case/],
    ['[{ "means": "no-money" }]', /errors\.0: .*codes, words or statuses/],
    ['[{ "means": "no-money", "statuses": [200] }]', /errors\.0\.statuses\.0/],
    ['[{ "means": "no-money", "codes": ["1"] }, { "means": "bad-key", "codes": ["1"] }]', /errors\.1: .*earlier row/],
  ])('%s is refused', (errors, problem) => {
    const problems = problemsWith(6, `  "auth": { "scheme": "bearer" }, "errors": ${errors},`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('are compiled as they stand', () => {
    const rows = [{ means: 'no-money', codes: ['1'], words: ['balance * low'], statuses: [429] }];
    const text = GOOD.with(5, `  "auth": { "scheme": "bearer" }, "errors": ${JSON.stringify(rows)},`).join('\n');
    expect(build({ path: 'providers/mine.jsonc', text }).providers[0]?.errors).toEqual(rows);
  });
});

describe('compiled provider files: a good file', () => {
  it('compiles, with what it does not say filled in', () => {
    const { providers, problems } = build({ path: 'providers/my-host.jsonc', text: GOOD.join('\n') });
    expect(problems).toEqual([]);
    expect(providers).toMatchObject([
      {
        slug: 'my-host',
        baseUrl: 'https://mine.example/v1',
        auth: [{ scheme: 'bearer', secret: 'MY_HOST_API_KEY', optional: false }],
        discontinued: null,
        operations: {
          chat: [{ path: '/chat/completions', template: 'plain', prompts: ['text'], onlyModels: null, quirks: [], byModel: [] }],
        },
      },
    ]);
    const rules = providers[0]?.operations.chat?.[0]?.parameters;
    expect(rules).toMatchObject({ top_k: { minimum: 1 }, top_a: false, temperature: { minimum: 0, maximum: 2 } });
  });

  it('says what becomes of data where the file does, and nothing where it does not', () => {
    const policyOf = (line: string) => build({ path: 'a.jsonc', text: GOOD.with(5, line).join('\n') }).providers[0]?.dataPolicy;
    expect(policyOf('"auth": { "scheme": "bearer" },')).toBeUndefined();
    const stated = '"auth": { "scheme": "bearer" }, "dataPolicy": { "trains": false, "retains": true },';
    expect(policyOf(stated)).toEqual({ trains: false, retains: true });
  });

  it('leaves an absent operation out', () => {
    expect(Object.keys(build({ path: 'a.jsonc', text: GOOD.join('\n') }).providers[0]?.operations ?? {})).toEqual(['chat']);
  });
});

describe('compiled provider files: a faulty file', () => {
  it.each<readonly [what: string, line: number, text: string, problem: string | RegExp]>([
    [
      'an unknown key',
      3,
      '  "nam": "Mine", "name": "M",',
      /^providers\/mine\.jsonc:3:3 nam: unknown key; expected one of \$schema, name, docs/,
    ],
    [
      'a misspelt rule word',
      11,
      '        "top_k": { "minimun": 1 },',
      /^providers\/mine\.jsonc:11:20 operations\.chat\.parameters\.top_k\.minimun: unknown key; expected one of type, minimum/,
    ],
    [
      'minimum above maximum',
      11,
      '        "top_k": { "minimum": 5, "maximum": 4 },',
      'providers/mine.jsonc:11:20 operations.chat.parameters.top_k.minimum: leaves no value: the lower bound 5 is not below the upper bound 4',
    ],
    [
      'an empty open interval',
      11,
      '        "top_k": { "type": "number", "exclusiveMinimum": 1, "maximum": 1 },',
      'providers/mine.jsonc:11:38 operations.chat.parameters.top_k.exclusiveMinimum: leaves no value: the lower bound 1 is not below the upper bound 1',
    ],
    [
      'a bound that is no number',
      11,
      '        "top_k": { "minimum": "1" },',
      /^providers\/mine\.jsonc:11:20 operations\.chat\.parameters\.top_k\.minimum: .*expected number/,
    ],
    [
      'a rule that is no rule',
      12,
      '        "top_a": true',
      /^providers\/mine\.jsonc:12:9 operations\.chat\.parameters\.top_a: expected false or a rule/,
    ],
    [
      'half a data policy',
      6,
      '  "auth": { "scheme": "bearer" }, "dataPolicy": { "trains": false },',
      /^providers\/mine\.jsonc:6:\d+ dataPolicy\.retains: .*expected boolean/,
    ],
    ['a missing field', 3, '', /^providers\/mine\.jsonc:2:1 name: .*expected string/],
    [
      'a dialect that does not exist',
      9,
      '      "dialect": "openai",',
      /^providers\/mine\.jsonc:9:7 operations\.chat\.dialect: .*"openai-chat"/,
    ],
    [
      'a dialect of the other operation',
      9,
      '      "dialect": "openai-completions",',
      /^providers\/mine\.jsonc:9:7 operations\.chat\.dialect: .*"openai-chat"/,
    ],
    [
      'an operation that does not exist',
      8,
      '    "chatt": {}, "chat": {',
      'providers/mine.jsonc:8:5 operations.chatt: unknown key; expected one of chat, completions',
    ],
    ['a base URL that is no URL', 5, '  "baseUrl": "mine.example",', /^providers\/mine\.jsonc:5:3 baseUrl: .*http or https address/],
    [
      'a base URL of another scheme',
      5,
      '  "baseUrl": "ftp://mine.example",',
      /^providers\/mine\.jsonc:5:3 baseUrl: .*http or https address/,
    ],
    [
      'a secret that is no name of a variable',
      6,
      '  "auth": { "scheme": "bearer", "secret": "sk-123" },',
      /^providers\/mine\.jsonc:6:33 auth\.secret: expected the name of a variable/,
    ],
    ['a scheme that does not exist', 6, '  "auth": { "scheme": "basic" },', /^providers\/mine\.jsonc:6:13 auth\.scheme: .*'bearer'/],
    [
      'an unknown quirk',
      9,
      '      "dialect": "openai-chat", "quirks": ["odd"],',
      /^providers\/mine\.jsonc:9:44 operations\.chat\.quirks\.0: /,
    ],
    [
      'a model without its source',
      16,
      '  "models": [{ "slug": "a/b", "id": "b", "checked": "2026-01-01" }]',
      /^providers\/mine\.jsonc:16:14 models\.0\.source: /,
    ],
    [
      'a model without an author',
      16,
      '  "models": [{ "slug": "b", "id": "b", "source": "https://a.example", "checked": "2026-01-01" }]',
      /^providers\/mine\.jsonc:16:16 models\.0\.slug: expected author\/model/,
    ],
    ['bad JSON', 6, '  "auth": { "scheme": bearer },', 'providers/mine.jsonc:6:23 (syntax): not valid JSON: invalid symbol'],
    ['a missing comma', 3, '  "name": "Mine"', 'providers/mine.jsonc:4:3 (syntax): not valid JSON: comma expected'],
    ['a trailing comma', 12, '        "top_a": false,', /^providers\/mine\.jsonc:12:23 \(syntax\): not valid JSON: /],
  ])('%s is found where it is', (_, line, text, problem) => {
    const [first, ...more] = problemsWith(line, text);
    expect(more).toEqual([]);
    expect(first).toMatch(problem); // a text must be contained, a pattern must match
  });

  it('has all its problems listed, except after bad JSON', () => {
    expect(problemsWith(3, '  "nam": "Mine",')).toHaveLength(2);
  });

  it('that is empty says so', () => {
    expect(build({ path: 'providers/mine.jsonc', text: '' }).problems.map(describeProblem)).toEqual([
      expect.stringMatching(/^providers\/mine\.jsonc:1:1 \(syntax\): /),
    ]);
  });

  it('with lines that end in CR LF is found at the same line', () => {
    const text = GOOD.with(5, '  "auth": { "scheme": bearer },').join('\r\n');
    expect(build({ path: 'a.jsonc', text }).problems).toEqual([expect.objectContaining({ line: 6, column: 23 })]);
  });

  it('has a name that makes a slug', () => {
    const named = (path: string) => build({ path, text: GOOD.join('\n') }).problems.map(describeProblem);
    expect(named('providers/My_Host.jsonc')).toEqual([
      'providers/My_Host.jsonc:1:1 (file name): expected lower-case letters, digits and hyphens, such as my-provider.jsonc',
    ]);
    expect(named('providers/-x.jsonc')).toHaveLength(1);
    expect(named('providers/my-host2.jsonc')).toEqual([]);
  });

  it('does not hide the good ones, and problems come in the order of the files', () => {
    const { providers, problems } = build(
      { path: 'providers/z.jsonc', text: '{' },
      { path: 'providers/m.jsonc', text: GOOD.join('\n') },
      { path: 'providers/a.jsonc', text: '[' },
    );
    expect(providers.map(({ slug }) => slug)).toEqual(['m']);
    expect(problems.map(({ path }) => path)).toEqual(['providers/a.jsonc', 'providers/z.jsonc']);
  });
});

it('compiled provider files: accepts a file that names the source of its models and lists none itself', () => {
  const text = GOOD.with(15, '  "catalog": "models.dev/mine"').join('\n');
  const { providers, problems } = build({ path: 'providers/mine.jsonc', text });
  expect({ problems, models: providers[0]?.models }).toEqual({ problems: [], models: [] });
});

it('compiled provider files: refuses a source of models that is not known', () => {
  expect(problemsWith(16, '  "catalog": "https://mine.example/models"')[0]).toContain('catalog: expected models.dev/');
});

describe('compiled provider files: patterns of models', () => {
  it('are sorted by how much they spell out, an exact id first', () => {
    const byModel = '"byModel": { "*": {}, "gpt-5*": {}, "*-5-mini": {}, "gpt-5": {} },';
    const text = GOOD.with(8, `      "dialect": "openai-chat", ${byModel}`).join('\n');
    const [provider] = build({ path: 'mine.jsonc', text }).providers;
    expect(provider?.operations.chat?.[0]?.byModel.map(({ pattern }) => pattern)).toEqual(['gpt-5', '*-5-mini', 'gpt-5*', '*']);
  });
});

it('compiled provider files: the provider files compile to the catalogue that is checked in', () => {
  const folder = join(import.meta.dirname, '../../providers');
  const read = (inside: string, ending: string) =>
    readdirSync(join(folder, inside))
      .filter((name) => name.endsWith(ending))
      .map((name) => ({ path: `providers/${inside}${name}`, text: readFileSync(join(folder, inside, name), 'utf8') }));
  const files = read('', '.jsonc');
  const { providers, problems } = build(...files, ...read('models/', '.json'));
  expect(problems.map(describeProblem)).toEqual([]);
  expect(readCatalog(writeCatalog(providers)).providers).toEqual(PROVIDERS);
  expect(providers.length).toBe(files.length);
});

it.each([
  ['novita', 'NOVITA'],
  ['llama-cpp', 'LLAMA_CPP'],
  ['a-b-2', 'A_B_2'],
])('compiled provider files: the variables of %s begin with %s', (slug, prefix) => {
  expect(variablePrefix(slug)).toBe(prefix);
});
