/** The closed list of wire formats. A new format is a folder and a line here. */
import type { NativeRequest } from '../unified/request/request.ts';
import type { FittedCall, UpstreamDialect } from './dialect.ts';
import type { ClientDialect } from './client-dialect.ts';
import { anthropicClient } from './anthropic/client/index.ts';
import { anthropicUpstream } from './anthropic/upstream/index.ts';
import { anthropicNative } from './anthropic/upstream/native.ts';
import { bedrockMessages } from './bedrock-messages.ts';
import { bedrockUpstream } from './bedrock/index.ts';
import { ANTHROPIC_MESSAGES } from './bedrock/rules.ts';
import { cohereUpstream } from './cohere/index.ts';
import { geminiUpstream } from './gemini/index.ts';
import { mistralFimUpstream, mistralUpstream } from './mistral/index.ts';
import { ollamaUpstream } from './ollama/index.ts';
import { openaiChatClient } from './openai-chat/client/index.ts';
import { openaiChatUpstream } from './openai-chat/upstream/index.ts';
import { openaiCompletionsClient } from './openai-completions/client/index.ts';
import { openaiCompletionsUpstream } from './openai-completions/upstream/index.ts';
import { openaiEmbeddingsClient } from './openai-embeddings/client/index.ts';
import { openaiResponsesClient } from './openai-responses/client/index.ts';
import { openaiResponsesNative } from './openai-responses/upstream/native.ts';
import { openaiResponsesUpstream } from './openai-responses/upstream/index.ts';
import { workersAiUpstream } from './workers-ai/index.ts';

/** Upstream formats, by the name in a provider file. */
export const UPSTREAM_DIALECTS = {
  'openai-chat': openaiChatUpstream,
  'openai-completions': openaiCompletionsUpstream,
  'openai-responses': openaiResponsesUpstream,
  anthropic: anthropicUpstream,
  bedrock: bedrockUpstream,
  cohere: cohereUpstream,
  ollama: ollamaUpstream,
  mistral: mistralUpstream,
  'mistral-fim': mistralFimUpstream,
  'workers-ai': workersAiUpstream,
  gemini: geminiUpstream,
} as const satisfies Record<string, UpstreamDialect>;

/**
 * Dialects for the body of a client in the upstream's own format, by that format and the dialect of the endpoint. `quirk`: only for endpoints
 * with it.
 */
const NATIVE_DIALECTS: readonly { format: string; dialect: DialectName; quirk?: string; native: UpstreamDialect }[] = [
  { format: 'anthropic', dialect: 'anthropic', native: anthropicNative },
  { format: 'anthropic', dialect: 'bedrock', quirk: ANTHROPIC_MESSAGES, native: bedrockMessages },
  { format: 'openai-responses', dialect: 'openai-responses', native: openaiResponsesNative },
];

/** Name of a wire format. */
export type DialectName = keyof typeof UPSTREAM_DIALECTS;

/**
 * Client formats. The routes are made from them. The first one writes the errors of a path that belongs to no format, and `/explain`
 * without a path uses the last one whose fields the body has: a format whose fields others have too comes first.
 */
export const CLIENT_DIALECTS: readonly ClientDialect[] = [
  openaiChatClient,
  openaiCompletionsClient,
  openaiEmbeddingsClient,
  openaiResponsesClient,
  anthropicClient,
];

/** What decides the dialect of a call: the rules of the endpoint, and the client's own body. */
type DialectRules = { readonly dialect: string; readonly quirks: readonly string[] };

/** Returns the dialect that sends a client's own body to an endpoint; null where the endpoint has another format. */
export function nativeDialect({ dialect, quirks }: DialectRules, native: NativeRequest | null | undefined): UpstreamDialect | null {
  if (native === null || native === undefined) return null;
  const takes = NATIVE_DIALECTS.find(
    (one) => one.format === native.format && one.dialect === dialect && (one.quirk === undefined || quirks.includes(one.quirk)),
  );
  return takes?.native ?? null;
}

/** Returns the dialect of a fitted call. @throws Error for a name that the build has not checked. */
export const dialectOf = (rules: DialectRules, { native }: Pick<FittedCall, 'native'>): UpstreamDialect =>
  nativeDialect(rules, native) ?? upstreamDialect(rules.dialect);

/** Returns the format of that name. @throws Error for a name that the build has not checked. */
export function upstreamDialect(name: string): UpstreamDialect {
  const dialect: UpstreamDialect | undefined = Object.hasOwn(UPSTREAM_DIALECTS, name) ? UPSTREAM_DIALECTS[name as DialectName] : undefined;
  if (dialect === undefined) throw new Error(`no dialect is called ${name}`);
  return dialect;
}
