import { describe, expect, it } from 'vitest';
import { createAlternativesStage, createEchoStage, createHideReasoningStage } from '../../../src/stream/stages/shape.ts';
import { call, END, ended, reasoning, START, text, usage } from '../events.ts';

describe('createEchoStage', () => {
  it('inserts the prompt before the first content of every choice, once', () => {
    const stage = createEchoStage(['Once ', 'Twice ']);
    expect(stage.push([START, text('a'), text('b', 1)])).toEqual([START, text('Once '), text('a'), text('Twice ', 1), text('b', 1)]);
    expect(stage.push([text('c'), ended(0), ended(1), END])).toEqual([text('c'), ended(0), ended(1), END]);
  });

  it('inserts the prompt before an empty choice, and before reasoning', () => {
    expect(createEchoStage(['Once ', 'Twice ']).push([ended(0), reasoning('r', 1)])).toEqual([
      text('Once '),
      ended(0),
      text('Twice ', 1),
      reasoning('r', 1),
    ]);
  });

  it('inserts nothing in an answer without choices', () => {
    expect(createEchoStage(['Once ', 'Twice ']).push([START, usage(1, 1), END])).toEqual([START, usage(1, 1), END]);
  });
});

describe('createEchoStage offsets', () => {
  it('are moved for tokens that have one', () => {
    const token = { token: 'a', logprob: -1, bytes: null, top: [] };
    const [, event] = createEchoStage(['Once ']).push([
      { type: 'text-delta', choice: 0, text: 'a', logprobs: [{ ...token, offset: 0 }, token] },
    ]);
    expect(event).toMatchObject({ logprobs: [{ offset: 5 }, token] });
  });
});

describe('createAlternativesStage', () => {
  const top = [-3, -1, -2].map((logprob) => ({ token: String(logprob), logprob, bytes: null }));
  const event = { type: 'text-delta' as const, choice: 0, text: 'a', logprobs: [{ token: 'a', logprob: -1, bytes: null, top }] };

  it.each([
    [0, []],
    [2, ['-1', '-2']],
    [3, ['-3', '-1', '-2']],
  ])('removes the least likely beyond %i', (most, left) => {
    const [out] = createAlternativesStage(most).push([event]);
    expect(out?.type === 'text-delta' && out.logprobs?.[0]?.top.map(({ token }) => token)).toEqual(left);
  });
});

describe('createHideReasoningStage', () => {
  it('removes reasoning and nothing else', () => {
    const rest = [START, text('a'), call(0), usage(1, 1), ended(), END];
    expect(createHideReasoningStage().push([reasoning('r'), ...rest, reasoning('s', 1)])).toEqual(rest);
  });
});
