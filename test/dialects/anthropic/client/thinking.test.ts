/** Reasoning in answers of Messages. */
import { describe, expect, it } from 'vitest';
import { openState, readReasoning, sealState } from '../../../../src/dialects/shared/envelope.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { call, ended, reasoning, START, text } from '../../../stream/events.ts';
import { META, END, state, write, both } from './written-messages.ts';

describe('reasoning in Messages', () => {
  it('is a thinking block, whose signature is the envelope of its state', () => {
    const { content } = both([START, reasoning('Let me '), reasoning('think.'), state(), text('Hi'), ended(), END]) as {
      content: JsonObject[];
    };
    expect(content).toEqual([
      { type: 'thinking', thinking: 'Let me think.', signature: sealState(state().state) },
      { type: 'text', text: 'Hi', citations: null },
    ]);
    expect(openState(String(content[0]?.['signature']))).toEqual(state().state);
  });

  it('keeps its text apart from that after its state', () => {
    const events = [START, reasoning('a'), state(), reasoning('b'), state({ kind: 'plain', data: '' }), text('Hi'), ended(), END];
    expect(both(events)['content']).toMatchObject([{ thinking: 'a' }, { thinking: 'b' }, { text: 'Hi' }]);
  });

  it('that is encrypted is a redacted block, or the signature of its summary', () => {
    const encrypted = state({ kind: 'encrypted', callId: 'rs_1' });
    const data = sealState(encrypted.state);
    expect(both([START, encrypted, text('Hi'), ended(), END])['content']).toMatchObject([{ type: 'redacted_thinking', data }, {}]);
    expect(both([START, reasoning('In short.'), encrypted, ended(), END])['content']).toEqual([
      { type: 'thinking', thinking: 'In short.', signature: data },
    ]);
  });

  it('of a call stands in a thinking block before the call', () => {
    const [A, of] = [call(0, { id: 'A', name: 'f', arguments: '{}' }), (callId: string) => state({ kind: 'encrypted', callId })];
    const content = [
      { type: 'thinking', thinking: '', signature: sealState(of('A').state) },
      { type: 'tool_use', id: 'A' },
    ];
    expect(both([START, of('A'), A, ended(), END])['content']).toMatchObject(content);
    expect(both([START, A, of('A'), ended(), END])['content']).toMatchObject(content);
  });

  it('between calls keeps its place', () => {
    const [A, B] = [call(0, { id: 'A', name: 'f', arguments: '{}' }), call(1, { id: 'B', name: 'f', arguments: '{}' })];
    const events = [START, reasoning('1'), state(), A, reasoning('2'), state(), B, ended(), END];
    expect(both(events)['content']).toMatchObject([{ thinking: '1' }, { id: 'A' }, { thinking: '2' }, { id: 'B' }]);
  });

  it('without its text has it in its signature, since its maker may require it back', () => {
    const omitted = { answerOptions: { omitsThinking: true } };
    const events = [START, reasoning('secret'), state(), text('Hi'), ended(), END];
    const signature = sealState(state().state, 'secret');
    expect(both(events, META, omitted)['content']).toMatchObject([{ type: 'thinking', thinking: '', signature }, {}]);
    expect(readReasoning({ text: '', opaque: signature, path: '', bare: () => null })).toMatchObject([
      { text: 'secret', state: state().state },
    ]);
    expect(write(events, META, omitted)).not.toContain('secret');
  });

  it.each([
    ['with a state', state(), sealState(state().state)],
    ['without one', state({ kind: 'plain', data: '' }), ''],
  ])('whose text is left out and too long for its signature is reported as lost, %s', (_, made, signature) => {
    const events = [
      START,
      reasoning('x'.repeat(40_000)),
      reasoning('x'.repeat(40_000)),
      made,
      reasoning('b'),
      state(),
      text('Hi'),
      ended(),
      END,
    ];
    const next = sealState(state().state, 'b');
    expect(both(events, META, { answerOptions: { omitsThinking: true } })).toMatchObject({
      content: [{ type: 'thinking', thinking: '', signature }, { signature: next }, {}],
      tributary: {
        adjustments: [{ param: 'answer.thinking', action: 'dropped', reason: expect.stringContaining('too long for the signature') }],
      },
    });
  });

  it('whose state is too long for a signature has none, which is reported', () => {
    const events = [START, reasoning('a'), state({ data: 'x'.repeat(70_000) }), state({ data: 'x'.repeat(70_000) }), ended(), END];
    expect(both(events)).toMatchObject({
      content: [{ type: 'thinking', thinking: 'a', signature: '' }],
      tributary: { adjustments: [{ param: 'answer.reasoning_details', action: 'dropped' }] },
    });
  });
});
