/** Conversations that are shortened from their middle. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { shortenToFit } from '../../src/fitting/middle-out.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Conversation, Turn } from '../../src/unified/request/conversation.ts';
import { conversationOf } from '../../src/unified/request/turns-conversation.ts';

/** The conversation shortened to so many tokens. */
const shorten = (conversation: Conversation, limit: number) => shortenToFit(conversation, { limit, model: 'm' });

const words = (count: number) => 'word '.repeat(count);
const said = (role: string, content: string): JsonObject => ({ role, content });

/** OpenAI's messages as a conversation, as its client format reads them or as turns of another format. */
function read(messages: JsonObject[], as: 'openai' | 'turns' = 'openai'): Conversation {
  const { input } = openaiChatClient.parse({ model: 'a/m', messages });
  if (input.kind !== 'messages') throw new Error('messages expected');
  return as === 'openai' ? input.conversation : conversationOf(input.conversation.turns);
}

const textsOf = ({ turns }: Pick<Conversation, 'turns'>) =>
  turns.map(({ blocks }) => blocks.map((block) => (block.type === 'text' ? block.text.split(' ')[0] : block.type)).join('+'));

const call = (id: string): JsonObject => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'look', arguments: '{}' } }],
});
const result = (id: string, content: string): JsonObject => ({ role: 'tool', tool_call_id: id, content });

describe.each(['openai', 'turns'] as const)('a conversation of the form %s', (as) => {
  it('is the same where it fits', () => {
    const conversation = read([said('user', words(10))], as);
    expect(shorten(conversation, 100)).toMatchObject({ conversation, leftOut: 0, longestText: null });
  });

  it('loses the messages of its middle first, and keeps the system text, the first and the last message', () => {
    const middle = ['b', 'c', 'd', 'e', 'f'].map((name, index) => said(index % 2 === 0 ? 'assistant' : 'user', `${name} ${words(100)}`));
    const messages = [said('system', `s ${words(50)}`), said('user', 'a here'), ...middle, said('user', 'g there')];
    const texts = [700, 560, 460, 360, 260, 160].map((limit) => {
      const shortened = shorten(read(messages, as), limit);
      return textsOf(shortened?.conversation ?? { turns: [] }).join(' ');
    });
    expect(texts).toEqual(['s a b c d e f g', 's a b c e f g', 's a b e f g', 's a b f g', 's a f g', 's a g']);
  });

  it('loses a call together with its results', () => {
    const messages = [
      said('user', 'a'),
      call('1'),
      result('1', words(50)),
      said('assistant', 'b'),
      said('user', 'c'),
      { ...call('2'), tool_calls: [...(call('2')['tool_calls'] as []), ...(call('3')['tool_calls'] as [])] },
      result('2', words(50)),
      result('3', words(50)),
      said('assistant', 'd'),
      said('user', 'e'),
    ];
    for (let limit = 60; limit < 260; limit += 10) {
      const kept = shorten(read(messages, as), limit)?.conversation;
      const uses = kept?.toolUses() ?? [];
      const idsOf = (kind: string) => uses.filter((use) => use.kind === kind).map(({ id }) => id);
      expect(idsOf('result')).toEqual(idsOf('call'));
    }
  });

  it('keeps the question before an answer that was begun', () => {
    const messages = [said('user', 'a'), said('assistant', `b ${words(99)}`), said('user', 'c'), said('assistant', 'd')];
    expect(textsOf(shorten(read(messages, as), 40)?.conversation ?? { turns: [] })).toEqual(['a', 'c', 'd']);
  });

  it('loses the middle of its longest texts where nothing more can be left out, and says how much', () => {
    const messages = [said('system', words(100)), said('user', `begin ${words(2000)}end`), said('user', 'short')];
    const shortened = shorten(read(messages, as), 1000);
    const [system, long, short] =
      shortened?.conversation.turns.map(({ blocks: [block] }) => (block?.type === 'text' ? block.text : '')) ?? [];
    expect([system, short]).toEqual([words(100), 'short']);
    expect(long).toMatch(/^begin word[^]*\n\[\.\.\. \d+ characters are left out here \.\.\.\]\n[^]*word end$/);
    expect(long?.length).toBe(shortened?.longestText);
    expect(shortened?.tokensAfter).toBeLessThanOrEqual(1000);
  });

  it('cuts results of tools, and no pair of surrogates', () => {
    const messages = [said('user', 'a'), call('1'), result('1', '😀'.repeat(4000))];
    const shortened = shorten(read(messages, as), 900);
    const last = shortened?.conversation.turns.at(-1)?.blocks[0];
    const text = last?.type === 'tool-result' && last.blocks[0]?.type === 'text' ? last.blocks[0].text : '';
    expect(text).toContain('characters are left out here');
    expect(text.isWellFormed()).toBe(true);
  });

  it('is refused where the system text alone is too long', () => {
    expect(shorten(read([said('system', words(500)), said('user', 'a')], as), 300)).toBeNull();
  });
});

