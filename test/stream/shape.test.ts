import { describe, expect, it } from 'vitest';
import { createEchoStage, createHideReasoningStage } from '../../src/stream/shape.ts';
import { call, END, ended, reasoning, START, text, usage } from './events.ts';

describe('echo', () => {
  it('puts its own prompt before the first content of every choice, once', () => {
    const stage = createEchoStage(['Once ', 'Twice ']);
    expect(stage.push([START, text('a'), text('b', 1)])).toEqual([START, text('Once '), text('a'), text('Twice ', 1), text('b', 1)]);
    expect(stage.push([text('c'), ended(0), ended(1), END])).toEqual([text('c'), ended(0), ended(1), END]);
  });

  it('comes also before a choice that says nothing, and before thinking', () => {
    expect(createEchoStage(['Once ', 'Twice ']).push([ended(0), reasoning('r', 1)])).toEqual([
      text('Once '),
      ended(0),
      text('Twice ', 1),
      reasoning('r', 1),
    ]);
  });

  it('does not come before an answer that has no choice', () => {
    expect(createEchoStage(['Once ', 'Twice ']).push([START, usage(1, 1), END])).toEqual([START, usage(1, 1), END]);
  });
});

describe('hiding the thinking', () => {
  it('takes it out and nothing else', () => {
    const rest = [START, text('a'), call(0), usage(1, 1), ended(), END];
    expect(createHideReasoningStage().push([reasoning('r'), ...rest, reasoning('s', 1)])).toEqual(rest);
  });
});
