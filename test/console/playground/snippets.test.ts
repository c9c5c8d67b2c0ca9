/** Requests as code: each language reads back the request that was written. */
import { transformSync } from 'esbuild';
import * as fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { EXAMPLE } from '../../../src/console/pages/playground/model-list.ts';
import { SNIPPETS } from '../../../src/console/pages/playground/snippets.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const ORIGIN = 'https://router.example:8443';

/** Texts that break careless quoting. */
const HOSTILE = [
  `'; echo broken #`,
  '"$(id)" `id` ${HOME} $0 !! %s \\',
  'line one\nline two\r\n\ttabbed',
  '\u0000\u0007\u001b[31m\u007f\u0085\u2028\u202e\ufeff',
  'Grüße 你好 😀',
  '\'\'\' """ \\\' \\" {x} #{y}',
  '\\u0041 \\n \\x41',
  '-d @/etc/passwd',
];
const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }).map((one) => one.toWellFormed()),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => (one === 0 ? 0 : one)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const body = fc
  .dictionary(fc.oneof(text, fc.constantFrom('temperature', 'stop', 'top_k', 'tools')), json, { maxKeys: 5 })
  .map((fields): JsonObject => {
    const { stream: _, ...rest } = fields;
    return { model: 'a/b', messages: [], ...rest } as JsonObject;
  });

/** The bodies of one run: one process reads all of them. */
const bodies = (count: number): JsonObject[] => [
  { ...EXAMPLE, model: 'a/b' },
  ...HOSTILE.map((one) => ({ model: one, messages: [{ role: 'user', content: one }] })),
  ...fc.sample(body, count),
];
const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** What a program prints for each snippet. */
function runEach(command: string, { args, input }: { args: readonly string[]; input: string }): unknown[] {
  const { stdout, stderr, status } = spawnSync(command, [...args], { input, encoding: 'utf8', maxBuffer: 1 << 27 });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

const has = (command: string, args: readonly string[]) => spawnSync(command, [...args]).status === 0;
const hasPython = has('python3', ['-c', 'import tomllib']);
const source = (one: JsonObject, model = 'a/b') => ({ origin: ORIGIN, body: one, model });

describe('curl', () => {
  it('has the request as one argument, whatever is in it', () => {
    const list = bodies(40);
    // curl is a function that prints each argument and U+0000, which no argument can have.
    const script = `curl() { printf '%s\\0' "$@" end; }\n`;
    const { stdout, stderr } = spawnSync('sh', ['-s'], {
      input: script + list.map((one) => SNIPPETS.curl.write(source(one))).join('\n'),
      encoding: 'utf8',
    });
    const words = stdout
      .split('end\0')
      .slice(0, -1)
      .map((call) => call.split('\0'));
    expect(stderr).toBe('');
    expect(words.map((one) => one.slice(0, 6))).toEqual(
      list.map(() => [
        `${ORIGIN}/v1/chat/completions`,
        '-H',
        'authorization: Bearer KEY',
        '-H',
        'content-type: application/json',
        '--data-raw',
      ]),
    );
    expect(words.map((one) => JSON.parse(one[6] ?? '') as unknown)).toEqual(list.map(normal));
  });
});

describe('TypeScript', () => {
  it('sends the request, whatever is in it', async () => {
    for (const one of bodies(40)) {
      const sent: unknown[] = [];
      const create = (given: unknown) => {
        sent.push(given);
        return { choices: [] };
      };
      const OpenAI = class {
        readonly settings: unknown;
        readonly chat = { completions: { create } };
        constructor(settings: unknown) {
          this.settings = settings;
          sent.push(settings);
        }
      };
      const { code } = transformSync(SNIPPETS.typescript.write(source(one)).replace("import OpenAI from 'openai';", ''), {
        loader: 'ts',
        format: 'esm',
        target: 'esnext',
      });
      const AsyncFunction = (async () => undefined).constructor as new (...parts: string[]) => (given: unknown) => Promise<void>;
      await new AsyncFunction('OpenAI', code)(OpenAI);
      expect(JSON.stringify(sent)).toBe(JSON.stringify([{ baseURL: `${ORIGIN}/v1`, apiKey: 'KEY' }, one]));
    }
  });

  it('reads a stream where one is requested', () => {
    expect(SNIPPETS.typescript.write(source({ ...EXAMPLE, stream: true }))).toContain('for await (const chunk of answer)');
  });
});

describe.skipIf(!hasPython)('Python', () => {
  const HARNESS = `
import sys, json, types
sent = []
class Completions:
    def create(self, extra_body=None, **fields):
        sent.append({**fields, **(extra_body or {})})
        return types.SimpleNamespace(choices=[])
class OpenAI:
    def __init__(self, base_url, api_key):
        assert (base_url, api_key) == ("${ORIGIN}/v1", "KEY")
        self.chat = types.SimpleNamespace(completions=Completions())
sys.modules["openai"] = types.SimpleNamespace(OpenAI=OpenAI)
for code in json.load(sys.stdin):
    exec(compile(code, "snippet", "exec"), {})
for one in sent:
    print(json.dumps(one))
`;

  it('sends the request, whatever is in it', () => {
    const list = bodies(40);
    const input = JSON.stringify(list.map((one) => SNIPPETS.python.write(source(one))));
    expect(runEach('python3', { args: ['-c', HARNESS], input })).toEqual(list.map(normal));
  });

  it('reads the settings of Codex', () => {
    const models = [...HOSTILE, ...fc.sample(text, 40)];
    const input = JSON.stringify(models.map((model) => SNIPPETS.codex.write(source({}, model))));
    const program = 'import sys, json, tomllib\nfor code in json.load(sys.stdin):\n    print(json.dumps(tomllib.loads(code)))';
    const provider = { name: 'Tributary', base_url: `${ORIGIN}/v1`, wire_api: 'responses', env_key: 'ROUTER_KEY' };
    expect(runEach('python3', { args: ['-c', program], input })).toEqual(
      models.map((model) => ({ model, model_provider: 'tributary', model_providers: { tributary: provider } })),
    );
  });
});

describe.skipIf(!has('bash', ['-c', 'true']))('Claude Code', () => {
  it('starts with the model as one argument, whatever is in it', () => {
    // No shell has a word with U+0000.
    const models = [...HOSTILE, ...fc.sample(text, 40)].map((one) => one.replaceAll('\0', '')).filter((one) => one !== '');
    const script = `claude() { printf '%s\\0' "$1" "$ANTHROPIC_BASE_URL" "$ANTHROPIC_API_KEY" "$2" end; }\n`;
    const { stdout, stderr } = spawnSync('bash', ['-s'], {
      input: script + models.map((model) => SNIPPETS.claude.write(source({}, model))).join('\n'),
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(stderr).toBe('');
    expect(stdout.split('end\0').slice(0, -1)).toEqual(models.map((model) => `--model\0${ORIGIN}\0KEY\0${model}\0`));
  });
});

describe('all', () => {
  it('have no character that is not seen', () => {
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\ufeff]/;
    for (const { write } of Object.values(SNIPPETS))
      for (const one of HOSTILE) expect(write(source({ model: one, [one]: one }, one))).not.toMatch(unseen);
  });
});
