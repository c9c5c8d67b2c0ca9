/** A service that has one of a provider's two addresses: a client's own body is translated where the address for it does not exist. */
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { RouterError } from '../../src/unified/error.ts';
import { createClientRouter, type ClientRouter } from '../support/client-router.ts';

const MODEL = '@amazon-bedrock/anthropic.claude-opus-4-7';
const body = (more: JsonObject = {}): JsonObject => ({
  model: MODEL,
  max_tokens: 99,
  temperature: 0.5,
  messages: [{ role: 'user', content: 'Hi' }],
  ...more,
});
const CONVERSE = {
  output: { message: { role: 'assistant', content: [{ text: 'Good day.' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 },
};

/** Bedrock's Converse alone; any other address is answered like this. */
const converseOnly = (otherwise: () => Response): ClientRouter =>
  createClientRouter(({ url }) => (url.endsWith('/converse') ? Response.json(CONVERSE) : otherwise()));

const pathsOf = ({ sent }: ClientRouter): (string | undefined)[] => sent.map(({ url }) => url.split('/').at(-1));

describe("a client's own body at a service without the address for it", () => {
  it.each<[string, () => Response]>([
    ['404, no words', () => new Response(null, { status: 404 })],
    ['404, JSON', () => Response.json({ message: 'Not Found' }, { status: 404 })],
    [
      '404, JSON in which the path names the model',
      () => Response.json({ error: { message: `Nothing at POST /v1/model/${MODEL}/invoke.` } }, { status: 404 }),
    ],
    ['404, a page', () => new Response('<html><h1>404 Not Found</h1></html>', { status: 404 })],
    ['405', () => Response.json({ detail: 'Method Not Allowed' }, { status: 405 })],
    ['501', () => new Response('not implemented', { status: 501 })],
    [
      'AWS without the operation',
      () =>
        Response.json(
          { Output: { __type: 'com.amazon.coral.service#UnknownOperationException' } },
          { status: 404, headers: { 'x-amzn-errortype': 'UnknownOperationException' } },
        ),
    ],
  ])('is translated in the same request, which is no failure of the endpoint: %s', async (_, otherwise) => {
    const router = converseOnly(otherwise);
    const response = await router.ask(anthropicClient, body());
    expect(await response.json()).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'Good day.' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 3, output_tokens: 4 },
    });
    expect(pathsOf(router)).toEqual(['invoke', 'converse']);
    expect(router.sent[1]?.body).toMatchObject({
      inferenceConfig: { maxTokens: 99 },
      messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
    });
    // What only the native form would have carried is reported.
    expect(response.headers.get('x-tributary-adjustments')).toContain('temperature');
    expect(router.unhealthy).toEqual([]);
  });

  it('is translated with the first of several keys', async () => {
    const keys = ['sk-key-0123456789', 'sk-key-9876543210'] as const;
    const router = createClientRouter(
      ({ url }) => (url.endsWith('/converse') ? Response.json(CONVERSE) : new Response(null, { status: 404 })),
      keys,
    );
    const response = await router.ask(anthropicClient, body());
    expect(await response.json()).toMatchObject({ content: [{ text: 'Good day.' }] });
    expect(router.sent.map(({ headers }) => headers.get('authorization'))).toEqual([`Bearer ${keys[0]}`, `Bearer ${keys[0]}`]);
  });

  it('is translated at once the next time', async () => {
    const router = converseOnly(() => new Response(null, { status: 404 }));
    await router.ask(anthropicClient, body());
    await (await router.ask(anthropicClient, body())).json();
    expect(pathsOf(router)).toEqual(['invoke', 'converse', 'converse']);
  });

  it('keeps its error where the model does not exist, or the translation fails', async () => {
    const missing = () =>
      Response.json(
        { message: 'Could not resolve the model.' },
        { status: 404, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' } },
      );
    for (const [otherwise, more] of [
      [missing, {}],
      [() => Response.json({ message: 'max_tokens: Field required' }, { status: 400 }), {}],
      [() => new Response(null, { status: 404 }), { provider: { allow_adjustments: false } }],
    ] as const) {
      const router = converseOnly(otherwise);
      const failure: unknown = await router.ask(anthropicClient, body({ ...more })).catch((thrown: unknown) => thrown);
      expect(failure).toBeInstanceOf(RouterError);
      expect(pathsOf(router)).toEqual(['invoke']);
    }
  });

  it('is not sent twice to one address', async () => {
    const router = createClientRouter(() => Response.json({ message: 'Not Found' }, { status: 404 }));
    await router.ask(anthropicClient, body({ model: '@anthropic/claude-opus-4-7' })).catch(() => undefined);
    expect(router.sent).toHaveLength(1);
  });

  it('fails with the second error where neither address works, and remembers nothing', async () => {
    const router = createClientRouter(() => new Response(null, { status: 404 }));
    for (const _ of [1, 2]) await router.ask(anthropicClient, body()).catch(() => undefined);
    expect(pathsOf(router)).toEqual(['invoke', 'converse', 'invoke', 'converse']);
  });
});

describe('a compaction at a service of Responses without the address for it', () => {
  const compacting = {
    ...openaiResponsesClient,
    parse: (fields: JsonObject) => openaiResponsesClient.parse(fields, () => null, 'compact'),
  };
  const answer = {
    id: 'resp_1',
    object: 'response',
    model: 'gpt-5.5',
    status: 'completed',
    output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'What was done.', annotations: [] }] }],
    usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  };
  const fields: JsonObject = { model: '@openai/gpt-5.5', input: [{ role: 'user', content: 'Hi' }] };

  it('is a summary by the model, and other requests still go out as they are', async () => {
    const router = createClientRouter(({ url }) =>
      url.endsWith('/responses') ? Response.json(answer) : new Response(null, { status: 404 }),
    );
    const compaction = (await (await router.ask(compacting, fields)).json()) as JsonObject;
    expect(compaction).toMatchObject({
      object: 'response.compaction',
      output: [{ type: 'compaction', encrypted_content: expect.any(String) }],
    });
    await router.ask(compacting, fields);
    await router.ask(openaiResponsesClient, { ...fields, unheard_of: 1 });
    expect(pathsOf(router)).toEqual(['compact', 'responses', 'responses', 'responses']);
    expect(router.sent.map(({ body: sent }) => 'unheard_of' in sent)).toEqual([false, false, false, true]);
    expect(JSON.stringify(router.sent[1]?.body)).toContain('Write a summary of this conversation');
  });
});
