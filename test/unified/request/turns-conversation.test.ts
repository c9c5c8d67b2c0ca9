/** A conversation over turns answers and edits as the one over OpenAI's messages does, and leaves what it does not change as the client sent it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenAiConversation } from '../../../src/dialects/openai-common/client/conversation.ts';
import type { Block, ToolUse, Turn } from '../../../src/unified/request/conversation.ts';
import type { Message } from '../../../src/unified/request/message.ts';
import { conversationOf, TURNS, TurnsConversation } from '../../../src/unified/request/turns-conversation.ts';

const text = (of: string, more: Partial<Block> = {}): Block => ({ type: 'text', text: of, path: 'p', ...more }) as Block;
const turn = (role: Turn['role'], ...blocks: Block[]): Turn => ({ role, blocks, path: 'p', fields: {} });
const image = (url: string, path: string, original?: object): Block =>
  ({ type: 'image', detail: null, url, source: { kind: 'url', url }, path, ...(original === undefined ? {} : { original }) }) as Block;
const call = (id: string, name: string, input = '{}'): Block => ({ type: 'tool-call', id, name, input, kind: 'function', path: 'p' });
const result = (callId: string, blocks: readonly Block[], isError = false): Block => ({
  type: 'tool-result',
  callId,
  name: null,
  blocks,
  isError,
  path: 'p',
});

const words = fc.constantFrom('', 'a', 'two words', 'line\nbreak');
const parts = fc.array(
  fc.constantFrom(
    { type: 'text' as const, text: 'part' },
    { type: 'image_url' as const, image_url: { url: 'https://a.example/i.png' } },
    { type: 'text' as const, text: 'kept', cache_control: { type: 'ephemeral' } },
  ),
  { maxLength: 3 },
);
const messages: fc.Arbitrary<Message[]> = fc.array(
  fc.oneof(
    fc.record({ role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const), content: fc.oneof(words, parts) }),
    fc.constant({ role: 'tool' as const, tool_call_id: 'c', content: 'sunny' }),
    fc.constant({
      role: 'assistant' as const,
      content: null,
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    }),
  ),
  { minLength: 1, maxLength: 6 },
) as fc.Arbitrary<Message[]>;

/** What a model reads of turns: roles and texts, neighbours of one role as one. */
function readingOf(turns: readonly Turn[]): string[] {
  const read: { role: string; texts: string[] }[] = [];
  for (const { role, blocks } of turns) {
    const texts = blocks.flatMap((block) =>
      block.type === 'text' ? block.text.split(/\n+/) : block.type === 'tool-result' ? [`result ${block.callId}`] : [block.type],
    );
    if (texts.every((line) => line === '')) continue;
    if (read.at(-1)?.role === role) read.at(-1)?.texts.push(...texts);
    else read.push({ role, texts });
  }
  return read.map(({ role, texts }) => `${role}: ${texts.join('|')}`);
}

