/** An endpoint that cannot take the request is left out before anything is sent. When none is left, the error has the reasons. */
import { describe, expect, it } from 'vitest';
import { COHERE_RULES } from '../../src/dialects/cohere/rules.ts';
import { OLLAMA_RULES } from '../../src/dialects/ollama/rules.ts';
import { OPENAI_CHAT_RULES } from '../../src/dialects/openai-chat/upstream/rules.ts';
import { prepare } from '../../src/calls/prepare.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { chosenCall, type PlanningContext } from '../../src/routing/plan.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { offering, offersOf, order, planOf, provider, reasons } from './endpoints.ts';
import { OPEN_CONTEXT, openAccess, requestFor } from '../fitting/sent.ts';

/** A provider without images, audio or files, one that requires them as bytes, one that accepts URLs. */
const CATALOG = createCatalog([
  provider('reads-text', [offering('a/m'), offering('b/m')], {
    operations: { chat: [chatOperation({ dialect: 'cohere', path: '/v2/chat', parameters: COHERE_RULES })] },
  }),
  provider('wants-bytes', [offering('a/m'), offering('c/m')], {
    operations: { chat: [chatOperation({ dialect: 'ollama', path: '/api/chat', parameters: OLLAMA_RULES })] },
  }),
  provider('takes-all', [offering('a/m')]),
]);

const asking = (...content: JsonObject[]) => ({ messages: [{ role: 'user', content }] });
const AUDIO = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
const PICTURE = { type: 'image_url', image_url: { url: 'https://a.example/a.png' } };

const fetchesNothing: Partial<PlanningContext> = {
  limits: { ...OPEN_CONTEXT.limits, media: { ...OPEN_CONTEXT.limits.media, hosts: [] } },
};
const atMost = (upstreamCalls: number): Partial<PlanningContext> => ({ limits: { ...OPEN_CONTEXT.limits, upstreamCalls } });

describe('tryFit rejects an endpoint, and the next is tried, when', () => {
  it('its format cannot express a part of the request', () => {
    const plan = planOf(asking(AUDIO), CATALOG);
    expect(order(plan)).toEqual(['takes-all']);
    expect(plan.rejected).toEqual([
      expect.objectContaining({
        provider: 'reads-text',
        param: 'messages[0].content[0]',
        reason: expect.stringContaining('does not read content'),
      }),
      expect.objectContaining({ provider: 'wants-bytes', param: 'messages[0].content[0]' }),
    ]);
  });

  it('a file is required as bytes, and the router fetches none', () => {
    const plan = planOf({ ...asking(PICTURE), provider: { only: ['wants-bytes', 'takes-all'] } }, CATALOG, fetchesNothing);
    expect(order(plan)).toEqual(['takes-all']);
    expect(reasons(plan)).toContainEqual(expect.stringMatching(/^a\/m wants-bytes: messages\[0\]\.content\[0\]: .* FETCH_MEDIA_FROM/));
  });

  it('a change would be needed, and the client forbids changes', () => {
    const catalog = createCatalog([
      provider('narrow', [offering('a/m')], { operations: { chat: [chatOperation({ parameters: { temperature: { maximum: 1 } } })] } }),
      provider('wide', [offering('a/m')]),
    ]);
    const plan = planOf({ temperature: 2, provider: { allow_adjustments: false } }, catalog);
    expect(order(plan)).toEqual(['wide']);
    expect(plan.rejected).toMatchObject([{ provider: 'narrow', param: 'temperature', adjustments: [{ action: 'clamped' }] }]);
    expect(order(planOf({ temperature: 2 }, catalog))).toEqual(['narrow', 'wide']);
  });

  it('more calls would be needed than a request may take', () => {
    const catalog = createCatalog([
      provider('single', [offering('a/m')], { operations: { chat: [chatOperation({ parameters: { ...OPENAI_CHAT_RULES, n: false } })] } }),
      provider('several', [offering('a/m')]),
    ]);
    const plan = planOf({ n: 3 }, catalog, atMost(2));
    expect(order(plan)).toEqual(['several']);
    expect(plan.rejected).toEqual([
      expect.objectContaining({ param: 'n', reason: expect.stringContaining('takes 3 calls to The single; the most') }),
    ]);
    expect(order(planOf({ n: 3 }, catalog, atMost(3)))).toEqual(['single', 'several']);
  });
});

