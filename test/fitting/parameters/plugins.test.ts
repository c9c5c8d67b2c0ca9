/** The plugins of the router, over the whole pipeline. */
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../../src/lib/json.ts';
import { acme, chatOperation } from '../../support/fake-providers.ts';
import { chatBody, createFakeRouter } from '../../support/fake-router.ts';
import { bodyRead, chunksOf } from '../../support/read-stream.ts';
import { says } from '../../support/scripted-upstream.ts';

const healing = (more: JsonObject = {}): JsonObject =>
  chatBody({ plugins: [{ id: 'response-healing' }], response_format: { type: 'json_object' }, ...more });
const routerOf = (text: string, accepts = true) => {
  const parameters = { ...chatOperation().parameters, ...(accepts ? {} : { response_format: false as const }) };
  return createFakeRouter(acme({ operations: { chat: [chatOperation({ parameters })] } }), says(text));
};
/** The text of the answer, without the digit that the scripted upstream appends. */
async function read(text: string, body: JsonObject, accepts = true): Promise<{ content: unknown; adjustments: unknown; sent: JsonObject }> {
  const router = routerOf(text, accepts);
  const answer = await bodyRead(await router.ask(body));
  const [choice] = answer['choices'] as { message: JsonObject }[];
  return { content: choice?.message['content'], adjustments: answer['adjustments'], sent: router.sent[0]?.body ?? {} };
}

describe('the plugin response-healing', () => {
  it('repairs an answer that is no JSON, and reports it', async () => {
    const { content, adjustments, sent } = await read('Sure: {"a": 1,} ', healing());
    expect(JSON.parse(String(content))).toEqual({ a: 1 });
    expect(adjustments).toEqual([
      { param: 'response_format', action: 'emulated', reason: 'the answer of Acme was no JSON: response-healing repaired it' },
    ]);
    expect(sent).not.toHaveProperty('plugins');
  });

  it('repairs before the schema is checked', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
    const body = healing({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } });
    const { content, adjustments } = await read('{a: 1} or ', body, false);
    expect(JSON.parse(String(content))).toEqual({ a: 1 });
    expect(adjustments).toMatchObject([
      { reason: expect.stringContaining('described in the prompt') },
      { reason: expect.stringContaining('repaired') },
    ]);
  });

  it('leaves JSON alone', async () => {
    const { content, adjustments } = await read('{"a":   1}\n', healing({ stop: ['0'] }));
    expect([content, adjustments]).toEqual(['{"a":   1}\n', undefined]);
  });

  it.each([
    ['is not asked for', { plugins: [] }],
    ['is switched off', { plugins: [{ id: 'response-healing', enabled: false }] }],
  ])('changes nothing where it %s', async (_, more) => {
    const { content, adjustments } = await read('{"a": 1,} ', healing(more));
    expect([content, adjustments]).toEqual(['{"a": 1,} 0', undefined]);
  });

  it('is reported where it has no effect: in a stream, and without a format', async () => {
    const { adjustments } = await read('Hi', chatBody({ plugins: [{ id: 'response-healing' }] }));
    expect(adjustments).toMatchObject([{ param: 'plugins', action: 'dropped', from: 'response-healing' }]);
    const { chunks } = await chunksOf(await routerOf('{"a": 1,} ').ask(healing({ stream: true })));
    const last = chunks.findLast((chunk) => isObject(chunk) && chunk['adjustments'] !== undefined);
    expect(last).toMatchObject({ adjustments: [{ param: 'plugins', action: 'dropped' }] });
  });

  it('leaves other plugins to providers that have them', async () => {
    const { adjustments } = await read('{}', healing({ plugins: [{ id: 'response-healing' }, { id: 'web' }] }));
    expect(adjustments).toMatchObject([{ param: 'plugins', action: 'dropped' }, { param: 'response_format' }]);
  });
});
