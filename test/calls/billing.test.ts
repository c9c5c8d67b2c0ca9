/** What an answer costs by the tier that it states, the tier that was asked for, and the fees that it counts. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { bodyRead, chunksOf } from '../support/read-stream.ts';
import { counts, says } from '../support/scripted-upstream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';

const PRICE = {
  prompt: 1,
  completion: 1,
  above: [{ promptTokens: 1000, prompt: 2, completion: 2 }],
  tiers: { flex: { prompt: 0.5, completion: 0.5 } },
};
const operations = { chat: [chatOperation({ parameters: { service_tier: {}, web_search_options: {} } })] };

async function costOf(
  asked: JsonObject,
  usage: JsonObject,
  more: JsonObject = {},
  stream = false,
  billed: { hasRequestFee?: true } = {},
): Promise<unknown> {
  const alpha = host('alpha', { operations }, PRICE);
  const models = alpha.models.map((model) => ({ ...model, priceUsdPerWebSearch: 0.01, ...billed }));
  const router = createMultiProvider([[{ ...alpha, models }, says('A', usage, { model: 'm', ...more })]]);
  const response = await router.ask({ model: 'any/m', stream, ...asked });
  const last = stream ? (await chunksOf(response)).chunks.at(-1) : await bodyRead(response);
  return last?.usage?.cost;
}

describe.each([true, false])('the cost of an answer (stream: %s)', (stream) => {
  const usage = counts(50, 50);
  it.each<readonly [string, JsonObject, JsonObject, JsonObject, number | undefined]>([
    ['of no tier', {}, usage, {}, 0.0001],
    ['at the tier that was asked for, where it states none', { service_tier: 'flex' }, usage, {}, 0.00005],
    ['at the tier that it states', { service_tier: 'flex' }, usage, { service_tier: 'default' }, 0.0001],
    ['at a tier that it states and that was not requested', {}, usage, { service_tier: 'flex' }, 0.00005],
    ['at a tier without prices', { service_tier: 'priority' }, usage, {}, undefined],
    ['of a long prompt', {}, counts(1001, 9), {}, 0.00202],
    ['with web searches', {}, { ...usage, server_tool_use: { web_search_requests: 2 } }, {}, 0.0201],
    ['with web searches that it does not count', { web_search_options: {} }, usage, {}, undefined],
    ['that says what it cost', { service_tier: 'priority' }, { ...usage, cost: 0.5 }, {}, 0.5],
    ['with cached tokens of unknown price', {}, { ...usage, prompt_tokens_details: { cached_tokens: 1 } }, {}, undefined],
  ])('%s', async (_, asked, counted, more, expected) => {
    expect(await costOf(asked, counted, more, stream)).toBe(expected);
  });

  it('is what the provider says, or not known, where each request has a fee', async () => {
    expect(await costOf({}, usage, {}, stream, { hasRequestFee: true })).toBeUndefined();
    expect(await costOf({}, { ...usage, cost: 0.5 }, {}, stream, { hasRequestFee: true })).toBe(0.5);
  });
});