describe('chosenCall without endpoints', () => {
  const failure =
    (fields: JsonObject, context: Partial<PlanningContext> = {}, catalog = CATALOG) =>
    () =>
      chosenCall(planOf(fields, catalog, context));
  const refused = (type: string, status: number, param: string | undefined, message: string) =>
    expect.objectContaining({
      type,
      status,
      message: expect.stringContaining(message),
      details: param === undefined ? { metadata: expect.anything() } : expect.objectContaining({ param }),
    });
  const long = asking({ type: 'text', text: 'word '.repeat(9000) });

  it.each<readonly [string, JsonObject, Partial<PlanningContext>, ReturnType<typeof refused>]>([
    [
      'for what is in the messages',
      { model: 'b/m', ...asking(AUDIO) },
      {},
      refused('invalid_request', 400, 'messages[0].content[0]', 'does not read'),
    ],
    [
      'for a file that is not fetched',
      { model: 'c/m', ...asking(PICTURE) },
      fetchesNothing,
      refused('invalid_request', 400, 'messages[0].content[0]', 'the file cannot be fetched'),
    ],
    [
      'for too many calls',
      { model: 'b/m', n: 9, provider: { only: ['reads-text'] } },
      atMost(2),
      refused('invalid_request', 400, 'n', 'the most this router makes is 2 (variable MAX_UPSTREAM_CALLS)'),
    ],
  ])('throws %s a 400 that names the field', (_, fields, context, error) => {
    expect(failure(fields, context)).toThrow(error);
  });

  it('throws the error type of an upstream for a context that is too small', () => {
    const catalog = offersOf({ small: { contextTokens: 1000 }, tiny: { contextTokens: 500 } });
    expect(failure(long, {}, catalog)).toThrow(refused('context_length_exceeded', 400, 'messages', 'its context of 1000 tokens'));
    expect(failure({ ...long, provider: { ignore: ['tiny'] } }, {}, catalog)).toThrow(
      refused('not_found', 404, undefined, 'provider.ignore'),
    );
  });

  it('throws a 404 with all reasons when some are not in the request', () => {
    const access: PlanningContext['access'] = (entry) => ({
      ...openAccess(entry),
      missingVariables: entry.slug === 'takes-all' ? ['A_KEY'] : [],
    });
    const message =
      /^No endpoint can serve this request\. a\/m at takes-all: The takes-all is not set up: .*; a\/m at reads-text: messages.*; a\/m at wants-bytes: messages/;
    expect(failure(asking(AUDIO), { access })).toThrow(
      expect.objectContaining({ type: 'not_found', message: expect.stringMatching(message) }),
    );
  });
});

describe('tryFit rendering', () => {
  it('is kept for sending, and repeated when files were missing', () => {
    const request = requestFor('chat', 'a/m', asking(PICTURE));
    const { calls } = planOf(asking(PICTURE), CATALOG);
    const prepared = calls.map((call) =>
      prepare(call, { request, extraHeaders: {}, dataUris: new Map([[PICTURE.image_url.url, 'data:image/png;base64,AAAA']]) }),
    );
    const isKept = (slug: string) => {
      const rank = calls.findIndex(({ candidate }) => candidate.provider.slug === slug);
      return calls[rank]?.rendered?.body === prepared[rank]?.parts[0]?.body;
    };
    expect([isKept('takes-all'), isKept('wants-bytes')]).toEqual([true, false]);
    expect(JSON.stringify(prepared.find(({ planned }) => planned.candidate.provider.slug === 'wants-bytes')?.parts[0]?.body)).toContain(
      '"AAAA"',
    );
  });
});

describe('fit session_id', () => {
  it('is emulated and reported, and sent to a provider that has a field for it', () => {
    const catalog = createCatalog([
      provider('plain', [offering('a/m')]),
      provider('knows', [offering('b/m')], {
        operations: { chat: [chatOperation({ parameters: { session_id: { type: 'string' } } })] },
      }),
    ]);
    const sent = (model: string) => chosenCall(planOf({ model, session_id: 's' }, catalog)).fitted;
    expect(sent('a/m').adjustments).toMatchObject([{ param: 'session_id', action: 'emulated' }]);
    expect(sent('b/m').adjustments).toEqual([]);
    expect(sent('b/m').parts[0]?.call.parameters).toEqual({ session_id: 's' });
  });
});
