/** The hard preferences of the `provider` object: the endpoints that each rules out, and the reason. */
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider, Offering } from '../../src/registry/provider.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { offering, order, planOf, priced, provider, reasons } from './endpoints.ts';

const one = (more: Partial<Offering>, changes: Partial<CompiledProvider> = {}) =>
  createCatalog([provider('host', [offering('a/m', more)], changes)]);

/** Why the only endpoint fell out; null when it did not. */
const objection = (preferences: JsonObject, more: Partial<Offering>, changes: Partial<CompiledProvider> = {}, fields: JsonObject = {}) =>
  reasons(planOf({ provider: preferences, ...fields }, one(more, changes)))[0]?.replace('a/m host: ', '') ?? null;

describe('rejectionReason: quantizations', () => {
  it.each<readonly [string[], string | undefined, boolean]>([
    [['fp8'], 'fp8', true],
    [['fp8'], 'mxfp8', true],
    [['fp4'], 'nvfp4', true],
    [['fp4', 'bf16'], 'mxfp4', true],
    [['mxfp8'], 'fp8', false],
    [['fp8'], 'fp4', false],
    [['bf16'], undefined, false],
    [['unknown'], undefined, true],
    [[], 'fp4', true],
  ])('%j accept %s: %s', (wanted, quantization, isTaken) => {
    const more = quantization === undefined ? {} : { quantization };
    const reason = `its quantization (${quantization ?? 'unknown'}) is not in provider.quantizations`;
    expect(objection({ quantizations: wanted }, more)).toBe(isTaken ? null : reason);
  });
});

describe('rejectionReason: data policy', () => {
  const [DENY, ZDR] = [{ data_collection: 'deny' }, { zdr: true }];

  it.each<readonly [JsonObject, CompiledProvider['dataPolicy'], string | null]>([
    [DENY, undefined, 'provider.data_collection is "deny", and its data policy is not known'],
    [ZDR, undefined, 'provider.zdr is true, and its data policy is not known'],
    [DENY, { trains: true, retains: false }, 'provider.data_collection is "deny", and it uses requests for training'],
    [DENY, { trains: false, retains: true }, 'provider.data_collection is "deny", and it stores requests'],
    [DENY, { trains: false, retains: false }, null],
    [ZDR, { trains: true, retains: false }, null],
    [ZDR, { trains: false, retains: true }, 'provider.zdr is true, and it stores requests'],
    [{ ...DENY, ...ZDR }, { trains: true, retains: false }, 'provider.data_collection is "deny", and it uses requests for training'],
    [{ data_collection: 'allow', zdr: false }, undefined, null],
  ])('%j at a provider with %j: %s', (preferences, dataPolicy, expected) => {
    expect(objection(preferences, {}, dataPolicy === undefined ? {} : { dataPolicy })).toBe(expected);
  });
});

describe('rejectionReason: max_price', () => {
  const picture = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example/a.png' } }] }] };

  it.each<readonly [JsonObject, Partial<Offering>, JsonObject, string | null]>([
    [{ prompt: 1 }, priced(1), {}, null],
    [{ prompt: '0.5' }, priced(1), {}, 'its prompt price (1 USD per million tokens) is above provider.max_price'],
    [{ completion: 0 }, priced(0), {}, null],
    [{ completion: 5 }, {}, {}, 'provider.max_price.completion is set, and its price is not known'],
    [{ prompt: null, completion: null, image: null }, {}, {}, null],
    [{ request: 1 }, priced(1), {}, 'provider.max_price.request is set, and its price is not known'],
    [{ image: 1, audio: 1 }, priced(1), {}, null],
    [{ image: 1 }, priced(1), picture, 'provider.max_price.image is set, and its price is not known'],
    [{ audio: 1 }, priced(1), picture, null],
    [{ audio: 1 }, priced(1), { modalities: ['text', 'audio'] }, 'provider.max_price.audio is set, and its price is not known'],
  ])('%j at a provider with %j for %j: %s', (limit, more, fields, expected) => {
    expect(objection({ max_price: limit }, more, {}, fields)).toBe(expected);
  });
});

