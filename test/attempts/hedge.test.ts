/** Two tries for one answer: which is started when, and which answers. */
import { describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { call, ended, failed, reasoning, START, text, usageOf } from '../stream/events.ts';
import { turn } from '../support/fake-ports.ts';
import { AFTER_MS, createScene, refusal } from './tries.ts';

/** Both are open and silent. */
async function bothSilent() {
  const scene = createScene();
  scene.first.open();
  scene.second.open();
  await turn();
  scene.clock.advance(AFTER_MS);
  await turn();
  return scene;
}

const finish = (prompt: number, completion: number): StreamEvent[] => [ended(), { type: 'end', usage: usageOf(prompt, completion) }];

describe('Hedge: the second try', () => {
  it('is never started when the first shows content in time', async () => {
    const { clock, race, first, second, reading } = createScene();
    first.open();
    clock.advance(AFTER_MS - 1);
    first.send(START, text('a'));
    await turn();
    clock.advance(AFTER_MS * 10);
    first.send(text('b'), ...finish(5, 2));
    await turn();
    expect(reading.events).toEqual([START, text('a'), text('b'), ...finish(5, 2)]);
    expect([second.opened(), second.left(), first.left(), race.started(), race.winner()]).toEqual([0, 0, 0, 1, 0]);
    expect(clock.pending()).toBe(0);
  });

  it('is started once when the first has been silent for the whole time, not before', async () => {
    const { clock, race, first, second } = createScene();
    first.open();
    await turn();
    clock.advance(AFTER_MS - 1);
    await turn();
    expect([second.opened(), race.started()]).toEqual([0, 1]);
    clock.advance(1);
    await turn();
    expect([first.opened(), second.opened(), race.started(), race.winner()]).toEqual([1, 1, 2, null]);
  });

  it.each<readonly [string, StreamEvent[]]>([
    ['the start of an answer', [START]],
    ['an empty batch', []],
    ['token counts', [{ type: 'usage', usage: usageOf(1, 0) }]],
  ])('is started though %s has come, which is no content', async (_, events) => {
    const { clock, first, second } = createScene();
    first.open();
    first.send(...events);
    await turn();
    clock.advance(AFTER_MS);
    await turn();
    expect(second.opened()).toBe(1);
  });

  it.each<readonly [string, StreamEvent]>([
    ['thinking', reasoning('hm')],
    ['a tool call', call(0, { id: 'c', name: 'f' })],
    ['the end of an empty choice', ended()],
  ])('is not started when %s has come', async (_, event) => {
    const { clock, second, first } = createScene();
    first.open();
    first.send(event);
    await turn();
    clock.advance(AFTER_MS);
    await turn();
    expect(second.opened()).toBe(0);
  });

  it.each(['refuses', 'breaks off'])('is started at once when the first %s, and no timer is left', async (how) => {
    const { clock, race, first, second, reading } = createScene();
    if (how === 'refuses') first.refuse('full');
    else {
      first.open();
      first.send(START, failed('full'));
    }
    await turn();
    expect([second.opened(), clock.pending()]).toEqual([1, 0]);
    second.open();
    second.send(text('b'), ...finish(3, 4));
    await turn();
    expect(reading.events).toEqual([text('b'), ...finish(3, 4)]);
    expect([race.winner(), race.started(), first.left()]).toEqual([1, 2, 0]);
  });
});

describe('Hedge: the first content', () => {
  it.each([0, 1] as const)('makes try %i the answer; the other is left once', async (which) => {
    const scene = await bothSilent();
    const { race, reading } = scene;
    const [winner, loser] = which === 0 ? [scene.first, scene.second] : [scene.second, scene.first];
    loser.send(START);
    winner.send(START, text('a'));
    await turn();
    expect([winner.left(), loser.left(), race.winner()]).toEqual([0, 1, which]);
    loser.send(text('too late'));
    winner.send(text('b'), ...finish(5, 2));
    await turn();
    expect(reading.events).toEqual([START, text('a'), text('b'), ended(), { type: 'end', usage: usageOf(5, 2) }]);
    expect([winner.left(), loser.left(), reading.over()]).toEqual([0, 1, true]);
  });

  it('of both at the same moment: one answers, the other is left once', async () => {
    const { first, second, race, reading } = await bothSilent();
    first.send(text('a'), ...finish(5, 2));
    second.send(text('b'), ...finish(5, 2));
    await turn();
    expect(reading.events.slice(0, -2)).toEqual([text(race.winner() === 0 ? 'a' : 'b')]);
    expect(reading.events.slice(-2)).toEqual(finish(5, 2));
    expect([first.left(), second.left()]).toEqual(race.winner() === 0 ? [0, 1] : [1, 0]);
  });

  it('may be the whole answer', async () => {
    const { second, reading } = await bothSilent();
    second.send(START, text('all'), ...finish(5, 2));
    await turn();
    expect(reading.events).toEqual([START, text('all'), ...finish(5, 2)]);
  });

  it('commits: when the winner breaks off afterwards no endpoint takes over', async () => {
    const { first, second, reading } = await bothSilent();
    second.send(text('a'));
    await turn();
    second.send({ ...failed('cut'), usage: usageOf(3, 1) });
    await turn();
    expect(reading.events).toEqual([text('a'), { ...failed('cut'), usage: usageOf(3, 1) }]);
    expect([first.left(), reading.over()]).toEqual([1, true]);
  });
});

describe('Hedge: a try that fails while both are under way', () => {
  it.each([0, 1] as const)('%i: the other answers, and nothing is billed for a refusal', async (which) => {
    const scene = createScene();
    const [loser, winner] = which === 0 ? [scene.first, scene.second] : [scene.second, scene.first];
    await turn();
    scene.clock.advance(AFTER_MS);
    await turn();
    loser.refuse('full');
    winner.open();
    await turn();
    winner.send(text('a'), ...finish(5, 2));
    await turn();
    expect(scene.reading.events).toEqual([text('a'), ...finish(5, 2)]);
    expect([scene.race.winner(), winner.left()]).toEqual([which === 0 ? 1 : 0, 0]);
  });
});

describe('Hedge: when both fail', () => {
  it.each([
    ['the first at once', false, [0, 1]],
    ['the first before the second', true, [0, 1]],
    ['the second before the first', true, [1, 0]],
  ] as const)('%s: the cause of the first leads, as the one last word', async (_, late, order) => {
    const { clock, first, second, race, reading } = createScene();
    const hands = [first, second];
    if (late) {
      await turn();
      clock.advance(AFTER_MS);
    }
    await turn();
    for (const which of order) {
      hands[which]?.refuse(`cause ${which}`);
      await turn();
    }
    expect(reading.events).toEqual([{ type: 'error', error: refusal('cause 0'), usage: null, openChoices: [0] }]);
    expect([race.winner(), reading.over()]).toEqual([null, true]);
  });
});
