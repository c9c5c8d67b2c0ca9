/** Writes a request as code, and a model as settings of coding agents. `KEY` stands for the key, which is in none of them. Pure. */
import type { JsonObject } from '../../../lib/json.ts';
import { jsonLiteral, pythonLiteral, scriptLiteral, shellWord, tomlString } from './literals.ts';

/** What a snippet is made from. @param origin of this router. `model` is the name that agents use: they write their own requests. */
type SnippetSource = { readonly origin: string; readonly body: JsonObject; readonly model: string };

/** A kind of snippet. `note` says what it does not contain. */
export type Snippet = { readonly title: string; readonly note: string | null; readonly write: (source: SnippetSource) => string };

const AGENT_NOTE = 'Agents write their own messages and parameters: only the model is taken over.';

/** The kinds, by name. */
export const SNIPPETS = {
  curl: { title: 'curl', note: null, write: writeCurl },
  python: { title: 'Python (OpenAI SDK)', note: null, write: writePython },
  typescript: { title: 'TypeScript (OpenAI SDK)', note: null, write: writeTypeScript },
  claude: { title: 'Claude Code (shell)', note: AGENT_NOTE, write: writeClaude },
  codex: { title: 'Codex (config.toml)', note: AGENT_NOTE, write: writeCodex },
} as const satisfies Record<string, Snippet>;

/** Name of a kind. */
export type SnippetName = keyof typeof SNIPPETS;

function writeCurl({ origin, body }: SnippetSource): string {
  return [
    `curl ${shellWord(`${origin}/v1/chat/completions`)} \\`,
    `  -H 'authorization: Bearer KEY' \\`,
    `  -H 'content-type: application/json' \\`,
    `  --data-raw ${shellWord(jsonLiteral(body, 2))}`,
  ].join('\n');
}

/**
 * Arguments of `chat.completions.create` in OpenAI's SDKs: fields of ChatCompletionCreateParamsBase in openai 7.59.0 for Node (read 2026-12-01);
 * openai-python is generated from the same description. Other fields are in `extra_body`, which that SDK merges into the body.
 */
const PYTHON_ARGUMENTS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'temperature',
  'top_p',
  'n',
  'seed',
  'stop',
  'max_tokens',
  'max_completion_tokens',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'user',
  'metadata',
]);

function writePython({ origin, body }: SnippetSource): string {
  const fields = Object.entries(body);
  const named = fields.filter(([name]) => PYTHON_ARGUMENTS.has(name)).map(([name, value]) => `    ${name}=${pythonLiteral(value, 1)},`);
  const others = fields.filter(([name]) => !PYTHON_ARGUMENTS.has(name));
  const extra = others.length === 0 ? [] : [`    extra_body=${pythonLiteral(Object.fromEntries(others), 1)},`];
  const read =
    body['stream'] === true
      ? ['for chunk in answer:', '    for choice in chunk.choices:', '        print(choice.delta.content or "", end="")']
      : ['for choice in answer.choices:', '    print(choice.message.content)'];
  return [
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${pythonLiteral(`${origin}/v1`)}, api_key="KEY")`,
    'answer = client.chat.completions.create(',
    ...named,
    ...extra,
    ')',
    ...read,
  ].join('\n');
}

function writeTypeScript({ origin, body }: SnippetSource): string {
  const isStream = body['stream'] === true;
  // The assertion lets fields pass that OpenAI's own API does not have.
  const type = `OpenAI.ChatCompletionCreateParams${isStream ? 'Streaming' : 'NonStreaming'}`;
  const read = isStream
    ? ["for await (const chunk of answer) for (const choice of chunk.choices) process.stdout.write(choice.delta.content ?? '');"]
    : ['for (const choice of answer.choices) console.log(choice.message.content);'];
  return [
    "import OpenAI from 'openai';",
    '',
    `const client = new OpenAI({ baseURL: ${jsonLiteral(`${origin}/v1`)}, apiKey: 'KEY' });`,
    `const answer = await client.chat.completions.create(${scriptLiteral(body)} as ${type});`,
    ...read,
  ].join('\n');
}

function writeClaude({ origin, model }: SnippetSource): string {
  return [`export ANTHROPIC_BASE_URL=${shellWord(origin)}`, 'export ANTHROPIC_API_KEY=KEY', `claude --model ${shellWord(model)}`].join(
    '\n',
  );
}

function writeCodex({ origin, model }: SnippetSource): string {
  return [
    '# ~/.codex/config.toml. The key is in the variable ROUTER_KEY: export ROUTER_KEY=KEY',
    `model = ${tomlString(model)}`,
    'model_provider = "tributary"',
    '',
    '[model_providers.tributary]',
    'name = "Tributary"',
    `base_url = ${tomlString(`${origin}/v1`)}`,
    'wire_api = "responses"',
    'env_key = "ROUTER_KEY"',
  ].join('\n');
}
