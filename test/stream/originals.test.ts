/** A stage that changes an event leaves its original out; what it does not change keeps it. */
import { describe, expect, it } from 'vitest';
import { createPrefillFilter, createRepeatFilter } from '../../src/attempts/continuation-filter.ts';
import { ShownText } from '../../src/attempts/shown-text.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { createKeptEvents } from '../../src/stream/kept-events.ts';
import { createBestOfStage } from '../../src/stream/stages/best-of.ts';
import { createChoiceStage } from '../../src/stream/stages/choices.ts';
import { createFinishStage } from '../../src/stream/stages/finish.ts';
import { createGuard } from '../../src/stream/stages/guard.ts';
import { createRenameToolsStage } from '../../src/stream/stages/rename-tools.ts';
import { createAlternativesStage, createEchoStage, createHideReasoningStage } from '../../src/stream/stages/shape.ts';
import { createStopStage } from '../../src/stream/stages/stop.ts';
import { createThinkTagStage } from '../../src/stream/stages/think-tags.ts';
import { createUsageTracker } from '../../src/stream/usage-tracker.ts';
import { createAnswerBudget, UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { sizeOfContent } from '../../src/unified/response/event-size.ts';
import { createHideSecretsStage } from '../../src/upstream/hide-secrets.ts';

const SECRET = 'sk-ant-secret-0123456789';
const original = (text: string) => ({ original: { format: 'anthropic', payload: { text } } });

/** An answer in the upstream's own words; choice 3 and the missing ids give the stages something to change. */
const events = (choice = 0): StreamEvent[] => [
  { type: 'start', model: 'm', systemFingerprint: null, serviceTier: null, ...original('start') },
  { type: 'native', choice, format: 'anthropic', fields: { text: 'open' }, isStructural: true, ...original('open') },
  { type: 'reasoning-delta', choice, text: 'hm', ...original('hm') },
  { type: 'text-delta', choice, text: ' <think>STOP it', ...original('text') },
  { type: 'tool-call-delta', choice, index: 0, name: 'sent', arguments: '', ...original('call') },
  { type: 'tool-call-delta', choice, index: 0, arguments: ' ', ...original('blank') },
  { type: 'tool-call-delta', choice, index: 0, arguments: '{}', ...original('arguments') },
  { type: 'choice-end', choice, reason: 'stop', nativeReason: 'end_turn', ...original('stop') },
  { type: 'end', usage: null },
];

const withoutOriginal = (event: StreamEvent): object => {
  const { original: _, ...rest } = event as StreamEvent & { original?: unknown };
  return rest;
};

const STAGES: Readonly<Record<string, () => { push(events: readonly StreamEvent[]): readonly StreamEvent[] }>> = {
  choices: () => createChoiceStage(1, () => undefined),
  finish: () => createFinishStage(() => undefined),
  'think tags': () => createThinkTagStage(),
  stop: () => createStopStage([{ text: 'STOP', isNative: false }], 1, { echoed: null, budget: UNLIMITED }),
  'rename tools': () => createRenameToolsStage({ toolNames: { sent: 'own' } }),
  alternatives: () => createAlternativesStage(1),
  echo: () => createEchoStage(['prompt']),
  'hide reasoning': () => createHideReasoningStage(),
  'best of': () => createBestOfStage({ candidates: 4, keep: 1, hideLogprobs: false }, UNLIMITED),
  'hide secrets': () => createHideSecretsStage([SECRET]) ?? { push: (all) => all },
  'prefill filter': () => createPrefillFilter(' '),
  'repeat filter': () => createRepeatFilter(' <thi'),
  usage: () => ({
    push: (all) =>
      createUsageTracker(
        () => '',
        () => null,
      ).finalize(all),
  }),
};

describe('an original', () => {
  it.each(Object.keys(STAGES))('never stays on an event that this stage changed: %s', (name) => {
    for (const choice of [0, 3]) {
      const given = events(choice);
      const passed = STAGES[name]?.().push(given) ?? [];
      expect(passed.length).toBeGreaterThan(0);
      const kept = passed.filter((event) => 'original' in event);
      expect(kept.filter((event) => !given.includes(event))).toEqual([]);
    }
  });

  it('stays on an answer that nothing has to be changed in', () => {
    let passing: readonly StreamEvent[] = events();
    for (const stage of [createChoiceStage(1, () => undefined), createFinishStage(() => undefined), createGuard('id', 1)])
      passing = stage.push(passing);
    const call = passing.find(({ type }) => type === 'tool-call-delta');
    expect(call).toEqual({ type: 'tool-call-delta', choice: 0, index: 0, name: 'sent', id: 'call_id_0_0', arguments: '' });
    const payloads = passing.flatMap((event) => ('original' in event ? [event.original?.payload['text']] : []));
    expect(payloads).toEqual(['start', 'open', 'hm', 'text', 'blank', 'arguments', 'stop']);
  });

  it('is masked where it holds a secret, on events that are short themselves too', () => {
    const stage = createHideSecretsStage([SECRET]);
    const leaking: StreamEvent[] = [
      { type: 'start', model: 'm', systemFingerprint: null, serviceTier: null, ...original(`key ${SECRET}`) },
      { type: 'text-delta', choice: 0, text: 'a', ...original(SECRET) },
      { type: 'native', choice: 0, format: 'anthropic', fields: {}, ...original(SECRET) },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: 'a', ...original(SECRET) },
    ];
    const passed = stage?.push(leaking) ?? [];
    expect(passed.map(withoutOriginal)).toEqual(leaking.map(withoutOriginal));
    expect(JSON.stringify(passed)).not.toContain('secret');
  });

  it('is gone where a secret is split over its event and the next one', () => {
    const stage = createHideSecretsStage([SECRET]);
    const piece = (text: string): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index: 0, arguments: text, ...original(text) });
    const passed = stage?.push([piece(`{"a":"${SECRET.slice(0, 12)}`), piece(`${SECRET.slice(12)}"}`)]) ?? [];
    expect(JSON.stringify(passed)).not.toContain(SECRET.slice(0, 12));
    expect(passed.some((event) => 'original' in event)).toBe(false);
  });

  it('counts in the memory budget, of kept events and of a collected answer', () => {
    const large = original('x'.repeat(5000));
    const start: StreamEvent = { type: 'start', model: null, systemFingerprint: null, serviceTier: null, ...large };
    expect(sizeOfContent(start)).toBeGreaterThan(5000);
    expect(sizeOfContent({ type: 'native', choice: 0, format: 'f', fields: large.original.payload, ...large })).toBeLessThan(6000);
    expect(() => createKeptEvents(createAnswerBudget(4000)).push([start])).toThrow('MAX_ANSWER_BYTES');
    expect(() => createCollector(createAnswerBudget(4000)).push([start])).toThrow('MAX_ANSWER_BYTES');
  });

  it('keeps its own event where pieces of one text are joined', () => {
    const kept = createKeptEvents(createAnswerBudget(100_000));
    const pieces: StreamEvent[] = ['a', 'b', 'c'].map((text) => ({
      type: 'text-delta',
      choice: 0,
      text,
      ...(text === 'b' ? original('b') : {}),
    }));
    kept.push(pieces);
    expect(kept.take()).toEqual(pieces);
  });
});

describe("structure of the upstream's own format", () => {
  it('is no content: it neither begins an answer nor ends the text that can be continued', () => {
    const shown = new ShownText(UNLIMITED);
    const [, open] = events();
    shown.add([...(open === undefined ? [] : [open]), { type: 'text-delta', choice: 0, text: 'Hi' }]);
    expect(shown.text()).toBe('Hi');
    const usage = createUsageTracker(
      () => '',
      () => null,
    );
    usage.count(open === undefined ? [] : [open]);
    expect(usage.hasContent()).toBe(false);
    const collector = createCollector();
    collector.push(open === undefined ? [] : [open]);
    expect(collector.result().choices).toEqual([]);
  });

  it('is left out of a continued answer', () => {
    const [, open] = events();
    const joined: StreamEvent[] = [...(open === undefined ? [] : [open]), { type: 'text-delta', choice: 0, text: 'Hi there' }];
    const text = { type: 'text-delta', choice: 0, text: ' there' };
    expect(createRepeatFilter('Hi').push(joined)).toEqual([text]);
    expect(createPrefillFilter('').push(joined)).toEqual([{ ...text, text: 'Hi there' }]);
  });
});
