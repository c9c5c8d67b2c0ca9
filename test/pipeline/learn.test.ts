/** A parameter that an upstream refuses by name is left out, and the upstream is asked once more. */
import { describe, expect, it } from 'vitest';
import type { Learned } from '../../src/ports.ts';
import { createLearned } from '../../src/routing/learned.ts';
import type { JsonObject } from '../../src/unified/json.ts';
import { createFakeClock } from '../stream/fake-clock.ts';
import { acme, chatOperation } from '../upstream/own-host.ts';
import { chatBody, createWorld, type Sent, type World } from './world.ts';

const HOST = acme({
  operations: {
    chat: [
      chatOperation({ parameters: { temperature: {}, top_k: {}, max_completion_tokens: { name: 'max_tokens' }, n: false, stop: {} } }),
    ],
  },
});
const ANSWER = {
  model: 'm',
  choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
};
const refusal = (message: string, more: JsonObject = {}, status = 400) => Response.json({ error: { message, ...more } }, { status });

type Told = { world: World; logged: string[]; learned: Learned };

/** A host that refuses as long as the body has this field. */
function hostRefusing(field: string, refuse: () => Response): Told {
  const logged: string[] = [];
  const learned = createLearned(createFakeClock());
  const respond = ({ body }: Sent) => (field in body ? refuse() : Response.json(ANSWER));
  return { world: createWorld(HOST, respond, { learned, log: (line) => void logged.push(line) }), logged, learned };
}

const answerOf = async (response: Response) => (await response.json()) as JsonObject & { adjustments?: JsonObject[]; error?: JsonObject };

