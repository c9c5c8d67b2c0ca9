/** Ranking candidates: everything is held until all are there, and the best leave as if they had been the only ones. */
import { describe, expect, it } from 'vitest';
import { createBestOfStage } from '../../../src/stream/stages/best-of.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import { END, ended, failed, START, text, usage } from '../events.ts';

/** A piece of one token with this log probability. */
const token = (piece: string, logprob: number | null, choice: number): StreamEvent => ({
  type: 'text-delta',
  choice,
  text: piece,
  logprobs: [{ token: piece, logprob, bytes: null, top: [] }],
});

const broke = (choice: number): StreamEvent => ({ type: 'choice-error', choice, error: failed().error });

/** One candidate of these tokens, called by its number. */
const candidate = (choice: number, ...logprobs: number[]): StreamEvent[] => [
  ...logprobs.map((logprob) => token(`${choice}`, logprob, choice)),
  ended(choice),
];

/** The first text of each choice that comes out, in order. */
const winners = (events: readonly StreamEvent[]) => {
  const texts = new Map<number, string>();
  for (const event of events) if (event.type === 'text-delta' && !texts.has(event.choice)) texts.set(event.choice, event.text);
  return [...texts].sort(([one], [other]) => one - other).map(([, first]) => first);
};

describe('createBestOfStage', () => {
  it('returns the candidates with the highest mean log probability per token, best first', () => {
    const stage = createBestOfStage({ candidates: 4, keep: 2, hideLogprobs: true });
    const out = stage.push([...candidate(0, -3), ...candidate(1, -1), ...candidate(2, -2), ...candidate(3, -0.5), END]);
    expect(winners(out)).toEqual(['3', '1']);
  });

  it('ranks by the mean, not the sum', () => {
    const out = createBestOfStage({ candidates: 2, keep: 1, hideLogprobs: true }).push([
      ...candidate(0, -1.5),
      ...candidate(1, -1, -1, -1, -1),
      END,
    ]);
    expect(winners(out)).toEqual(['1']);
  });

  it('keeps the order of candidates with equal rank', () => {
    expect(
      winners(
        createBestOfStage({ candidates: 3, keep: 2, hideLogprobs: true }).push([
          ...candidate(2, -1),
          ...candidate(0, -1),
          ...candidate(1, -1),
          END,
        ]),
      ),
    ).toEqual(['0', '1']);
  });

  it('releases winners complete and in order, numbered by rank, before the final event', () => {
    const first: StreamEvent[] = [token('a', -5, 0), token('b', -5, 0), ended(0, 'length')];
    const second: StreamEvent[] = [token('c', -1, 1), { type: 'reasoning-delta', choice: 1, text: 'r' }, token('d', -1, 1), ended(1)];
    expect(createBestOfStage({ candidates: 2, keep: 2, hideLogprobs: false }).push([...first, ...second, END])).toEqual([
      token('c', -1, 0),
      { type: 'reasoning-delta', choice: 0, text: 'r' },
      token('d', -1, 0),
      ended(0),
      token('a', -5, 1),
      token('b', -5, 1),
      ended(1, 'length'),
      END,
    ]);
  });

  it('ranks each prompt separately, and numbers choices prompt x n + rank', () => {
    const made = [-3, -1, -2, -1, -2, -3].flatMap((logprob, choice) => candidate(choice, logprob));
    expect(winners(createBestOfStage({ candidates: 3, keep: 2, hideLogprobs: true }).push([...made, END]))).toEqual(['1', '2', '3', '4']);
  });

  it('ignores tokens without a log probability, such as the first of a prompt', () => {
    const out = createBestOfStage({ candidates: 2, keep: 1, hideLogprobs: false }).push([
      token('0', null, 0),
      ...candidate(0, -1),
      ...candidate(1, -2),
      END,
    ]);
    expect(winners(out)).toEqual(['0']);
  });

  it('ranks candidates without log probabilities lower, and failed ones last', () => {
    const out = createBestOfStage({ candidates: 3, keep: 3, hideLogprobs: false }).push([
      token('0', -0.1, 0),
      broke(0),
      text('1', 1),
      ended(1),
      ...candidate(2, -9),
      END,
    ]);
    expect(winners(out)).toEqual(['2', '1', '0']);
    expect(out.filter(({ type }) => type === 'choice-error')).toEqual([broke(2)]);
  });

  it('prefers complete candidates while there are enough', () => {
    const out = createBestOfStage({ candidates: 2, keep: 1, hideLogprobs: false }).push([
      token('0', -0.1, 0),
      broke(0),
      ...candidate(1, -9),
      END,
    ]);
    expect(out).toEqual([token('1', -9, 0), ended(0), END]);
  });
});

describe('createBestOfStage before the end', () => {
  it('passes on only start and usage events', () => {
    const stage = createBestOfStage({ candidates: 2, keep: 1, hideLogprobs: true });
    expect(stage.push([START, ...candidate(0, -1)])).toEqual([START]);
    expect(stage.push([usage(1, 2)])).toEqual([usage(1, 2)]);
    expect(stage.push(candidate(1, -2))).toEqual([]);
    expect(stage.push([END])).toEqual([text('0'), ended(0), END]);
  });

  it('passes on the error of a failed answer, with choice numbers of the client', () => {
    const stage = createBestOfStage({ candidates: 3, keep: 1, hideLogprobs: true });
    expect(stage.push([...candidate(0, -1), { ...failed('x'), openChoices: [1, 2, 3, 4] }])).toEqual([
      { ...failed('x'), openChoices: [1] },
    ]);
    const wide = createBestOfStage({ candidates: 3, keep: 2, hideLogprobs: true });
    expect(wide.push([{ ...failed('x'), openChoices: [0, 1, 2, 3, 4, 5] }])).toEqual([{ ...failed('x'), openChoices: [0, 1, 2, 3] }]);
  });
});

describe('createBestOfStage log probabilities', () => {
  it('are removed when not requested, with events that hold nothing else', () => {
    const out = createBestOfStage({ candidates: 1, keep: 1, hideLogprobs: true }).push([token('a', -1, 0), token('', -2, 0), ended(), END]);
    expect(out).toEqual([text('a'), ended(), END]);
  });

  it('are kept when requested', () => {
    const events = [token('a', -1, 0), token('', -2, 0), ended(), END];
    expect(createBestOfStage({ candidates: 1, keep: 1, hideLogprobs: false }).push(events)).toEqual(events);
  });
});
