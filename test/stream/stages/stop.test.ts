import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStopStage, type StopSequence } from '../../../src/stream/stages/stop.ts';
import type { StreamEvent, TokenLogprob } from '../../../src/unified/response/event.ts';
import { call, END, ended, failed, reasoning, START, text, usage } from '../events.ts';

const own = (...texts: string[]): StopSequence[] => texts.map((sequence) => ({ text: sequence, isNative: false }));
const native = (...texts: string[]): StopSequence[] => texts.map((sequence) => ({ text: sequence, isNative: true }));

/** The text of a choice, and the end it came to. */
function seen(events: readonly StreamEvent[], choice = 0): { text: string; ends: string[] } {
  const mine = events.filter((event) => 'choice' in event && event.choice === choice);
  return {
    text: mine.map((event) => (event.type === 'text-delta' ? event.text : '')).join(''),
    ends: mine.flatMap((event) => (event.type === 'choice-end' ? [event.reason] : [])),
  };
}

const run = (sequences: StopSequence[], events: StreamEvent[], choices = 1) => createStopStage(sequences, choices).push(events);
const offsetsOf = (events: readonly StreamEvent[]) =>
  events.flatMap((event) => (event.type === 'text-delta' ? (event.logprobs ?? []).map(({ offset }) => offset) : []));
const token = (word: string): TokenLogprob => ({ token: word, logprob: -1, bytes: null, top: [] });
const tokens = (...words: string[]): StreamEvent => ({ type: 'text-delta', choice: 0, text: words.join(''), logprobs: words.map(token) });
const wordsOf = (events: readonly StreamEvent[]) =>
  events.flatMap((event) => (event.type === 'text-delta' ? (event.logprobs ?? []).map((entry) => entry.token) : []));

describe('createStopStage with a sequence of the router', () => {
  it('ends the choice, also across pieces, and removes the sequence', () => {
    const out = run(own('END'), [text('one E'), text('N'), text('D two'), text('three'), ended(0, 'length')]);
    expect(seen(out)).toEqual({ text: 'one ', ends: ['stop'] });
  });

  it('ends only the choice that contains it', () => {
    const out = run(own('X'), [text('aXb', 0), text('cd', 1), text('e', 0), ended(1, 'length')], 2);
    expect(seen(out, 0)).toEqual({ text: 'a', ends: ['stop'] });
    expect(seen(out, 1)).toEqual({ text: 'cd', ends: ['length'] });
  });

  it('is satisfied once every choice has ended, and not before', () => {
    const stage = createStopStage(own('X'), 2);
    stage.push([text('aX', 0), text('b', 1)]);
    expect(stage.isSatisfied()).toBe(false);
    stage.push([text('X', 1)]);
    expect(stage.isSatisfied()).toBe(true);
  });

  it('searches only text', () => {
    const out = run(own('X'), [reasoning('aXb'), call(0, { id: 'call_a', arguments: 'X' }), text('c'), ended()]);
    expect(out).toContainEqual(reasoning('aXb'));
    expect(seen(out)).toEqual({ text: 'c', ends: ['stop'] });
  });

  it('drops all later events of the choice', () => {
    const out = run(own('X'), [text('aX'), reasoning('late'), call(0), ended(0, 'tool_calls')]);
    expect(out).toEqual([text('a'), { ...ended(0, 'stop', null), stopSequence: 'X' }]);
  });
});

describe('createStopStage with a native sequence', () => {
  it('removes the sequence and lets the upstream end the choice', () => {
    const stage = createStopStage(native('END'), 1);
    expect(stage.push([text('one EN'), text('D')])).toEqual([text('one ')]);
    expect(stage.isSatisfied()).toBe(false);
    expect(stage.push([text(''), ended(0, 'stop', 'eos')])).toEqual([{ ...ended(0, 'stop', 'eos'), stopSequence: 'END' }]);
  });

  it('reports stop, whatever reason the upstream gives', () => {
    expect(seen(run(native('END'), [text('one END'), ended(0, 'length')])).ends).toEqual(['stop']);
  });

  it('ends the choice when the upstream continues after it', () => {
    const stage = createStopStage(native('END'), 1);
    const out = stage.push([text('one END'), text(' two'), ended(0, 'length')]);
    expect(seen(out)).toEqual({ text: 'one ', ends: ['stop'] });
    expect(stage.isSatisfied()).toBe(true);
  });
});

