import { describe, expect, it } from 'vitest';
import type { ClientState } from '../../../../src/dialects/client-dialect.ts';
import { parseResponses } from '../../../../src/dialects/openai-responses/client/parse.ts';
import { resolveState } from '../../../../src/dialects/openai-responses/client/resolve.ts';

const stored = { type: 'message', role: 'assistant', content: 'stored' };
const nothing: ClientState = {
  openSummary: () => Promise.resolve(null),
  findItem: () => Promise.resolve(null),
  findConversation: () => Promise.resolve(null),
};
const state = (changes: Partial<ClientState>): ClientState => ({ ...nothing, ...changes });
const user = { type: 'message', role: 'user', content: 'x' };

describe('resolveState', () => {
  it.each([['Hi'], [{ input: 'Hi' }], [{ input: [user] }], [null]])('returns %j itself', async (body) => {
    expect(await resolveState(body, nothing)).toBe(body);
  });

  it('puts a summary of the router in the place of its item', async () => {
    const body = { model: 'm', input: [user, { type: 'compaction', id: 'cmp_1', encrypted_content: 'trbc1.x' }] };
    const resolved = await resolveState(body, state({ openSummary: (sealed) => Promise.resolve(`about ${sealed}`) }));
    const content = 'Summary of the conversation before this point:\n\nabout trbc1.x';
    expect(resolved).toEqual({ model: 'm', input: [user, { type: 'message', role: 'developer', content }] });
    const { input } = parseResponses(resolved);
    expect(input).toMatchObject({ conversation: { turns: [{ role: 'user' }, { role: 'system', blocks: [{ text: content }] }] } });
  });

  it('refuses a summary that cannot be opened, and leaves that of a provider alone', async () => {
    const of = (text: string) => ({ input: [{ type: 'compaction', encrypted_content: text }] });
    await expect(resolveState(of('trbc1.x'), nothing)).rejects.toThrow('input[0].encrypted_content cannot be opened');
    expect(await resolveState(of('gAAA'), nothing)).toEqual(of('gAAA'));
  });

  it('puts stored items and answers in the place of references', async () => {
    const body = { model: 'm', previous_response_id: 'resp_1', input: [{ type: 'item_reference', id: 'msg_9' }, user] };
    const store = state({
      findItem: (id) => Promise.resolve(id === 'msg_9' ? stored : null),
      findConversation: (id) => Promise.resolve(id === 'resp_1' ? [user] : null),
    });
    expect(await resolveState(body, store)).toEqual({ model: 'm', input: [user, stored, user] });
    expect(await resolveState({ input: [{ id: 'msg_9' }] }, store)).toEqual({ input: [stored] });
    expect(await resolveState({ input: 'Hi', previous_response_id: 'resp_1' }, store)).toEqual({
      input: [user, { type: 'message', role: 'user', content: 'Hi' }],
    });
  });

  it('leaves a reference that is not found, which is then refused', async () => {
    const body = { model: 'm', input: [{ type: 'item_reference', id: 'msg_9' }] };
    expect(await resolveState(body, nothing)).toEqual(body);
    expect(() => parseResponses(body)).toThrow("Item with id 'msg_9' not found");
  });
});
