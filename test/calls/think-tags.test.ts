/** Reasoning that a provider writes into the text, as the client gets it. */
import { describe, expect, it } from 'vitest';
import { event } from '../dialects/replay.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { bodyRead, chunksOf, textsOf } from '../support/read-stream.ts';
import { chatBody, createFakeRouter } from '../support/fake-router.ts';

const SAID = ['<th', 'ink>Let me', ' see.\n</thi', 'nk>\n\nIt', ' is 5.'];
const pieces = [
  ...SAID.map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  '[DONE]',
];
const router = (quirks: string[]) =>
  createFakeRouter(acme({ operations: { chat: [chatOperation({ quirks })] } }), ({ body }) =>
    body['stream'] === true
      ? new Response(bodyOf(...pieces.map(event)))
      : Response.json({ choices: [{ message: { content: SAID.join('') }, finish_reason: 'stop' }] }),
  );

describe('reasoning between tags', () => {
  it('is reported as reasoning, streamed and whole', async () => {
    const { chunks } = await chunksOf(await router(['think-tags']).ask(chatBody({ stream: true })));
    expect(textsOf(chunks)).toEqual({ 0: 'It is 5.' });
    expect(JSON.stringify(chunks)).toContain('"reasoning":" see."');
    expect(await bodyRead(await router(['think-tags']).ask(chatBody()))).toMatchObject({
      choices: [{ message: { content: 'It is 5.', reasoning: 'Let me see.' } }],
    });
  });

  it('stays where it is on a provider that is not known for it', async () => {
    expect(await bodyRead(await router([]).ask(chatBody()))).toMatchObject({ choices: [{ message: { content: SAID.join('') } }] });
  });

  it('can be left out, as any reasoning', async () => {
    const answer = await bodyRead(await router(['think-tags']).ask(chatBody({ reasoning: { exclude: true } })));
    expect(answer).toMatchObject({ choices: [{ message: { content: 'It is 5.' } }] });
    expect(JSON.stringify(answer)).not.toContain('Let me see');
  });
});
