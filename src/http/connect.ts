/** `GET /connect`: settings for clients as plain text, with the address of this router in them. Needs no key and contains none. */

/** Stands for an address that cannot be shown: what a client sent as its host is no host name. */
const UNKNOWN_ORIGIN = 'https://ROUTER';

/** A host name, an IPv4 or an IPv6 address, with or without a port. Lines of the page are pasted into shells. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/** The origin of a request, if it can be written into a command as it is. */
export function shownOrigin(url: string): string {
  const { protocol, host } = new URL(url);
  return HOST.test(host) ? `${protocol}//${host}` : UNKNOWN_ORIGIN;
}

/** The page. @param origin of this router. */
export const connectPage = (origin: string): string => `Tributary: how to connect a client

KEY    is one of this router's ROUTER_API_KEYS, or a key made by POST /v1/keys. Under "npm run dev" any text will do.
MODEL  is an id from ${origin}/v1/models, "author/model", or "@provider/<id at that provider>".

Clients of OpenAI add paths to ${origin}/v1, clients of Anthropic to ${origin}, clients of OpenRouter to ${origin}/api/v1.
The versions are those that the router is tested with.


curl

    curl ${origin}/v1/chat/completions -H "authorization: Bearer KEY" -H "content-type: application/json" \\
      -d '{"model": "MODEL", "messages": [{"role": "user", "content": "hello"}]}'

Claude Code (2.1.332)

    export ANTHROPIC_BASE_URL=${origin}
    export ANTHROPIC_API_KEY=KEY
    export CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY=1   # lists the Claude models of this router
    claude --model MODEL

Codex (0.171.0): ~/.codex/config.toml, with the key in the variable ROUTER_KEY

    model = "MODEL"
    model_provider = "tributary"
    [model_providers.tributary]
    name = "Tributary"
    base_url = "${origin}/v1"
    wire_api = "responses"
    env_key = "ROUTER_KEY"

OpenAI SDK: openai (7.59.0), and openai-python

    new OpenAI({ baseURL: '${origin}/v1', apiKey: 'KEY' })
    OpenAI(base_url="${origin}/v1", api_key="KEY")

Anthropic SDK: @anthropic-ai/sdk (1.14.0), and anthropic-sdk-python

    new Anthropic({ baseURL: '${origin}', apiKey: 'KEY' })
    Anthropic(base_url="${origin}", api_key="KEY")

OpenRouter SDK: @openrouter/sdk (1.3.19)

    new OpenRouter({ serverURL: '${origin}/api/v1', apiKey: 'KEY' })

AI SDK: ai (7.0.173)

    createOpenAICompatible({ name: 'tributary', baseURL: '${origin}/v1', apiKey: 'KEY', includeUsage: true })('MODEL')   # @ai-sdk/openai-compatible (3.0.92)
    createOpenRouter({ baseURL: '${origin}/api/v1', apiKey: 'KEY' })('MODEL')   # @openrouter/ai-sdk-provider (3.1.0)
    createAnthropic({ baseURL: '${origin}/v1', apiKey: 'KEY' })('MODEL')   # @ai-sdk/anthropic (4.0.105)
    createOpenAI({ baseURL: '${origin}/v1', apiKey: 'KEY' })('MODEL')   # @ai-sdk/openai (4.0.118): Responses, with
                                                    providerOptions: { openai: { store: false } }
    createOpenResponses({ name: 'tributary', url: '${origin}/v1/responses', apiKey: 'KEY' })('MODEL')   # @ai-sdk/open-responses (2.0.36)

LangChain

    new ChatOpenAI({ model: 'MODEL', apiKey: 'KEY', configuration: { baseURL: '${origin}/v1' } })   # @langchain/openai (1.6.0)
    new ChatOpenRouter({ model: 'MODEL', apiKey: 'KEY', baseURL: '${origin}/api/v1' })   # @langchain/openrouter (0.4.11)
    new ChatAnthropic({ model: 'MODEL', apiKey: 'KEY', anthropicApiUrl: '${origin}' })   # @langchain/anthropic (1.5.11)

OpenAI Agents SDK: @openai/agents (0.20.0)

    setDefaultOpenAIClient(new OpenAI({ baseURL: '${origin}/v1', apiKey: 'KEY' }))
    setTracingDisabled(true)   # otherwise it sends traces to OpenAI


Settings as the documentation of these clients states them; the router is not tested with them:

    aider            OPENAI_API_BASE=${origin}/v1 OPENAI_API_KEY=KEY aider --model openai/MODEL
    Cline            cline auth -p openai -b ${origin}/v1
    Continue         provider: openai, apiBase: ${origin}/v1
    LibreChat        endpoints.custom[].baseURL: ${origin}/v1
    OpenCode         npm: @ai-sdk/openai-compatible, options.baseURL: ${origin}/v1
    Open WebUI       OPENAI_API_BASE_URL=${origin}/v1
    Roo Code         OpenAI Compatible, base URL ${origin}/v1
    Zed              language_models.openai_compatible.tributary.api_url: ${origin}/v1
`;
