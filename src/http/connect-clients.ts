/**
 * Settings that connect a client to this router. `GET /connect` shows them, as text and as JSON; the console takes the JSON.
 *
 * In the code `KEY` stands for a key and `MODEL` for a model. Packages and versions are those of the tests (test/http/connect.test.ts); settings
 * of other clients were read in their documentation.
 */

/** What a client is. */
type ClientKind = 'command' | 'agent' | 'sdk' | 'application';

/** One way to set a client. */
type ClientSetting = {
  readonly code: string;
  readonly language: 'shell' | 'toml' | 'typescript' | 'python' | 'text';
  /** The package it is tested with, and its version: `name (1.2.3)`. Absent = it is not tested. */
  readonly testedWith?: string;
  /** What the code cannot show. */
  readonly note?: string;
};

/** A client with its settings. */
export type ConnectableClient = {
  readonly name: string;
  readonly kind: ClientKind;
  /** Version it is tested with; `any` = each. Absent = it is not tested, or its settings have versions of their own. */
  readonly version?: string;
  /** Where the settings belong. */
  readonly place?: string;
  readonly settings: readonly ClientSetting[];
};

/** All clients. The tested ones are first. @param origin of this router, such as `http://localhost:8787`. */
export const connectableClients = (origin: string): readonly ConnectableClient[] => [
  ...testedTools(origin),
  ...testedPackages(origin),
  ...documentedClients(origin),
];

const testedTools = (origin: string): ConnectableClient[] => [
  {
    name: 'curl',
    kind: 'command',
    version: 'any',
    settings: [
      {
        language: 'shell',
        code: `curl ${origin}/v1/chat/completions -H "authorization: Bearer KEY" -H "content-type: application/json" \\
  -d '{"model": "MODEL", "messages": [{"role": "user", "content": "hello"}]}'`,
      },
    ],
  },
  {
    name: 'Claude Code',
    kind: 'agent',
    version: '2.1.332',
    settings: [
      {
        language: 'shell',
        code: `export ANTHROPIC_BASE_URL=${origin}
export ANTHROPIC_API_KEY=KEY
export CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1   # lists the Claude models of this router
claude --model MODEL`,
      },
    ],
  },
  {
    name: 'Codex',
    kind: 'agent',
    version: '0.171.0',
    place: '~/.codex/config.toml, with the key in the variable ROUTER_KEY',
    settings: [
      {
        language: 'toml',
        code: `model = "MODEL"
model_provider = "tributary"
[model_providers.tributary]
name = "Tributary"
base_url = "${origin}/v1"
wire_api = "responses"
env_key = "ROUTER_KEY"`,
      },
    ],
  },
];

const ts = (testedWith: string, code: string, note?: string): ClientSetting => ({
  language: 'typescript',
  code,
  testedWith,
  ...(note === undefined ? {} : { note }),
});

const testedPackages = (origin: string): ConnectableClient[] => [
  {
    name: 'OpenAI SDK',
    kind: 'sdk',
    settings: [
      ts('openai (7.59.0)', `new OpenAI({ baseURL: '${origin}/v1', apiKey: 'KEY' })`),
      { language: 'python', note: 'openai-python', code: `OpenAI(base_url="${origin}/v1", api_key="KEY")` },
    ],
  },
  {
    name: 'Anthropic SDK',
    kind: 'sdk',
    settings: [
      ts('@anthropic-ai/sdk (1.14.0)', `new Anthropic({ baseURL: '${origin}', apiKey: 'KEY' })`),
      { language: 'python', note: 'anthropic-sdk-python', code: `Anthropic(base_url="${origin}", api_key="KEY")` },
    ],
  },
  {
    name: 'OpenRouter SDK',
    kind: 'sdk',
    settings: [ts('@openrouter/sdk (1.3.19)', `new OpenRouter({ serverURL: '${origin}/api/v1', apiKey: 'KEY' })`)],
  },
  {
    name: 'AI SDK',
    kind: 'sdk',
    settings: [
      ts(
        '@ai-sdk/openai-compatible (3.0.92) with ai (7.0.173)',
        `createOpenAICompatible({ name: 'tributary', baseURL: '${origin}/v1', apiKey: 'KEY', includeUsage: true })('MODEL')`,
      ),
      ts(
        '@openrouter/ai-sdk-provider (3.1.0) with ai (7.0.173)',
        `createOpenRouter({ baseURL: '${origin}/api/v1', apiKey: 'KEY' })('MODEL')`,
      ),
      ts('@ai-sdk/anthropic (4.0.105) with ai (7.0.173)', `createAnthropic({ baseURL: '${origin}/v1', apiKey: 'KEY' })('MODEL')`),
      ts(
        '@ai-sdk/openai (4.0.118) with ai (7.0.173)',
        `createOpenAI({ baseURL: '${origin}/v1', apiKey: 'KEY' })('MODEL')`,
        'Responses, with providerOptions: { openai: { store: false } }',
      ),
      ts(
        '@ai-sdk/open-responses (2.0.36) with ai (7.0.173)',
        `createOpenResponses({ name: 'tributary', url: '${origin}/v1/responses', apiKey: 'KEY' })('MODEL')`,
      ),
    ],
  },
  {
    name: 'LangChain',
    kind: 'sdk',
    settings: [
      ts('@langchain/openai (1.6.0)', `new ChatOpenAI({ model: 'MODEL', apiKey: 'KEY', configuration: { baseURL: '${origin}/v1' } })`),
      ts('@langchain/openrouter (0.4.11)', `new ChatOpenRouter({ model: 'MODEL', apiKey: 'KEY', baseURL: '${origin}/api/v1' })`),
      ts('@langchain/anthropic (1.5.11)', `new ChatAnthropic({ model: 'MODEL', apiKey: 'KEY', anthropicApiUrl: '${origin}' })`),
    ],
  },
  {
    name: 'OpenAI Agents SDK',
    kind: 'sdk',
    settings: [
      ts(
        '@openai/agents (0.20.0)',
        `setDefaultOpenAIClient(new OpenAI({ baseURL: '${origin}/v1', apiKey: 'KEY' }))
setTracingDisabled(true)   // otherwise it sends traces to OpenAI`,
      ),
    ],
  },
];

/** A client whose settings are known from its documentation. */
const documented = (name: string, code: string, kind: ClientKind = 'application'): ConnectableClient => ({
  name,
  kind,
  settings: [{ language: /^\w+=|^cline /.test(code) ? 'shell' : 'text', code }],
});

const documentedClients = (origin: string): ConnectableClient[] => [
  documented('aider', `OPENAI_API_BASE=${origin}/v1 OPENAI_API_KEY=KEY aider --model openai/MODEL`, 'agent'),
  documented('Cline', `cline auth -p openai -b ${origin}/v1`, 'agent'),
  documented('Continue', `provider: openai, apiBase: ${origin}/v1`, 'agent'),
  documented('LibreChat', `endpoints.custom[].baseURL: ${origin}/v1`),
  documented('OpenCode', `npm: @ai-sdk/openai-compatible, options.baseURL: ${origin}/v1`, 'agent'),
  documented('Open WebUI', `OPENAI_API_BASE_URL=${origin}/v1`),
  documented('Roo Code', `OpenAI Compatible, base URL ${origin}/v1`, 'agent'),
  documented('Zed', `language_models.openai_compatible.tributary.api_url: ${origin}/v1`),
];
