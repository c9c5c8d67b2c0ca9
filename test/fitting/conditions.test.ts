/** Rules that look at another parameter of the request. */
import { describe, expect, it } from 'vitest';
import { placeholderFiles } from '../../src/calls/files.ts';
import { prepare } from '../../src/calls/prepare.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { chosenCall, planRoute } from '../../src/routing/plan.ts';
import type { Rules } from '../../src/unified/rule.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { firstBody, OPEN_CONTEXT, requestFor, sent } from './sent.ts';

const RULES: Rules = {
  max_tokens: { type: 'integer', minimum: 1 },
  temperature: { type: 'number', minimum: 0, maximum: 2, onlyWith: { reasoning_effort: ['none'] } },
  reasoning_effort: { type: 'string', enum: ['none', 'low', 'high'] },
  top_k: { type: 'integer', minimum: 1, maximum: 500, below: 'max_tokens' },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  min_p: { type: 'number', minimum: 0, maximum: 1, narrowed: [{ with: 'top_p', when: { maximum: 0.5 }, to: { maximum: 0.1 } }] },
};

/** The fields that are sent, besides model and messages, and the report. */
function fitted(fields: JsonObject): { body: JsonObject; report: string[] } {
  const catalog = createCatalog([acme({ operations: { chat: [chatOperation({ parameters: RULES })] } })]);
  const request = requestFor('chat', '@acme/any', fields);
  const chosen = chosenCall(planRoute(request, catalog, OPEN_CONTEXT));
  const answer = prepare(chosen, { request, extraHeaders: {}, dataUris: placeholderFiles([chosen]) });
  const { model: _, messages: _messages, ...body } = firstBody(answer);
  const { adjustments } = answer;
  return { body, report: adjustments.map(({ param, action, from, to, reason }) => `${param} ${action} ${from} ${to}: ${reason}`) };
}

describe('rule condition: "onlyWith"', () => {
  it('sends a parameter beside the value that it needs', () => {
    const fields = { temperature: 0.5, reasoning_effort: 'none' };
    expect(fitted(fields)).toEqual({ body: fields, report: [] });
  });

  it.each<JsonObject>([{ temperature: 0.5, reasoning_effort: 'low' }, { temperature: 0.5 }])(
    'drops it otherwise, and says so: %j',
    (fields) => {
      const { body, report } = fitted(fields);
      expect(body).not.toHaveProperty('temperature');
      expect(report).toEqual([
        expect.stringContaining('temperature dropped 0.5 undefined: this provider accepts it only where reasoning_effort is none'),
      ]);
    },
  );
});

describe('rule condition: "below"', () => {
  it('sends a value that is below the other one, and any value where the other one is not sent', () => {
    expect(fitted({ top_k: 99, max_tokens: 100 })).toEqual({ body: { top_k: 99, max_tokens: 100 }, report: [] });
    expect(fitted({ top_k: 400 })).toEqual({ body: { top_k: 400 }, report: [] });
  });

  it.each([100, 400])('clamps %d to below 100, and says so', (value) => {
    const { body, report } = fitted({ top_k: value, max_tokens: 100 });
    expect(body).toEqual({ top_k: 99, max_tokens: 100 });
    expect(report).toEqual([expect.stringContaining(`top_k clamped ${value} 99`)]);
  });
});

describe('rule condition: "narrowed"', () => {
  it('asks vLLM for one choice a call at temperature 0', () => {
    expect(sent('chat', '@vllm/any', { n: 3, temperature: 0 }).body).not.toHaveProperty('n', 3);
    expect(sent('chat', '@vllm/any', { n: 3, temperature: 0.1 }).body).toHaveProperty('n', 3);
  });

  it.each([
    [{ min_p: 0.4, top_p: 0.9 }, 0.4],
    [{ min_p: 0.4, top_p: 0.5 }, 0.1],
    [{ min_p: 0.4 }, 0.4],
  ])('%j sends %d', (fields, value) => {
    const { body, report } = fitted(fields);
    expect(body).toHaveProperty('min_p', value);
    expect(report).toHaveLength(value === fields.min_p ? 0 : 1);
  });

  it('is in the file of Moonshot: one choice at temperature 0', () => {
    const { body } = sent('chat', '@moonshot/a-model', { n: 3, temperature: 0 });
    expect(body['n'] ?? 1).toBe(1);
    expect(sent('chat', '@moonshot/a-model', { n: 3, temperature: 0.5 }).body).toHaveProperty('n', 3);
  });
});
