/** Thinking that a provider writes into the text, for the client. */
import { describe, expect, it } from 'vitest';
import { event } from '../dialects/replay.ts';
import { acme, bodyOf, chatOperation } from '../upstream/own-host.ts';
import { bodyRead, chunksOf, textsOf } from '../attempts/several.ts';
import { chatBody, createWorld } from '../pipeline/world.ts';

const SAID = ['<th', 'ink>Let me', ' see.\n</thi', 'nk>\n\nIt', ' is 5.'];
const pieces = [
  ...SAID.map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  '[DONE]',
];
const world = (quirks: string[]) =>
  createWorld(acme({ operations: { chat: [chatOperation({ quirks })] } }), ({ body }) =>
    body.stream === true
      ? new Response(bodyOf(...pieces.map(event)))
      : Response.json({ choices: [{ message: { content: SAID.join('') }, finish_reason: 'stop' }] }),
  );

describe('thinking between tags', () => {
  it('is told as reasoning, streamed and whole', async () => {
    const { chunks } = await chunksOf(await world(['think-tags']).ask(chatBody({ stream: true })));
    expect(textsOf(chunks)).toEqual({ 0: 'It is 5.' });
    expect(JSON.stringify(chunks)).toContain('"reasoning":" see."');
    expect(await bodyRead(await world(['think-tags']).ask(chatBody()))).toMatchObject({
      choices: [{ message: { content: 'It is 5.', reasoning: 'Let me see.' } }],
    });
  });

  it('stays where it is on a provider that is not known for it', async () => {
    expect(await bodyRead(await world([]).ask(chatBody()))).toMatchObject({ choices: [{ message: { content: SAID.join('') } }] });
  });

  it('can be left out, as any thinking', async () => {
    const answer = await bodyRead(await world(['think-tags']).ask(chatBody({ reasoning: { exclude: true } })));
    expect(answer).toMatchObject({ choices: [{ message: { content: 'It is 5.' } }] });
    expect(JSON.stringify(answer)).not.toContain('Let me see');
  });
});
