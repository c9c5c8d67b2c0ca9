/** Whole answers with more parts than a JavaScript function takes arguments (about 120,000), which `push(...parts)` cannot add. */
import { describe, expect, it } from 'vitest';
import { upstreamDialect } from '../../src/dialects/index.ts';
import { createChoiceStage } from '../../src/stream/stages/choices.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { createGuard } from '../../src/stream/stages/guard.ts';
import { createKeptEvents } from '../../src/stream/kept-events.ts';
import { createAnswerBudget, UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import { BODIES } from './growing-bodies.ts';

const PARTS = 130_000;

describe.each(Object.keys(BODIES))('a body with very many %s', (name) => {
  const [dialect = '', body = () => ({})] = BODIES[name] ?? [];

  it('is read', () => {
    const events = upstreamDialect(dialect).decodeBody(body(PARTS), { quirks: [], budget: UNLIMITED });
    const kept = createKeptEvents(UNLIMITED);
    kept.push(createGuard('gen', 1).push(createChoiceStage(1, () => undefined).push(events)));
    const collector = createCollector();
    collector.push(kept.take());
    expect(collector.result().choices.length).toBeLessThanOrEqual(1);
    expect(collector.error()?.type).not.toBe('server');
  });
});

describe('tool calls without end', () => {
  it('end in an error of the provider once the budget of the answer is spent', () => {
    const guard = createGuard('gen', 1, createAnswerBudget(1_000_000));
    const push = (index: number) => guard.push([{ type: 'tool-call-delta', choice: 0, index, arguments: '' }]);
    let index = 0;
    expect(() => {
      for (; index < 1_000_000; index++) push(index);
    }).toThrow(expect.objectContaining({ type: 'provider_unavailable' }));
    expect(index).toBeGreaterThan(5000);
  });
});