describe('createStopStage held text', () => {
  it('is released when the choice ends without the sequence', () => {
    expect(run(own('END'), [text('one EN'), ended(0, 'length')])).toEqual([text('one '), text('EN'), ended(0, 'length')]);
  });

  it('is released when the answer fails', () => {
    expect(run(own('END'), [text('one EN'), failed()])).toEqual([text('one '), text('EN'), failed()]);
    expect(run(native('END'), [tokens('a', 'EN'), END]).map((event) => event.type === 'text-delta' && event.text)).toEqual([
      'a',
      'EN',
      false,
    ]);
  });

  it('is never more than could become a sequence', () => {
    expect(run(own('END'), [text('sEND'.slice(0, 3)), text('x')])).toEqual([text('s'), text('ENx')]);
  });
});

describe('createStopStage log probabilities', () => {
  it('are released with their text, and dropped with the sequence', () => {
    const out = run(own('.'), [tokens('a', ' b'), tokens('.'), ended()]);
    expect(wordsOf(out)).toEqual(['a', ' b']);
    expect(seen(out).text).toBe('a b');
  });

  it('are kept for a token shown in part, and dropped for one cut off whole', () => {
    const out = run(own('.'), [tokens('a', ' b.c'), tokens('d'), ended()]);
    expect([seen(out).text, wordsOf(out)]).toEqual(['a b', ['a', ' b.c']]);
    expect(wordsOf(run(own('.'), [tokens('a', '.c'), ended()]))).toEqual(['a']);
  });

  it('of a token that began before the sequence are released at the cut', () => {
    const stage = createStopStage(own('END'), 1);
    expect(wordsOf(stage.push([tokens('a b EN')]))).toEqual([]);
    expect(wordsOf(stage.push([tokens('D c')]))).toEqual(['a b EN']);
  });

  it('have the offset of the token on arrival, or that of the upstream', () => {
    const out = run(own('END'), [tokens('ab', 'E'), tokens('N', '🌊'), tokens('x'), ended()]);
    expect(offsetsOf(out)).toEqual([0, 2, 3, 4, 6]);
    const told = [
      { ...token('ab'), offset: 40 },
      { ...token('E'), offset: 42 },
    ];
    expect(offsetsOf(run(own('END'), [{ type: 'text-delta', choice: 0, text: 'abE', logprobs: told }, ended()]))).toEqual([40, 42]);
  });

  it('wait for their own text only', () => {
    const stage = createStopStage(own('END'), 1);
    expect(wordsOf(stage.push([text('abc'), tokens('EN')]))).toEqual([]);
    expect(wordsOf(stage.push([ended()]))).toEqual(['EN']);
  });

  it('of tokens longer than the text are all released at the end', () => {
    const words = ['bytes:\\xf0\\x9f', 'bytes:\\x8c\\x8a'];
    const out = run(own('END'), [{ type: 'text-delta', choice: 0, text: '🌊', logprobs: words.map(token) }, ended()]);
    expect([seen(out).text, wordsOf(out)]).toEqual(['🌊', words]);
  });

  it('wait with held text', () => {
    const stage = createStopStage(own('END'), 1);
    const first = stage.push([tokens('a', 'EN')]);
    expect([seen(first).text, wordsOf(first)]).toEqual(['a', ['a']]);
    const rest = stage.push([tokens('x'), ended()]);
    expect([seen(rest).text, wordsOf(rest)]).toEqual(['ENx', ['EN', 'x']]);
  });

  it('are all released in order when no sequence is found', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 3 }), { maxLength: 10 });
    fc.assert(
      fc.property(words, (given) => {
        const out = run(own('abc', 'bbc'), [...given.map((word) => tokens(word)), ended()]);
        expect(wordsOf(out)).toEqual(given);
        expect(seen(out).text).toBe(given.join(''));
      }),
    );
  });
});

