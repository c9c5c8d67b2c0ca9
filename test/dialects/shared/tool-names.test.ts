/** Names and ids of tools in every format: valid at the provider, each used once, turned back in the answer. */
import { inputOf, messagesIn } from '../messages-input.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withToolWords } from '../../../src/dialects/shared/tool-names.ts';
import type { FittedCall, RenderedRequest } from '../../../src/dialects/dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { exactly, wordForm } from '../../../src/dialects/shared/name-mapping.ts';
import { createRenameToolsStage } from '../../../src/stream/stages/rename-tools.ts';

const NAMES = wordForm('A-Za-z0-9_-', 64);
const call = (id: string, name = 'look') => ({ id, type: 'function', function: { name, arguments: '{}' } });
const asks = (...calls: object[]) => ({ role: 'assistant', content: null, tool_calls: calls });
const gives = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'seen' });

/** The call as it reaches a format, and the answer to the router. */
function render(
  messages: readonly object[],
  parameters: JsonObject = {},
  ids = wordForm('!-~', 40),
): { seen: FittedCall; rendered: RenderedRequest } {
  let seen: FittedCall | null = null;
  const write = withToolWords(
    () => ({ names: NAMES, ids }),
    (fitted) => {
      seen = fitted;
      return { body: {}, adjustments: [] };
    },
  );
  const rendered = write({ input: inputOf(messages), parameters, quirks: [] } as unknown as FittedCall);
  if (seen === null) throw new Error('nothing was rendered');
  return { seen, rendered };
}

function idsIn({ input }: FittedCall): { calls: unknown[]; results: unknown[] } {
  const messages: readonly JsonObject[] = messagesIn(input);
  const calls = messages.flatMap(({ tool_calls: made }) => (Array.isArray(made) ? made.map(({ id }: JsonObject) => id) : []));
  return { calls, results: messages.flatMap(({ tool_call_id: id }) => (id === undefined ? [] : [id])) };
}

describe('ids', () => {
  it('that fit pass, and nothing is copied', () => {
    const messages = [asks(call('a'), call('b')), gives('b'), gives('a')];
    const { seen, rendered } = render(messages);
    expect(messagesIn(seen.input)).toBe(messages);
    expect(rendered).toEqual({ body: {}, adjustments: [] });
  });

  it('of 86 characters become shorter, the same in call and result', () => {
    const long = `call_${'x'.repeat(81)}`;
    const { calls, results } = idsIn(render([asks(call(long)), gives(long)]).seen);
    expect(calls).toEqual(results);
    expect(calls[0]).toMatch(/^call_x+_\w{9}$/);
    expect(String(calls[0])).toHaveLength(40);
  });

  it('are the same in the reasoning that names a call by its id', () => {
    const long = 'x'.repeat(86);
    const details = [
      { type: 'reasoning.encrypted', id: long, data: 'c2VhbGVk' },
      { type: 'reasoning.text', id: 'other', text: 'a' },
    ];
    const { seen } = render([{ ...asks(call(long)), reasoning_details: details }, gives(long)]);
    const [id] = idsIn(seen).calls;
    expect(messagesIn(seen.input)).toMatchObject([{ reasoning_details: [{ id }, { id: 'other' }] }, {}]);
  });

  it('that a provider counts anew in each answer are reported apart, results in the order of their calls', () => {
    const turn = [asks(call('call_0'), call('call_0')), gives('call_0'), gives('call_0')];
    const { calls, results } = idsIn(render([...turn, { role: 'user', content: 'Again.' }, ...turn]).seen);
    expect(calls).toEqual(['call_0', 'call_0_2', 'call_0_3', 'call_0_4']);
    expect(results).toEqual(calls);
  });

  it('are valid, used once and met by their results, whatever they were, and stay so as the history grows', () => {
    const id = fc.oneof(fc.constantFrom('', 'a', 'a_2', 'a\n2', 'call_0', 'x'.repeat(86)), fc.string({ maxLength: 50 }));
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(id, { minLength: 1, maxLength: 3 }), { maxLength: 6 }), fc.boolean(), (turns, isNine) => {
        const messages = turns.map((ids) => [asks(...ids.map((one) => call(one))), ...ids.toReversed().map(gives)]);
        const form = isNine ? exactly(9) : wordForm('A-Za-z0-9_-', 64);
        const { calls, results } = idsIn(render(messages.flat(), {}, form).seen);
        expect(new Set(calls).size).toBe(calls.length);
        for (const one of calls) expect(one).toMatch(form.valid);
        let readFirstContent = 0;
        for (const ids of turns) {
          const end = readFirstContent + ids.length;
          expect(results.slice(readFirstContent, end)).toEqual(calls.slice(readFirstContent, end).toReversed());
          readFirstContent = end;
        }
      }),
    );
  });
});

describe('names', () => {
  it.each(['browser.tabs.open', '', 'x'.repeat(80), 'two words', 'fluß', '__proto__.x'])(
    '%j is rewritten everywhere and comes back',
    (own) => {
      const tool = { type: 'function', function: { name: own } };
      const { seen, rendered } = render([asks(call('a', own)), { ...gives('a'), name: own }], { tools: [tool], tool_choice: tool });
      const [sent] = Object.keys(rendered.mapping?.toolNames ?? {});
      expect(sent).toMatch(NAMES.valid);
      expect(seen.parameters).toEqual({
        tools: [{ type: 'function', function: { name: sent } }],
        tool_choice: { type: 'function', function: { name: sent } },
      });
      expect(messagesIn(seen.input)).toMatchObject([{ tool_calls: [{ function: { name: sent } }] }, { name: sent }]);
      expect(rendered.adjustments).toMatchObject([{ param: 'tools.function.name', action: 'renamed', from: own, to: sent }]);
      const stage = createRenameToolsStage(rendered.mapping ?? {});
      expect(stage.push([{ type: 'tool-call-delta', choice: 0, index: 0, name: sent ?? '', arguments: '' }])).toMatchObject([
        { name: own },
      ]);
    },
  );
});
