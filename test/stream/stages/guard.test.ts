import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../src/stream/stages/guard.ts';
import { isContent, isTerminal, type StreamEvent } from '../../../src/unified/response/event.ts';
import { anyEvent, call, END, ended, failed, START, text, usage, usageOf } from '../events.ts';

/** The guarded events of an upstream that was asked for so many choices, sends these and is then over. */
function guardedOf(expected: number, events: readonly StreamEvent[]): StreamEvent[] {
  const guard = createGuard('gen-1', expected);
  return [...guard.push(events), ...guard.end()];
}

const guarded = (...events: StreamEvent[]): StreamEvent[] => guardedOf(1, events);

const choiceFailed = (choice: number, message = 'broken'): StreamEvent => ({ type: 'choice-error', choice, error: failed(message).error });

const lastOf = (events: StreamEvent[]) => events.at(-1);

describe('createGuard grammar', () => {
  const streams = fc.array(anyEvent, { maxLength: 30 });

  it('has exactly one final event, and nothing after it', () => {
    fc.assert(
      fc.property(streams, (events) => {
        const out = guarded(...events);
        expect(out.filter(isTerminal)).toHaveLength(1);
        expect(out.findIndex(isTerminal)).toBe(out.length - 1);
      }),
    );
  });

  it('ends each choice at most once, with no event of it afterwards', () => {
    fc.assert(
      fc.property(streams, (events) => {
        const over = new Set<number>();
        for (const event of guarded(...events)) {
          if (!isContent(event) && event.type !== 'choice-end') continue;
          expect(over.has(event.choice)).toBe(false);
          if (event.type === 'choice-end') over.add(event.choice);
        }
      }),
    );
  });

  it('succeeds only when every started choice has ended, and otherwise lists the open ones', () => {
    fc.assert(
      fc.property(streams, (events) => {
        const out = guarded(...events);
        const begun = new Set(out.flatMap((event) => (isContent(event) || event.type === 'choice-end' ? [event.choice] : [])));
        const over = new Set(out.flatMap((event) => (event.type === 'choice-end' ? [event.choice] : [])));
        const open = [...begun].filter((choice) => !over.has(choice)).sort();
        const last = lastOf(out);
        const named = last?.type === 'error' ? last.openChoices : [];
        expect(named).toEqual(begun.size === 0 ? [0] : open);
        expect(last?.type === 'error' || (open.length === 0 && begun.size > 0)).toBe(true);
      }),
    );
  });

  it('has at most one start, and no usage event', () => {
    fc.assert(
      fc.property(streams, (events) => {
        const out = guarded(...events);
        expect(out.filter(({ type }) => type === 'start').length).toBeLessThan(2);
        expect(out.filter(({ type }) => type === 'usage')).toEqual([]);
      }),
    );
  });

  it('gives the first piece of every tool call an id', () => {
    fc.assert(
      fc.property(streams, (events) => {
        const firsts = new Map<string, string | undefined>();
        for (const event of guarded(...events)) {
          if (event.type !== 'tool-call-delta') continue;
          const call = `${event.choice}/${event.index}`;
          if (!firsts.has(call)) firsts.set(call, event.id);
        }
        expect([...firsts.values()].filter((id) => id === undefined || id === '')).toEqual([]);
      }),
    );
  });

  it('ends each of several choices exactly once, and fails only when none ended', () => {
    const anyChoice = fc.nat({ max: 2 }).map((choice) => choiceFailed(choice));
    const mixed = fc.array(fc.oneof({ weight: 6, arbitrary: anyEvent }, { weight: 1, arbitrary: anyChoice }), { maxLength: 30 });
    fc.assert(
      fc.property(mixed, (events) => {
        const out = guardedOf(3, events);
        const over = out.flatMap((event) => (event.type === 'choice-end' || event.type === 'choice-error' ? [event.choice] : []));
        expect(new Set(over).size).toBe(over.length);
        expect(out.findIndex(isTerminal)).toBe(out.length - 1);
        const endsWell = lastOf(out)?.type === 'end';
        expect(endsWell ? over.toSorted() : [0, 1, 2]).toEqual([0, 1, 2]);
        expect(endsWell && !out.some(({ type }) => type === 'choice-end')).toBe(false);
      }),
    );
  });

  it('is independent of batching', () => {
    fc.assert(
      fc.property(streams, (events) => {
        const guard = createGuard('gen-1', 1);
        const oneByOne = [...events.flatMap((event) => guard.push([event])), ...guard.end()];
        expect(oneByOne).toEqual(guarded(...events));
      }),
    );
  });
});