describe('a refusal that names a parameter', () => {
  it.each<[string, () => Response]>([
    ['in param', () => refusal('nope', { param: 'top_k' })],
    ['as unrecognized', () => refusal('Unrecognized request argument supplied: top_k')],
    ['in quotes', () => refusal("Unsupported parameter: 'top_k' is not supported with this model.")],
    [
      'as an extra input',
      () => Response.json({ detail: [{ loc: ['body', 'top_k'], msg: 'Extra inputs are not permitted' }] }, { status: 422 }),
    ],
    ['of an unknown name', () => refusal('Invalid JSON payload received. Unknown name "top_k": Cannot find field.')],
  ])('%s is answered by asking again without it', async (_, refuse) => {
    const { world } = hostRefusing('top_k', refuse);
    const response = await world.ask(chatBody({ top_k: 5, temperature: 0.5 }));
    expect(world.sent.map(({ body }) => [body.top_k, body.temperature])).toEqual([
      [5, 0.5],
      [undefined, 0.5],
    ]);
    expect(response.status).toBe(200);
    expect((await answerOf(response)).adjustments).toEqual([
      { param: 'top_k', action: 'learned', from: 5, reason: 'Acme refused it; asked again without it' },
    ]);
    expect(response.headers.get('x-tributary-adjustments')).toContain('top_k;action=learned');
  });

  it('that asks for thinking is answered by asking again without any of the ways to ask for it', async () => {
    const thinker = acme({
      operations: { chat: [chatOperation({ parameters: { reasoning_effort: {}, 'reasoning.enabled': {}, seed: {} } })] },
    });
    const world = createWorld(thinker, ({ body }) =>
      'reasoning_effort' in body ? refusal('no thinking', { param: 'reasoning' }) : Response.json(ANSWER),
    );
    const body = await answerOf(await world.ask(chatBody({ reasoning: { effort: 'high' }, seed: 7 })));
    expect(world.sent.map((call) => Object.keys(call.body))).toEqual([
      ['model', 'messages', 'reasoning.enabled', 'reasoning_effort', 'seed'],
      ['model', 'messages', 'seed'],
    ]);
    expect(body.adjustments?.map(({ param }) => param)).toEqual(['reasoning.enabled', 'reasoning_effort']);
  });

  it('is told in a stream as well', async () => {
    const lines = [{ ...ANSWER, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }] }].map(
      (chunk) => `data: ${JSON.stringify(chunk)}\n\n`,
    );
    const world = createWorld(HOST, ({ body }) =>
      'top_k' in body ? refusal('x', { param: 'top_k' }) : new Response(`${lines.join('')}data: [DONE]\n\n`),
    );
    const text = await (await world.ask(chatBody({ top_k: 5, stream: true }))).text();
    expect(text).toContain('"action":"learned"');
    expect(text).toContain('[DONE]');
  });

  it('under its wire name is remembered under its own, and the log says which rule to add', async () => {
    const { world, logged, learned } = hostRefusing('max_tokens', () => refusal('unknown field', { param: 'max_tokens' }));
    await world.ask(chatBody({ max_completion_tokens: 9 }));
    expect([...learned.refusedBy('acme', 'm')]).toEqual(['max_completion_tokens']);
    expect(logged).toEqual([
      expect.stringMatching(
        /^acme refused "max_completion_tokens" for m: .*byModel: "m": \{ "parameters": \{ "max_completion_tokens": false \} \}$/,
      ),
    ]);
  });

  it('is not walked into a second time', async () => {
    const { world } = hostRefusing('top_k', () => refusal('x', { param: 'top_k' }));
    await world.ask(chatBody({ top_k: 5 }));
    const body = await answerOf(await world.ask(chatBody({ top_k: 6 })));
    expect(world.sent.map((call) => call.body.top_k)).toEqual([5, undefined, undefined]);
    expect(body.adjustments).toMatchObject([{ param: 'top_k', action: 'learned', from: 6 }]);
  });

  it('because of its value is left out this time, and sent the next time', async () => {
    const { world, logged, learned } = hostRefusing('top_k', () => refusal('top_k is too large: at most 40', { param: 'top_k' }));
    expect((await answerOf(await world.ask(chatBody({ top_k: 50 })))).adjustments).toMatchObject([{ param: 'top_k', action: 'learned' }]);
    expect([learned.refusedBy('acme', 'm').size, logged]).toEqual([0, []]);
  });

  it('that the host demands is passed on', async () => {
    const strict = acme({ operations: { chat: [chatOperation({ parameters: { max_tokens: { required: true, default: 9 } } })] } });
    const world = createWorld(strict, () => refusal('unknown field', { param: 'max_tokens' }));
    await expect(world.ask(chatBody())).rejects.toMatchObject({ status: 400 });
    expect(world.sent).toHaveLength(1);
  });

  it('is asked again once, not until it works', async () => {
    const world = createWorld(HOST, () => refusal('x', { param: 'top_k' }));
    await expect(world.ask(chatBody({ top_k: 5, temperature: 1 }))).rejects.toMatchObject({ status: 400 });
    expect(world.sent).toHaveLength(2);
  });

  it('holds for each of several calls, and is told once', async () => {
    const { world, logged } = hostRefusing('top_k', () => refusal('x', { param: 'top_k' }));
    const body = await answerOf(await world.ask(chatBody({ top_k: 5, n: 3 })));
    expect((body.choices as unknown[]).length).toBe(3);
    expect(body.adjustments?.filter(({ action }) => action === 'learned')).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });
});

describe('a refusal is passed on', () => {
  it.each<[string, JsonObject, () => Response]>([
    ['where it names nothing', {}, () => refusal('Something is unsupported.')],
    ['where it names what was not sent', {}, () => refusal('x', { param: 'seed' })],
    ['where it could mean two parameters', {}, () => refusal('temperature and top_k are not supported')],
    [
      'where it is about the context',
      {},
      () => refusal('maximum context length exceeded; lower top_k', { code: 'context_length_exceeded', param: 'top_k' }),
    ],
    ['where its status means something else', {}, () => refusal('x', { param: 'top_k' }, 429)],
    ['where the client allows no adjustments', { provider: { allow_adjustments: false } }, () => refusal('x', { param: 'top_k' })],
    ['where the client demands all parameters', { provider: { require_parameters: true } }, () => refusal('x', { param: 'top_k' })],
  ])('%s', async (_, more, refuse) => {
    const { world, logged } = hostRefusing('top_k', refuse);
    await expect(world.ask(chatBody({ top_k: 5, temperature: 0.5, ...more }))).rejects.toMatchObject({ name: 'RouterError' });
    expect(world.sent).toHaveLength(1);
    expect(logged).toEqual([]);
  });
});