describe('rejectionReason: provider names', () => {
  it.each<readonly [JsonObject, boolean]>([
    [{ only: ['host'] }, true],
    [{ only: ['HOST'] }, true],
    [{ only: ['the host'] }, true],
    [{ only: ['host/turbo'] }, true],
    [{ only: ['host-two'] }, false],
    [{ only: ['hos'] }, false],
    [{ only: [] }, true],
    [{ ignore: ['The Host'] }, false],
    [{ ignore: ['other'] }, true],
    [{ ignore: ['host'], only: ['host'] }, false],
    [{ order: ['other'], allow_fallbacks: false }, false],
    [{ order: ['other'] }, true],
    [{ enforce_distillable_text: true }, false],
  ])('%j accepts it: %s', (preferences, passes) => {
    expect(objection(preferences, {}) === null).toBe(passes);
  });
});

describe('the suffix :free', () => {
  const catalog = createCatalog([
    provider('dear', [offering('a/m', priced(1))]),
    provider('gives', [offering('a/m', priced(0))]),
    provider('unsaid', [offering('a/m')]),
    provider('apart', [offering('a/m:free', { id: 'm-free' }), offering('b/m:free', priced(3))]),
    provider('half', [offering('a/m', { priceUsdPerMillionTokens: { prompt: 0, completion: 2 } })]),
  ]);

  it('selects free endpoints, and offerings with a slug of that name', () => {
    const plan = planOf({ model: 'a/m:free' }, catalog);
    expect(order(plan)).toEqual(['gives', 'apart']);
    expect(reasons(plan)).toEqual([
      'a/m:free dear: the name ends in ":free", and it costs 1 and 1 USD per million tokens',
      'a/m:free unsaid: the name ends in ":free", and its price is not known',
      'a/m:free half: the name ends in ":free", and it costs 0 and 2 USD per million tokens',
    ]);
  });

  it.each<readonly [string, string[]]>([
    ['b/m:free', ['apart']],
    ['a/m:free:nitro', ['gives', 'apart']],
    ['a/m:floor:free', ['gives', 'apart']],
    ['c/m:free', []],
    ['a/m:extended', []],
    ['@dear/id-of-a/m:free', ['dear']],
  ])('%s is served by %j', (model, expected) => {
    expect(order(planOf({ model }, catalog))).toEqual(expected);
  });
});

describe('require_parameters', () => {
  const lacking = { operations: { chat: [chatOperation({ parameters: {} })] } };

  it.each<readonly [JsonObject, Partial<Offering>, Partial<CompiledProvider>, string | null]>([
    [{ temperature: 1 }, {}, {}, null],
    [{ temperature: 1 }, {}, lacking, 'it does not accept temperature, and provider.require_parameters is true'],
    [{ max_tokens: 5, max_completion_tokens: 6 }, {}, {}, null],
    [{ stream_options: { other: true } }, {}, {}, null],
    [{ session_id: 's' }, {}, {}, null],
    [
      { structured_outputs: true },
      { capabilities: ['tools'] },
      {},
      'it does not accept structured_outputs, and provider.require_parameters is true',
    ],
  ])('%j at a provider with %j', (fields, more, changes, expected) => {
    expect(objection({ require_parameters: true }, more, changes, fields)).toBe(expected);
  });

  it.each([{ require_parameters: true }, { allow_adjustments: false }])(
    'is not changed by what was learned from other requests: %j',
    (preferences) => {
      const learned = { refusalsOf: () => new Map([['temperature', null]]), remember: () => undefined };
      const plan = planOf({ temperature: 1, provider: preferences }, one({}), { learned });
      expect(reasons(plan)).toEqual([]);
      expect(plan.calls[0]?.fitted.parts[0]?.call.parameters).toEqual({ temperature: 1 });
    },
  );
});
