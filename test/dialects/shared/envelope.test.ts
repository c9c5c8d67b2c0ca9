import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEnvelope, MAX_ENVELOPE, openState, readReasoning, sealState } from '../../../src/dialects/shared/envelope.ts';
import { plainState, type ReasoningState } from '../../../src/unified/request/reasoning.ts';

const name = fc.string({ minLength: 1, maxLength: 60, unit: 'binary' });
const states: fc.Arbitrary<ReasoningState> = fc
  .record({
    kind: fc.constantFrom('signature' as const, 'encrypted' as const),
    format: name,
    data: fc.string({ minLength: 1, maxLength: 400, unit: 'binary' }),
    provider: fc.option(name),
    model: fc.option(name),
    callId: fc.option(name, { nil: undefined }),
  })
  .map(({ callId, ...state }) => ({ ...state, ...(callId === undefined ? {} : { callId }) }));

const STATE: ReasoningState = { kind: 'encrypted', format: 'f', data: 'data', callId: 'call_1', provider: 'maker', model: 'm' };

const envelopeOf = (content: unknown): string => `trb1.${Buffer.from(JSON.stringify(content)).toString('base64url')}`;

describe('sealState and openState', () => {
  it('return every state unchanged', () => {
    fc.assert(fc.property(states, (state) => void expect(openState(sealState(state) ?? '')).toEqual(state)));
    const plain = plainState({ provider: 'deepseek', model: 'deepseek-chat' }, null);
    expect(openState(sealState(plain) ?? '')).toEqual(plain);
  });

  it('make text that every header, JSON body and URL can carry', () => {
    fc.assert(fc.property(states, (state) => void expect(sealState(state)).toMatch(/^trb1\.[\w-]+$/)));
  });

  it('write the fields of the documented envelope', () => {
    const content = JSON.parse(Buffer.from((sealState(STATE) ?? '').slice(5), 'base64url').toString()) as unknown;
    expect(content).toEqual({ f: 'f', p: 'maker', m: 'm', d: 'data', c: 'call_1', k: 'e' });
  });

  it('make and read no envelope above the limit', () => {
    const rest = sealState({ ...STATE, data: '' })?.length ?? 0;
    const most = Math.floor(((MAX_ENVELOPE - rest) * 3) / 4) - 3;
    expect(openState(sealState({ ...STATE, data: 'x'.repeat(most) }) ?? '')?.data).toHaveLength(most);
    expect(sealState({ ...STATE, data: 'x'.repeat(most + 8) })).toBeNull();
    expect(sealState({ ...STATE, data: 'x'.repeat(10_000_000) })).toBeNull();
    expect(openState(envelopeOf({ f: 'f', p: 'p', m: 'm', d: 'x'.repeat(most + 100) }))).toBeNull();
  });
});

describe('openState', () => {
  it('returns null for text that is no envelope, whatever it holds', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void expect(openState(text)).toBeNull()));
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void expect(openState(`trb1.${text}`)).toBeNull()));
    fc.assert(fc.property(fc.base64String(), (text) => void expect(openState(`trb1.${text}`)).toBeNull()));
  });

  it('returns null for JSON of any other shape', () => {
    fc.assert(fc.property(fc.jsonValue(), (content) => void expect(openState(envelopeOf(content))).toBeNull()));
  });

  it.each([
    ['no format', { p: 'p', m: 'm', d: 'd' }],
    ['an empty provider', { f: 'f', p: '', m: 'm', d: 'd' }],
    ['a provider that is a number', { f: 'f', p: 1, m: 'm', d: 'd' }],
    ['no model', { f: 'f', p: 'p', d: 'd' }],
    ['data that is an object', { f: 'f', p: 'p', m: 'm', d: {} }],
    ['a call id that is null', { f: 'f', p: 'p', m: 'm', d: 'd', c: null }],
    ['an unknown kind', { f: 'f', p: 'p', m: 'm', d: 'd', k: 'x' }],
    ['a name of 600 characters', { f: 'f', p: 'p'.repeat(600), m: 'm', d: 'd' }],
    ['fields of a prototype', JSON.parse('{"__proto__": {"f": "f", "p": "p", "m": "m", "d": "d"}}') as unknown],
  ])('returns null for %s', (_, content) => {
    expect(openState(envelopeOf(content))).toBeNull();
  });

  it('reads an envelope cut anywhere as nothing', () => {
    const sealed = sealState(STATE) ?? '';
    for (let end = 0; end < sealed.length; end++) expect(openState(sealed.slice(0, end))).toBeNull();
  });
});

describe('isEnvelope', () => {
  it('is true for everything that begins like one', () => {
    expect(isEnvelope('trb1.')).toBe(true);
    expect(isEnvelope('trb1.garbled')).toBe(true);
    expect(isEnvelope('EqQBCkYIBRgCKkBtrb1.')).toBe(false);
  });
});

describe('readReasoning', () => {
  const native: ReasoningState = { ...STATE, kind: 'signature', provider: null, model: null };
  const read = (text: string, opaque: string | null) =>
    readReasoning({ text, opaque, path: 'at', bare: (data) => ({ ...native, data }) }).map((block) => ({ ...block, path: undefined }));

  it('gives a text its signature', () => {
    const state: ReasoningState = { ...STATE, kind: 'signature' };
    expect(read('thought', sealState(state))).toMatchObject([{ kind: 'text', text: 'thought', format: 'f', id: 'call_1', state }]);
  });

  it('keeps the summary of encrypted reasoning beside it', () => {
    const block = { kind: 'encrypted', format: 'f', id: 'call_1', state: STATE };
    expect(read('in short', sealState(STATE))).toMatchObject([{ ...block, text: 'in short' }]);
    expect(read('', sealState(STATE))).toMatchObject([{ ...block, text: '' }]);
  });

  it('takes a bare value as the client format says', () => {
    expect(read('thought', 'bare')).toMatchObject([{ kind: 'text', state: { ...native, data: 'bare' } }]);
  });

  it('takes the state of reasoning without an opaque text as the client format says', () => {
    const none: ReasoningState = { ...native, kind: 'plain', data: '' };
    const reasoning = { text: '', path: 'at', bare: () => null, none };
    expect(readReasoning({ ...reasoning, opaque: null })).toMatchObject([{ kind: 'text', text: '', state: none }]);
    expect(readReasoning({ ...reasoning, opaque: 'trb1.garbled' })).toMatchObject([{ text: '', state: null }]);
  });

  it('knows no maker of text without a state or with a garbled envelope', () => {
    for (const opaque of ['', null, 'trb1.', 'trb1.garbled'])
      expect(read('thought', opaque)).toMatchObject([{ kind: 'text', text: 'thought', format: null, state: null }]);
    expect(read('', null)).toEqual([]);
  });

  it('keeps a garbled envelope without a text as a block of unknown maker, which is left out of every request', () => {
    expect(read('', 'trb1.garbled')).toMatchObject([{ text: '', format: null, state: null }]);
  });

  it('takes no envelope without a provider for a value of the client format', () => {
    const sealed = sealState({ ...STATE, provider: null, model: null });
    expect(read('thought', sealed)).toMatchObject([{ text: 'thought', format: null, state: null }]);
  });
});
