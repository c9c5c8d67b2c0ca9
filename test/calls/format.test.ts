/** Response formats that a provider lacks: an instruction for the model, a check by the router, and the result when the check fails. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { event } from '../dialects/replay.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { bodyRead, chunksOf, failureOf } from '../support/read-stream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';
import { bodyOf, refuses, type Respond } from '../support/scripted-upstream.ts';

const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 1 } }, required: ['n'], additionalProperties: false };
const asked = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } };
const lacking = (slug: string) => {
  const operation = chatOperation();
  const response_format = { type: 'object' as const, enum: ['text', 'json_object'] };
  return host(slug, { operations: { chat: [{ ...operation, parameters: { ...operation.parameters, response_format } }] } });
};
const [alpha, beta] = [lacking('alpha'), lacking('beta')];
const inOrder = (more: JsonObject = {}) => ({ model: 'any/m', provider: { order: ['alpha', 'beta'] }, ...asked, ...more });

/** Answers with a text and a finish reason, as asked. */
const writes =
  (text: string, finish = 'stop', more: JsonObject = {}): Respond =>
  ({ body }) => {
    const head = { id: 'a', model: 'm', created: 1 };
    if (body['stream'] !== true) {
      const message = { role: 'assistant', content: text, ...more };
      return Response.json({ ...head, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: finish }] });
    }
    const chunk = (delta: JsonObject, reason: string | null) =>
      event({ ...head, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: reason }] });
    return new Response(bodyOf(chunk({ content: text, ...more }, null), chunk({}, finish), event('[DONE]')));
  };

const missed = (body: unknown) =>
  ((body as { adjustments?: { param: string; reason: string }[] }).adjustments ?? [])
    .filter(({ param, reason }) => param === 'response_format' && reason.includes('does not satisfy'))
    .map(({ reason }) => reason.split('is not known to: ')[1]);

describe('a schema at a provider that takes any JSON only', () => {
  it('becomes an instruction beside JSON mode, and is reported', async () => {
    const router = createMultiProvider([[alpha, writes('{"n":1}')]]);
    const body = await bodyRead(await router.ask({ model: '@alpha/m', ...asked, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hi' }] })); // prettier-ignore
    expect(router.sent[0]?.body).toMatchObject({ response_format: { type: 'json_object' } });
    const [system] = (router.sent[0]?.body['messages'] ?? []) as { role: string; content: string }[];
    expect(system).toMatchObject({
      role: 'system',
      content: expect.stringMatching(/^Be brief\.\n\nAnswer with one JSON object/) as string,
    });
    expect(system?.content).toContain(JSON.stringify(schema));
    expect(body.adjustments).toMatchObject([{ param: 'response_format', action: 'emulated', from: 'json_schema', to: 'json_object' }]);
    expect(body.choices).toMatchObject([{ message: { content: '{"n":1}' } }]);
  });

  it.each([
    ['{"n":0}', '/n is below 1'],
    ['{"n":"1"}', '/n is no integer'],
    ['{}', 'the answer has no "n"'],
    ['{"n":1,"m":2}', '/m is not allowed'],
    ['Here it is: {"n":1}', 'it is not JSON'],
  ])('that is not satisfied (%s) is reported, in a stream as well', async (text, what) => {
    const router = createMultiProvider([[alpha, writes(text)]]);
    expect(missed(await bodyRead(await router.ask({ model: '@alpha/m', ...asked })))).toEqual([what]);
    const { chunks } = await chunksOf(await router.ask({ model: '@alpha/m', ...asked, stream: true }));
    expect(missed(chunks.at(-1))).toEqual([what]);
  });

  it.each([
    ['cut', writes('{"n":', 'length')],
    ['a refusal', writes('', 'stop', { refusal: 'No.' })],
    [
      'calls',
      writes('', 'tool_calls', { tool_calls: [{ id: 'c', index: 0, type: 'function', function: { name: 'look', arguments: '{}' } }] }),
    ],
  ])('is not looked for in an answer that is something else: %s', async (_, respond) => {
    const router = createMultiProvider([[alpha, respond]]);
    expect(missed(await bodyRead(await router.ask({ model: '@alpha/m', ...asked })))).toEqual([]);
  });

  it('sends an answer without a stream to the next endpoint when it is missed, and tells of both', async () => {
    const router = createMultiProvider([[alpha, writes('no')], [beta, writes('{"n":2}')]], { attempts: 4 }); // prettier-ignore
    const response = await router.ask(inOrder());
    expect(response.headers.get('x-tributary-provider')).toBe('beta');
    const body = await bodyRead(response);
    expect([body.choices, missed(body)]).toMatchObject([[{ message: { content: '{"n":2}' } }], []]);
  });

  it('is reported as missed where the last endpoint misses it too, or has shown its text', async () => {
    const router = createMultiProvider([[alpha, writes('no')], [beta, writes('neither')]], { attempts: 4 }); // prettier-ignore
    const body = await bodyRead(await router.ask(inOrder()));
    expect([body.choices, missed(body)]).toMatchObject([[{ message: { content: 'neither' } }], ['it is not JSON']]);
    const { chunks } = await chunksOf(await router.ask(inOrder({ stream: true })));
    expect([missed(chunks.at(-1)), router.sentTo('beta')]).toMatchObject([['it is not JSON'], [{}]]);
  });

  it('is an error where the endpoint that is asked next fails', async () => {
    const router = createMultiProvider([[alpha, writes('no')], [beta, refuses('down', 401)]], { attempts: 4 }); // prettier-ignore
    expect(await failureOf(router.ask(inOrder()))).toMatchObject({
      meaning: 'invalid-output',
      message: expect.stringContaining('it is not JSON') as string,
    });
  });

  it('is a refusal where the client allows no adjustments', async () => {
    const router = createMultiProvider([[alpha, writes('{"n":1}')]]);
    const failure = await failureOf(router.ask({ model: '@alpha/m', ...asked, provider: { allow_adjustments: false } }));
    expect(failure).toMatchObject({ status: 400, details: { param: 'response_format' } });
  });
});