describe('createStopStage with a repeated prompt', () => {
  const echoing = (prompts: string[], events: StreamEvent[], sequences = native('STOP')) =>
    createStopStage(sequences, prompts.length, { echoed: prompts }).push(events);

  it.each([[['Q7 a STOP b', ' answer STOP']], [['Q7 a STOP b answer STOP']], [['Q7 a S', 'TOP', ' b', ' answer', ' STOP']]])(
    'does not search the prompt: %j',
    (pieces) => {
      const out = echoing(['Q7 a STOP b'], [...pieces.map((piece) => text(piece)), ended()]);
      expect(seen(out)).toEqual({ text: 'Q7 a STOP b answer ', ends: ['stop'] });
    },
  );

  it('does not match a sequence that begins in the prompt', () => {
    expect(seen(echoing(['a ST'], [text('a STOP b'), ended()])).text).toBe('a STOP b');
  });

  it('follows the prompt of each choice', () => {
    const out = echoing(['STOP', 'b'], [text('STOPx STOP'), text('bSTOP', 1), ended(), ended(1)]);
    expect([seen(out).text, seen(out, 1).text]).toEqual(['STOPx ', 'b']);
  });

  it('searches all text when the upstream does not repeat the prompt', () => {
    expect(seen(echoing(['Hello'], [text('An answer STOP'), ended()])).text).toBe('An answer ');
    expect(seen(echoing(['Hello'], [text('Hell is STOP'), ended()], own('STOP')))).toEqual({ text: 'Hell is ', ends: ['stop'] });
  });

  it('follows the prompt however the text is cut', () => {
    const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), maxLength });
    fc.assert(
      fc.property(letters(6), fc.array(letters(3), { maxLength: 6 }), fc.nat({ max: 9 }), (prompt, pieces, cut) => {
        const [whole, generated] = [prompt + pieces.join(''), pieces.join('')];
        const at = generated.indexOf('ba');
        const parts = [whole.slice(0, cut), whole.slice(cut)].map((part) => text(part));
        const shown = seen(echoing([prompt], [...parts, ended()], own('ba'))).text;
        expect(shown).toBe(prompt + (at < 0 ? generated : generated.slice(0, at)));
      }),
    );
  });

  it('passes on the log probabilities of the prompt', () => {
    const out = echoing(['aSTOP'], [tokens('a', 'STOP', ' b', 'STOP'), ended()]);
    expect(wordsOf(out)).toEqual(['a', 'STOP', ' b']);
    expect(offsetsOf(out)).toEqual([0, 1, 5]);
  });
});

describe('createStopStage other events', () => {
  it('are not changed', () => {
    const events = [START, usage(1, 2), reasoning('r'), text('a'), call(0), ended(), END, failed()];
    expect(run(own('X'), events)).toEqual(events);
  });

  it('are the same however the text is cut', () => {
    const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 4 });
    const stops = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), stops, fc.boolean(), (pieces, sequences, told) => {
        const make = told ? native : own;
        const cut = run(make(...sequences), [...pieces.map((part) => text(part)), ended(0, 'length')]);
        const whole = run(make(...sequences), [text(pieces.join('')), ended(0, 'length')]);
        expect(seen(cut)).toEqual(seen(whole));
        for (const sequence of sequences) expect(seen(cut).text).not.toContain(sequence);
      }),
    );
  });
});

describe('createStopStage with a failed choice', () => {
  const broke = (choice: number): StreamEvent => ({ type: 'choice-error', choice, error: failed().error });

  it('releases held text before the error', () => {
    expect(run(own('END'), [text('one EN', 1), broke(1)], 2)).toEqual([text('one ', 1), text('EN', 1), broke(1)]);
  });

  it('counts the choice as ended', () => {
    const stage = createStopStage(own('X'), 2);
    stage.push([broke(1), text('aX')]);
    expect(stage.isSatisfied()).toBe(true);
  });

  it('reports stop when it failed after its own stop', () => {
    expect(run(native('END'), [text('one END', 1), broke(1)], 2)).toEqual([
      text('one ', 1),
      { ...ended(1, 'stop', null), stopSequence: 'END' },
    ]);
  });

  it('drops the error after a stop of the router', () => {
    expect(run(own('X'), [text('aX'), broke(0)])).toEqual([text('a'), { ...ended(0, 'stop', null), stopSequence: 'X' }]);
  });
});
