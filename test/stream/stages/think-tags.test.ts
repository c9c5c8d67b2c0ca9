/** Reasoning between tags at the beginning of a text, at every cut of the text. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThinkTagStage } from '../../../src/stream/stages/think-tags.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import { call, END, ended, reasoning, text } from '../events.ts';

/** The events of texts that come as these pieces. */
function told(pieces: readonly string[], ...after: StreamEvent[]): [thinking: string, text: string] {
  const stage = createThinkTagStage();
  const events = [...pieces.map((piece) => text(piece)), ...after, END].flatMap((event) => stage.push([event]));
  const join = (type: string) => events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('');
  return [join('reasoning-delta'), join('text-delta')];
}

describe('createThinkTagStage reasoning', () => {
  it.each<[string, string, string]>([
    ['<think>\nLet me see.\n</think>\n\nIt is 5.', 'Let me see.', 'It is 5.'],
    ['\n\n<think>a</think>b', 'a', 'b'],
    ['<think></think>b', '', 'b'],
    ['<think>\n\n</think>\n\nb', '', 'b'],
    ['<think>a < b </thin </think> b </think> <think>c</think>', 'a < b </thin', 'b </think> <think>c</think>'],
    ['<think>a <think>b</think> c', 'a <think>b', 'c'],
    ['<think>never closed', 'never closed', ''],
    ['<think>cut in the tag </thi', 'cut in the tag </thi', ''],
    ['no thinking <think>here</think>', '', 'no thinking <think>here</think>'],
    ['<thinking about it>', '', '<thinking about it>'],
    ['  <thin', '', '  <thin'],
    ['<b>bold</b>', '', '<b>bold</b>'],
    ['   ', '', '   '],
  ])('in %j', (given, thinking, rest) => {
    expect(told([given])).toEqual([thinking, rest]);
    expect(told([...given])).toEqual([thinking, rest]);
    for (let cut = 0; cut <= given.length; cut++) expect(told([given.slice(0, cut), given.slice(cut)])).toEqual([thinking, rest]);
  });

  it('is the same however the text is cut', () => {
    const piece = fc.constantFrom('<think>', '</think>', '<', '</th', ' ', '\n', 'a', 'ink>');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        expect(told(pieces)).toEqual(told([pieces.join('')]));
      }),
    );
  });

  it('is passed on at once, except what may become a tag', () => {
    const stage = createThinkTagStage();
    expect(stage.push([text('<think>Let')])).toEqual([reasoning('Let')]);
    expect(stage.push([text(' me')])).toEqual([reasoning(' me')]);
    expect(stage.push([text(' see')])).toEqual([reasoning(' see')]);
    expect(stage.push([text('.</')])).toEqual([reasoning('.')]);
    expect(stage.push([text('think>'), text('5')])).toEqual([text('5')]);
  });
});

describe('createThinkTagStage text', () => {
  it('is not changed after it has begun', () => {
    const stage = createThinkTagStage();
    stage.push([text('It')]);
    const batch = [text(' is'), text(' <think>')];
    expect(stage.push(batch)).toBe(batch);
  });

  it('keeps its tags when the provider sends reasoning events', () => {
    const stage = createThinkTagStage();
    expect(stage.push([reasoning('hm'), text('<think>')])).toEqual([reasoning('hm'), text('<think>')]);
  });

  it('is separate per choice, and not changed by a finish or a tool call', () => {
    const stage = createThinkTagStage();
    const events = [text('<think>a</think>b'), text('c', 1), ended(1), call(0, { id: 'c', name: 'f' })];
    expect(stage.push(events)).toEqual([reasoning('a'), text('b'), text('c', 1), ended(1), call(0, { id: 'c', name: 'f' })]);
  });

  it('that is held is released at the end', () => {
    const stage = createThinkTagStage();
    expect(stage.push([text(' <th'), ended()])).toEqual([ended()]);
    expect(stage.flush()).toEqual([text(' <th')]);
  });
});

describe('createThinkTagStage log probabilities', () => {
  const token = (said: string) => ({ token: said, logprob: -1, bytes: null, top: [] });
  const given = (...tokens: string[]): StreamEvent => ({ ...text(tokens.join('')), logprobs: tokens.map(token) }) as StreamEvent;
  function read(...events: StreamEvent[]) {
    let lost = 0;
    const stage = createThinkTagStage(() => lost++);
    const out = events.flatMap((event) => stage.push([event]));
    return {
      lost,
      kept: out.flatMap((event) => (event.type === 'text-delta' ? (event.logprobs ?? []).map(({ token: said }) => said) : [])),
    };
  }

  it('of the answer are kept, those of reasoning are dropped and reported', () => {
    expect(read(given('<think>', 'hm', '</think>', '\n\n', 'It', ' is'))).toEqual({ lost: 1, kept: ['\n\n', 'It', ' is'] });
    expect(read(given('<think>'), given('hm'), given('</think>'), given('It'))).toEqual({ lost: 3, kept: ['It'] });
  });

  it('of tokens across the end of the reasoning are dropped', () => {
    expect(read(given('<think>', 'hm</think>It', ' is'))).toEqual({ lost: 1, kept: [] });
  });

  it('are all kept without reasoning, and nothing is reported', () => {
    expect(read(given('It', ' is'))).toEqual({ lost: 0, kept: ['It', ' is'] });
  });
});
