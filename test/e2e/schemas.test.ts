/** Schemas, safety controls and sizes of vectors over real HTTP: nothing that was asked for is lost without a word. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { errorOf, post, startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => void (harness = await startHarness()));
afterAll(() => harness.stop());

const map = { type: 'object', properties: { names: { type: 'object', additionalProperties: { type: 'string' } } }, required: ['names'] };
const asked = (model: string, schema: JsonObject, more: JsonObject = {}) => ({
  model,
  messages: [{ role: 'user', content: 'Hi' }],
  response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  ...more,
});
type ReportBody = { adjustments?: { param: string; action: string; reason: string }[]; requests?: { body: JsonObject }[] };
const ask = async (path: string, body: JsonObject) => (await (await post(`${harness.url}${path}`, body)).json()) as ReportBody;

describe('a schema that the provider does not accept', () => {
  it.each([
    ['@anthropic/claude-sonnet-4-5', 'additionalProperties at #/properties/names'],
    ['@amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0', 'additionalProperties at #/properties/names'],
    ['@deepseek/deepseek-chat', 'does not accept a schema'],
  ])('reaches %s unchanged, and the adjustment names the reason', async (model, why) => {
    const explained = await ask('/v1/explain', asked(model, map));
    expect(JSON.stringify(explained.requests?.[0]?.body).replaceAll('\\"', '"')).toContain(JSON.stringify(map));
    const answer = await ask('/v1/chat/completions', asked(model, map));
    const told = (answer.adjustments ?? []).find(({ param, action }) => param === 'response_format' && action === 'emulated');
    expect(told?.reason).toContain(why);
  });

  it('is checked by the router: an answer that violates it is reported', async () => {
    const strange = { type: 'object', properties: { n: { const: 12345 } }, required: ['n'] };
    const { adjustments = [] } = await ask('/v1/chat/completions', asked('@deepseek/deepseek-chat', strange));
    expect(adjustments.map(({ reason }) => reason).join()).toContain('does not satisfy the schema');
  });
});

it.each<[string, JsonObject, string]>([
  [
    '/v1/chat/completions',
    { model: '@openai/gpt-4o', messages: [{ role: 'user', content: 'Hi' }], guardrailConfig: { guardrailIdentifier: 'g' } },
    'guardrailConfig',
  ],
  ['/v1/embeddings', { model: '@openai/text-embedding-ada-002', input: 'a', dimensions: 8 }, 'dimensions'],
])('an impossible request to %s is a 400 that names the field', async (path, body, param) => {
  const response = await post(`${harness.url}${path}`, body);
  expect([response.status, (await errorOf(response)).param]).toEqual([400, param]);
});