describe('TurnsConversation', () => {
  it('answers and edits as the conversation over the messages does', () => {
    fc.assert(
      fc.property(messages, (sent) => {
        const chat = new OpenAiConversation(sent);
        const own = new TurnsConversation({ source: { format: 'x', value: sent }, readTurns: () => chat.turns });
        const spoken = new OpenAiConversation(sent.filter(({ content }) => content !== null));
        expect(conversationOf(spoken.turns).openingTexts()).toEqual(spoken.openingTexts());
        expect(own.has('image')).toBe(chat.has('image'));
        expect(own.urls()).toEqual(chat.urls());
        const idsOf = (uses: readonly ToolUse[]) => uses.map(({ kind, message, id }) => [kind, message, id]);
        expect(idsOf(own.toolUses())).toEqual(idsOf(chat.toolUses()));
        const uris = new Map([['https://a.example/i.png', 'data:image/png;base64,AAAA']]);
        expect(own.withFiles(uris).turns).toEqual(chat.withFiles(uris).turns);
        const renamed = chat.toolUses().map((use) => ({ ...use, id: `${use.id}2`, name: use.kind === 'call' ? 'g' : use.name }));
        const nameless = (turns: readonly Turn[]) =>
          turns.map(({ blocks, role }) => ({ role, blocks: blocks.map((b) => (b.type === 'tool-result' ? { ...b, name: null } : b)) }));
        expect(nameless(own.withToolUses(renamed).turns)).toEqual(nameless(chat.withToolUses(renamed).turns));
        expect(readingOf(own.withInstruction('Be brief.').turns)).toEqual(readingOf(chat.withInstruction('Be brief.').turns));
        expect(readingOf(own.withToolsAsText().turns)).toEqual(readingOf(chat.withToolsAsText().turns));
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
  });

  it('measures at least the text that it would join, without files', () => {
    fc.assert(
      fc.property(messages, (sent) => {
        const own = conversationOf(new OpenAiConversation(sent).turns);
        const [length, joined] = [own.textLength(), own.text().length];
        expect(length).toBeGreaterThanOrEqual(joined);
        expect(length).toBeLessThanOrEqual(joined + own.turns.length + own.turns.flatMap(({ blocks }) => blocks).length);
      }),
      { seed: 20_261_130, numRuns: 300 },
    );
    const large = conversationOf([turn('user', image(`data:image/png;base64,${'A'.repeat(5000)}`, 'p'))]);
    expect(large.textLength()).toBeLessThan(10);
  });

  it('reads what results of tools hold, and what calls say', () => {
    const own = conversationOf([
      turn('assistant', text('I look.'), call('c', 'weather', '{"city":"Rome"}')),
      turn('user', result('c', [text('sunny'), image('https://a.example/r.png', 'r')])),
    ]);
    expect(own.text()).toBe('assistant\nI look.\nweather {"city":"Rome"}\nuser\nsunny');
    expect(own.has('image')).toBe(true);
    expect(own.urls()).toEqual([{ url: 'https://a.example/r.png', path: 'r' }]);
  });

  it('reads turns once, and only when they are asked for', () => {
    let reads = 0;
    const own = new TurnsConversation({ source: { format: 'x', value: 1 }, readTurns: () => (reads++, [turn('user', text('Hi'))]) });
    expect(own.source).toEqual({ format: 'x', value: 1 });
    expect(reads).toBe(0);
    expect([own.text(), own.textLength(), own.turns.length, reads]).toEqual(['user\nHi', 9, 1, 1]);
  });

  it("is the same object after an edit that changes nothing, so that the client's own body still goes out", () => {
    const own = new TurnsConversation({ source: { format: 'x', value: 1 }, readTurns: () => [turn('user', text('Hi'), call('c', 'f'))] });
    expect(own.withFiles(new Map([['https://a.example/i.png', 'data:;base64,']]))).toBe(own);
    expect(own.withToolUses(own.toolUses())).toBe(own);
    expect(conversationOf([turn('user', text('Hi'))]).withToolsAsText().source.format).toBe(TURNS);
    expect(own.withAnswerBegun('x').source.format).toBe(TURNS);
  });

  it('takes the original from the blocks that an edit changes, and from no other', () => {
    const original = { type: 'own' };
    const own = conversationOf([
      turn('user', image('https://a.example/1.png', 'p', original), image('https://a.example/2.png', 'p', original)),
      turn('assistant', { ...text('a'), original }),
    ]);
    const fetched = own.withFiles(new Map([['https://a.example/1.png', 'data:image/png;base64,AAAA']]));
    expect(fetched.turns[0]?.blocks.map((block) => block.original)).toEqual([undefined, original]);
    expect(fetched.turns[0]?.blocks[0]).toMatchObject({ url: 'data:image/png;base64,AAAA', source: { kind: 'bytes', base64: 'AAAA' } });
    expect(fetched.turns[1]).toBe(own.turns[1]);
    expect(own.withAnswerBegun('b').turns[1]?.blocks).toEqual([text('ab')]);
  });

  it('puts an instruction behind the system text, where a cached block stays as it is', () => {
    const cached = text('long', { cacheControl: { type: 'ephemeral' } });
    const own = conversationOf([turn('system', cached), turn('user', text('Hi')), turn('system', text('later'))]);
    expect(own.withInstruction('Be brief.').turns[0]?.blocks).toEqual([cached, text('Be brief.')]);
    expect(conversationOf([turn('user', text('Hi'))]).withInstruction('Be brief.').turns[0]).toMatchObject({ role: 'system' });
  });

  it('begins an answer behind one that was begun, and in a turn of its own after a call', () => {
    const begun = conversationOf([turn('user', text('Hi')), turn('assistant', text('One'))]).withAnswerBegun(' two');
    expect(begun.turns.map(({ blocks }) => blocks)).toEqual([[text('Hi')], [text('One two')]]);
    const called = conversationOf([turn('assistant', text('One'), call('c', 'f'))]).withAnswerBegun('two');
    expect(called.turns.map(({ role }) => role)).toEqual(['assistant', 'assistant']);
  });

  it('writes failed results of tools as errors, and keeps what is no text', () => {
    const own = conversationOf([
      turn('assistant', call('c', 'f', '{"a":1}'), call('d', 'g')),
      turn('user', result('c', [text('no')], true), result('d', [image('https://a.example/i.png', 'p')])),
    ]);
    expect(own.withToolsAsText().turns.map(({ blocks }) => blocks)).toEqual([
      [text('[Called f with {"a":1}]\n[Called g with {}]')],
      [text('[Error of f]\nno'), text('[Result of g]'), image('https://a.example/i.png', 'p')],
    ]);
  });

  it('renames the call that a piece of reasoning belongs to', () => {
    const state = { kind: 'signature' as const, format: 'google-gemini-v1', data: 's', callId: 'c' };
    const thought = { type: 'reasoning', kind: 'text', text: 't', format: state.format, id: 'c', state, path: 'p' } as Block;
    const own = conversationOf([turn('assistant', thought, call('c', 'f'))]);
    const [renamed] = own.withToolUses([{ kind: 'call', message: 0, id: 'c2', name: 'f' }]).turns[0]?.blocks ?? [];
    expect(renamed).toMatchObject({ id: 'c2', state: { ...state, callId: 'c2' } });
  });
});