describe('createGuard', () => {
  it('does not change a well-formed answer', () => {
    const events = [START, text('a'), text('b', 1), ended(1), text('c'), ended(0, 'length'), END];
    expect(guarded(...events)).toEqual(events);
  });

  it('is ended after the final event and not before', () => {
    const guard = createGuard('gen-1', 1);
    guard.push([text('a'), ended()]);
    expect(guard.ended()).toBe(false);
    guard.push([END]);
    expect(guard.ended()).toBe(true);
    expect(guard.end()).toEqual([]);
  });

  it('turns a stop after tool calls into tool_calls, and keeps the native reason', () => {
    expect(guarded(call(0, { id: 'call_a', name: 'f' }), ended(0, 'stop', 'eos')).at(-2)).toEqual(ended(0, 'tool_calls', 'eos'));
  });

  it('does not change other reasons after tool calls, or a stop without tool calls', () => {
    const out = guarded(call(0, { id: 'call_a' }), ended(0, 'length'), text('x', 1), ended(1));
    expect(out.filter(({ type }) => type === 'choice-end')).toEqual([ended(0, 'length'), ended(1)]);
  });

  it('creates ids that differ by choice and call, and keeps given ones', () => {
    const ids = guarded(call(0), call(1), call(0, {}, 1), call(2, { id: 'call_x' })).flatMap((event) =>
      event.type === 'tool-call-delta' ? [event.id] : [],
    );
    expect(new Set(ids).size).toBe(4);
    expect(ids[3]).toBe('call_x');
  });

  it('keeps the last usage that is not empty', () => {
    expect(lastOf(guarded(text('a'), usage(1, 1), usage(5, 7), usage(0, 0), ended(), END))).toEqual({ type: 'end', usage: usageOf(5, 7) });
    expect(lastOf(guarded(text('a'), usage(0, 0), ended(), END))).toEqual({ type: 'end', usage: null });
  });

  it('adds the usage so far to an error', () => {
    expect(lastOf(guarded(text('a'), usage(5, 7), failed('x')))).toMatchObject({ type: 'error', usage: usageOf(5, 7), openChoices: [0] });
  });

  it('turns an early end into an error', () => {
    expect(lastOf(guarded(text('a'), text('b', 1), ended(0), END))).toMatchObject({ type: 'error', openChoices: [1] });
    expect(lastOf(guarded())).toMatchObject({ type: 'error', openChoices: [0] });
  });
});

describe('createGuard with a failed choice', () => {
  it('sends its error after the others have ended, and the answer succeeds', () => {
    expect(guardedOf(2, [START, text('a'), text('b', 1), choiceFailed(1, 'x'), text('c'), ended(0), END])).toEqual([
      START,
      text('a'),
      text('b', 1),
      text('c'),
      ended(0),
      choiceFailed(1, 'x'),
      END,
    ]);
  });

  it('drops later events of the choice', () => {
    const out = guardedOf(2, [text('b', 1), choiceFailed(1), text('more', 1), ended(1), text('a'), ended(0), END]);
    expect(out.filter((event) => 'choice' in event && event.choice === 1)).toEqual([text('b', 1), choiceFailed(1)]);
  });

  it('fails the answer with the first error when all choices fail', () => {
    const out = guardedOf(2, [text('a'), choiceFailed(1, 'first'), choiceFailed(0, 'second'), usage(5, 7), END]);
    expect(out.map(({ type }) => type)).toEqual(['text-delta', 'error']);
    expect(lastOf(out)).toMatchObject({ error: { message: 'first' }, usage: usageOf(5, 7), openChoices: [0, 1] });
  });

  it('fails the answer when it was the only choice', () => {
    expect(guarded(text('a'), choiceFailed(0, 'x'), text('b'), END)).toEqual([
      text('a'),
      { type: 'error', error: failed('x').error, usage: null, openChoices: [0] },
    ]);
  });

  it('fails the answer when another choice never ended', () => {
    expect(lastOf(guardedOf(2, [text('a'), choiceFailed(1), END]))).toMatchObject({ type: 'error', openChoices: [0, 1] });
  });
});

describe('createGuard at the state of a call without an id', () => {
  it('names the call by the id that it gives it', () => {
    const state = { kind: 'encrypted', format: 'google-gemini-v1', data: 'sig', provider: null, model: null } as const;
    const pieces = { type: 'tool-call-delta', choice: 0, index: 2, name: 'f', arguments: '{}' } as const;
    const [before, made] = guarded({ type: 'reasoning-state', choice: 0, state, call: 2 }, pieces, ended(), END);
    expect(made).toMatchObject({ id: 'call_gen-1_0_2' });
    expect(before).toEqual({ type: 'reasoning-state', choice: 0, state: { ...state, callId: 'call_gen-1_0_2' } });
  });
});

describe('createGuard with missing choices', () => {
  it('sends an error for each of them', () => {
    const out = guardedOf(3, [text('a', 1), ended(1), END]);
    expect(out.slice(0, 2)).toEqual([text('a', 1), ended(1)]);
    expect(out.slice(2)).toMatchObject([
      { type: 'choice-error', choice: 0, error: { type: 'provider_unavailable' } },
      { type: 'choice-error', choice: 2, error: { type: 'provider_unavailable' } },
      { type: 'end' },
    ]);
  });

  it('sends one error for an answer without choices', () => {
    expect(guardedOf(3, [START, END])).toMatchObject([{ type: 'start' }, { type: 'error', openChoices: [0] }]);
  });

  it('sends no error when the provider returns more than requested', () => {
    const events = [text('a'), text('b', 1), ended(0), ended(1), END];
    expect(guardedOf(1, events)).toEqual(events);
  });
});
