import { describe, expect, it } from 'vitest';
import type { ClientState } from '../../../../src/dialects/client-answers.ts';
import { parseResponses } from '../../../../src/dialects/openai-responses/client/parse.ts';
import { resolveState } from '../../../../src/dialects/openai-responses/client/resolve.ts';

const stored = { type: 'message', role: 'assistant', content: 'stored' };
const nothing: ClientState = {
  keeps: 'requested',
  openSummary: () => Promise.resolve(null),
  findItems: () => Promise.resolve(new Map()),
  findConversation: () => Promise.resolve(null),
};
const state = (changes: Partial<ClientState>): ClientState => ({ ...nothing, ...changes });
const answer = { type: 'message', role: 'assistant', id: 'msg_1', content: 'said' };
const user = { type: 'message', role: 'user', content: 'x' };

describe('resolveState', () => {
  it.each([['Hi'], [{ input: 'Hi' }], [{ input: [user] }], [null]])('returns %j itself', async (body) => {
    const resolved = await resolveState(body, nothing);
    expect(resolved).toEqual({ body, storedTurn: null, itemsBefore: 0 });
    expect(resolved.body).toBe(body);
  });

  it('puts a summary of the router in the place of its item', async () => {
    const body = { model: 'm', input: [user, { type: 'compaction', id: 'cmp_1', encrypted_content: 'trbc1.x' }] };
    const { body: resolved, storedTurn } = await resolveState(body, state({ openSummary: (sealed) => Promise.resolve(`about ${sealed}`) }));
    expect(storedTurn).toBeNull();
    const content = 'Summary of the conversation before this point:\n\nabout trbc1.x';
    expect(resolved).toEqual({ model: 'm', input: [user, { type: 'message', role: 'developer', content }] });
    const { input } = parseResponses(resolved);
    expect(input).toMatchObject({ conversation: { turns: [{ role: 'user' }, { role: 'system', blocks: [{ text: content }] }] } });
  });

  it('refuses a summary that cannot be opened, and leaves that of a provider alone', async () => {
    const of = (text: string) => ({ input: [{ type: 'compaction', encrypted_content: text }] });
    await expect(resolveState(of('trbc1.x'), nothing)).rejects.toThrow('input[0].encrypted_content cannot be opened');
    expect((await resolveState(of('gAAA'), nothing)).body).toEqual(of('gAAA'));
  });

  const store = state({
    findItems: (ids) => Promise.resolve(new Map(ids.includes('msg_9') ? [['msg_9', stored]] : [])),
    findConversation: (id) => Promise.resolve(id === 'resp_1' ? [user, answer] : null),
  });

  it('puts kept items and answers in the place of references, and names what the request adds', async () => {
    const reference = { type: 'item_reference', id: 'msg_9' };
    const body = { model: 'm', previous_response_id: 'resp_1', input: [reference, user], store: true };
    expect(await resolveState(body, store)).toEqual({
      body: { model: 'm', input: [user, answer, stored, user], store: true },
      storedTurn: { previousId: 'resp_1', items: [stored, user], isKept: true },
      itemsBefore: 2,
    });
    expect((await resolveState({ input: [{ id: 'msg_9' }] }, store)).body).toEqual({ input: [stored] });
    const hi = { type: 'message', role: 'user', content: 'Hi' };
    expect(await resolveState({ input: 'Hi', previous_response_id: 'resp_1' }, store)).toEqual({
      body: { input: [user, answer, hi] },
      storedTurn: { previousId: 'resp_1', items: [hi], isKept: false },
      itemsBefore: 2,
    });
    expect((await resolveState({ previous_response_id: 'resp_1' }, store)).body).toEqual({ input: [user, answer] });
  });

  it('leaves out a reference to an item of the conversation before it', async () => {
    const input = [{ type: 'item_reference', id: 'msg_1' }, user];
    const resolved = await resolveState({ previous_response_id: 'resp_1', input }, store);
    expect(resolved.body).toEqual({ input: [user, answer, user] });
  });

  it.each<[ClientState['keeps'], unknown, boolean]>([
    ['requested', true, true],
    ['requested', undefined, false],
    ['default', undefined, true],
    ['default', null, true],
    ['default', false, false],
    ['never', true, false],
  ])('where answers are kept as %s, one of a request with store %s is kept: %s', async (keeps, asked, isKept) => {
    const { storedTurn } = await resolveState({ input: [user], store: asked }, state({ keeps }));
    expect(storedTurn).toEqual(isKept ? { previousId: null, items: [user], isKept } : null);
  });

  it('leaves a reference that is not found, which is then refused', async () => {
    const body = { model: 'm', input: [{ type: 'item_reference', id: 'msg_9' }] };
    const { body: resolved } = await resolveState(body, nothing);
    expect(resolved).toEqual(body);
    expect(() => parseResponses(resolved)).toThrow("Item with id 'msg_9' not found");
    const next = { model: 'm', input: 'Hi', previous_response_id: 'resp_2' };
    const { body: same } = await resolveState(next, store);
    expect(() => parseResponses(same)).toThrow("Previous response with id 'resp_2' not found");
  });
});