/** Turns of any kind, in which results may follow their calls late or never. */
const anyTurns = fc
  .array(fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'call', 'result'), size: fc.nat(60), id: fc.nat(3) }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((entries) =>
    entries.map(({ role, size, id }, index): Turn => {
      const path = `messages[${index}]`;
      const text = { type: 'text' as const, text: words(size), path };
      const blocks: Turn['blocks'] =
        role === 'call'
          ? [{ type: 'tool-call', id: String(id), name: 'look', input: '{}', kind: 'function', path }]
          : role === 'result'
            ? [{ type: 'tool-result', callId: String(id), name: 'look', blocks: [text], isError: false, path }]
            : [text];
      const known = role === 'system' || role === 'user' ? role : role === 'result' ? 'user' : 'assistant';
      return { role: known, blocks, path, fields: {} };
    }),
  );

/** Each result with the turn of the call before it that it belongs to. */
function pairsOf(turns: readonly Turn[]): string[] {
  const made = new Map<string, string>();
  return turns.flatMap(({ blocks, path }) =>
    blocks.flatMap((block) => {
      if (block.type === 'tool-call') made.set(block.id, path);
      return block.type === 'tool-result' ? [`${path} ${made.get(block.callId) ?? 'without a call'}`] : [];
    }),
  );
}

describe('shortening', () => {
  it('keeps the order, all system turns, the first and the last turn, and never parts a call and its results', () => {
    fc.assert(
      fc.property(anyTurns, fc.integer({ min: 1, max: 2000 }), (turns, limit) => {
        const shortened = shorten(conversationOf(turns), limit);
        if (shortened === null) return;
        const pathsOf = (some: readonly Turn[]) => some.map(({ path }) => path);
        const kept = pathsOf(shortened.conversation.turns);
        expect(pathsOf(turns).filter((path) => kept.includes(path))).toEqual(kept);
        const spoken = turns.filter(({ role }) => role !== 'system');
        const mustStay = [...turns.filter(({ role }) => role === 'system'), ...spoken.slice(0, 1), ...spoken.slice(-1)];
        expect(pathsOf(mustStay).filter((path) => !kept.includes(path))).toEqual([]);
        expect(shortened.tokensAfter).toBeLessThanOrEqual(limit);
        expect(kept.length === turns.length || shortened.tokensBefore > limit).toBe(true);
        const pairs = pairsOf(turns);
        expect(pairsOf(shortened.conversation.turns).filter((pair) => !pairs.includes(pair))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a conversation of 10,000 turns', () => {
    const turns = Array.from({ length: 10_000 }, (_, index): Turn => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      blocks: [{ type: 'text', text: words(10), path: 'm' }],
      path: 'm',
      fields: {},
    }));
    expect(shorten(conversationOf(turns), 1000)?.leftOut).toBeGreaterThan(9000);
  });
});
