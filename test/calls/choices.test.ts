/** Choices that an upstream numbers wrongly or sends beyond what was asked, from request to answer. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { framesIn } from '../support/read-stream.ts';
import { event } from '../dialects/replay.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { chatBody, createFakeRouter } from '../support/fake-router.ts';

const single = acme({ operations: { chat: [chatOperation({ parameters: { ...chatOperation().parameters, n: false } })] } });

/** The answer of one call, under these names. */
function say(stream: boolean, call: number, names: readonly unknown[]): Response {
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  if (!stream) {
    const choices = names.map((index) => ({ index, message: { role: 'assistant', content: `call${call}` }, finish_reason: 'stop' }));
    return Response.json({ object: 'chat.completion', choices, usage });
  }
  const pieces = ['call', String(call)].flatMap((content) => names.map((index) => ({ index, delta: { content }, finish_reason: null })));
  const frames = [...pieces, ...names.map((index) => ({ index, delta: {}, finish_reason: 'stop' }))].map((choice) => ({
    choices: [choice],
  }));
  return new Response(bodyOf(...[...frames, { choices: [], usage }, '[DONE]'].map(event)));
}

async function ask(stream: boolean, names: readonly unknown[]) {
  let calls = 0;
  const router = createFakeRouter(single, () => say(stream, calls++, names));
  const written = await (await router.ask(chatBody({ n: 3, stream }))).text();
  const documents = stream ? framesIn(written).filter((frame) => frame !== '[DONE]') : [JSON.parse(written) as JsonObject];
  const texts: Record<string, string> = {};
  let finishes = 0;
  for (const choice of documents.flatMap(({ choices }) => choices as JsonObject[])) {
    const said = (choice['delta'] ?? choice['message']) as JsonObject;
    texts[String(choice['index'])] = (texts[String(choice['index'])] ?? '') + String(said['content'] ?? '');
    if (choice['finish_reason'] !== null) finishes++;
  }
  return { texts, finishes, written };
}

const EACH = { texts: { 0: 'call0', 1: 'call1', 2: 'call2' }, finishes: 3 };

describe.each([true, false])('three calls of one choice each (stream: %s)', (stream) => {
  it.each([[[1]], [[-1]], [[0.5]], [[1e9]], [['a']], [['1']], [[null]]])('stay apart where each calls its choice %j', async (names) => {
    expect(await ask(stream, names)).toMatchObject(EACH);
  });

  it('stay apart where each sends more choices than one, and the answer says that some were left out', async () => {
    const answer = await ask(stream, [0, 1, 2]);
    expect(answer).toMatchObject(EACH);
    const report = '"param":"n","action":"dropped","reason":"Acme sent more choices than requested (1)';
    expect(answer.written.split(report)).toHaveLength(2); // once for three calls
  });
});
