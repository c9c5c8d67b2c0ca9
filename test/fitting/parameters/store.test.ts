/** `store` where the client allows no provider to keep its requests. */
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../../src/dialects/anthropic/client/index.ts';
import type { TextClientDialect } from '../../../src/dialects/client-dialect.ts';
import { openaiChatClient } from '../../../src/dialects/openai-chat/client/index.ts';
import { openaiResponsesClient } from '../../../src/dialects/openai-responses/client/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createCatalog } from '../../../src/registry/catalog.ts';
import { chosenCall, planRoute } from '../../../src/routing/plan.ts';
import { PROVIDERS } from '../../registry/all-providers.ts';
import { line, OPEN_CONTEXT } from '../sent.ts';

/** Every provider is one that keeps nothing by itself. */
const CATALOG = createCatalog(PROVIDERS.map((provider) => ({ ...provider, dataPolicy: { trains: false, retains: false } })));

function sentTo(model: string, client: TextClientDialect, fields: JsonObject): { store: unknown; reported: string[] } {
  const text = client === openaiResponsesClient ? { input: 'Hi' } : { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 50 };
  const { rendered, fitted } = chosenCall(
    planRoute(
      client.parse({ model, ...text, ...fields }, () => null),
      CATALOG,
      OPEN_CONTEXT,
    ),
  );
  return { store: rendered?.body['store'], reported: fitted.adjustments.map(line).filter((one) => one.startsWith('store')) };
}

const DENY = { provider: { data_collection: 'deny' } };
const responses = (fields: JsonObject) => sentTo('@openai/gpt-5.5', openaiResponsesClient, fields);

describe("store in a client's own body", () => {
  it.each<[string, JsonObject, unknown, string[]]>([
    ['true becomes false', { ...DENY, store: true }, false, ['store clamped true -> false']],
    ['absent becomes false, since the provider would store', DENY, false, ['store defaulted -> false']],
    ['null becomes false', { ...DENY, store: null }, false, ['store defaulted -> false']],
    ['false stays', { ...DENY, store: false }, false, []],
    ['true becomes false for zdr', { provider: { zdr: true }, store: true }, false, ['store clamped true -> false']],
    ['true stays where storing is allowed', { store: true, provider: { data_collection: 'allow' } }, true, []],
    ['absent stays where storing is allowed', {}, undefined, []],
  ])('%s', (_, fields, store, reported) => {
    expect(responses(fields)).toEqual({ store, reported });
  });

  it('is not added where the format has no such field', () => {
    expect(sentTo('@anthropic/claude-opus-4-7', anthropicClient, DENY)).toEqual({ store: undefined, reported: [] });
  });
});

describe('store in a chat request', () => {
  it.each<[string, string, JsonObject, unknown, string[]]>([
    ['true becomes false', '@openai/gpt-4o', { ...DENY, store: true }, false, ['store clamped true -> false']],
    ['true becomes false at Responses', '@openai/gpt-5.5', { ...DENY, store: true }, false, ['store clamped true -> false']],
    ['true is dropped where it is not known', '@groq/m', { ...DENY, store: true }, undefined, ['store dropped true']],
    ['true stays where storing is allowed', '@openai/gpt-5.5', { store: true }, true, []],
  ])('%s', (_, model, fields, store, reported) => {
    expect(sentTo(model, openaiChatClient, fields)).toEqual({ store, reported });
  });
});
