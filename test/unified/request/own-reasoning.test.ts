import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, Turn } from '../../../src/unified/request/conversation.ts';
import { lastState, ownReasoning } from '../../../src/unified/request/own-reasoning.ts';
import { isOwn, type ReasoningState } from '../../../src/unified/request/reasoning.ts';
import { TurnsConversation } from '../../../src/unified/request/turns-conversation.ts';

const stateOf = (provider: string | null, data = 'd'): ReasoningState => ({
  kind: 'signature',
  format: 'f',
  data,
  provider,
  model: provider === null ? null : 'm',
});
const thought = (state: ReasoningState | null, text = 'hm'): Block => ({
  type: 'reasoning',
  kind: 'text',
  text,
  format: state?.format ?? null,
  id: null,
  state,
  path: 'at',
});
const say = (text: string): Block => ({ type: 'text', text, path: 'at' });
const answer = (...blocks: Block[]): Turn => ({ role: 'assistant', blocks, path: 'at', fields: {} });
const ask: Turn = { role: 'user', blocks: [say('?')], path: 'at', fields: {} };

const forA = { provider: 'a', isNative: false };
const nativeA = { provider: 'a', isNative: true };

describe('ownReasoning', () => {
  it('keeps what the provider made and nothing else, in order', () => {
    const turns = [ask, answer(thought(stateOf('a')), say('1'), thought(stateOf('b')), thought(stateOf('a', 'e'))), ask];
    const { turns: own, isDropped } = ownReasoning(turns, forA);
    expect(own).toEqual([ask, answer(thought(stateOf('a')), say('1'), thought(stateOf('a', 'e'))), ask]);
    expect(isDropped).toBe(true);
  });

  it('keeps bare values for an upstream of the format of the client alone', () => {
    const turns = [answer(thought(stateOf(null)), say('1'))];
    expect(ownReasoning(turns, nativeA)).toEqual({ turns, isDropped: false });
    expect(ownReasoning(turns, forA)).toEqual({ turns: [answer(say('1'))], isDropped: true });
  });

  it('gives text without a maker to no upstream', () => {
    for (const reader of [forA, nativeA]) expect(ownReasoning([answer(thought(null), say('1'))], reader).turns).toEqual([answer(say('1'))]);
  });

  it('leaves out a turn of foreign reasoning alone, and keeps a turn that was empty', () => {
    expect(ownReasoning([ask, answer(thought(stateOf('b'))), answer()], forA).turns).toEqual([ask, answer()]);
  });

  it('takes the form of the client from a block with an envelope, which no upstream may get', () => {
    const original = { type: 'thinking', signature: 'trb1.x' };
    const block = { ...thought(stateOf('a')), original };
    const conversation = new TurnsConversation({ source: { format: 'x', value: [] }, readTurns: () => [answer(block)] });
    const { conversation: own, isDropped } = conversation.withReasoningFor(nativeA);
    expect(own.turns).toEqual([answer(thought(stateOf('a')))]);
    expect([own.source.format, isDropped]).toEqual(['turns', false]);
  });

  it('returns the same conversation where nothing changes', () => {
    const turns = [ask, answer({ ...thought(stateOf(null)), original: {} }, say('1'))];
    const conversation = new TurnsConversation({ source: { format: 'x', value: [] }, readTurns: () => turns });
    expect(conversation.withReasoningFor(nativeA).conversation).toBe(conversation);
  });

  it('lets a conversation move to other providers and back', () => {
    const provider = fc.constantFrom('a', 'b', 'c');
    const block = fc.oneof(
      fc.string().map(say),
      provider.map((name) => thought(stateOf(name))),
      fc.constant(thought(null)),
    );
    const turns = fc.array(
      fc.array(block, { minLength: 1 }).map((blocks) => answer(...blocks)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(turns, provider, (given, name) => {
        const reader = { provider: name, isNative: false };
        const own = ownReasoning(given, reader).turns.flatMap(({ blocks }) => blocks);
        expect(own).toEqual(given.flatMap(({ blocks }) => blocks.filter((one) => one.type !== 'reasoning' || isOwn(one.state, reader))));
      }),
    );
  });
});

describe('lastState', () => {
  it('returns the state of the last reasoning that has one', () => {
    const turns = [answer(thought(stateOf('a')), thought(stateOf('b'))), ask, answer(thought(null), say('1'))];
    expect(lastState(turns)).toEqual(stateOf('b'));
    expect(lastState([ask])).toBeNull();
  });
});
