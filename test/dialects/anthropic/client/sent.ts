/** What a Messages body becomes at a provider, from the real provider files. */
import { parseMessages } from '../../../../src/dialects/anthropic/client/parse.ts';
import { reportOf } from '../../../../src/calls/prepare.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { UnifiedRequest } from '../../../../src/unified/request/request.ts';
import { firstBody, line, prepared } from '../../../fitting/sent.ts';

/** A model of each upstream format, with tools and images where the format has them. */
export const MODELS = {
  'openai-chat': '@openai/gpt-4o',
  'openai-responses': '@openai/gpt-5.5',
  bedrock: '@amazon-bedrock/amazon.nova-pro-v1:0',
  gemini: '@google-ai-studio/gemini-3-pro',
  cohere: '@cohere/command-a-03-2025',
  mistral: '@mistral/mistral-large-latest',
  ollama: '@ollama/llama3.2-vision',
  'workers-ai': '@cloudflare-workers-ai/@cf/meta/llama-3.3-70b-instruct-fp8-fast',
  anthropic: '@anthropic/claude-sonnet-4-5',
} as const;

export type Format = keyof typeof MODELS;

/** The least body, with these fields. */
export const bodyOf = (fields: JsonObject = {}): JsonObject => ({
  model: '@groq/m',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hi' }],
  ...fields,
});

/** Reads a body with these fields. `headers`: by lower-case name. */
export const parsed = (fields: JsonObject = {}, headers: Readonly<Record<string, string>> = {}): UnifiedRequest =>
  parseMessages(bodyOf(fields), (name) => headers[name] ?? null);

/** The upstream body, and the changes in the words of the client. */
export function sentTo(model: string, fields: JsonObject): { body: JsonObject; report: string[] } {
  const endpoint = prepared(parsed({ ...fields, model }));
  return { body: firstBody(endpoint), report: reportOf([endpoint]).map(line) };
}
