/** `best_of`: sent where a provider's rules allow it, otherwise made and ranked by the router, otherwise dropped. */
import { describe, expect, it } from 'vitest';
import { refuseTooMany } from '../../../src/calls/prepare.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { LIMITS } from '../../support/fake-ports.ts';
import { bodiesOf, line, prepared, requestFor } from '../sent.ts';

const UNSENT: JsonObject = { n: undefined, best_of: undefined, logprobs: undefined, top_logprobs: undefined };

function become(model: string, fields: JsonObject) {
  const answer = prepared(requestFor('completions', model, fields));
  const { bestOf, hideLogprobs } = answer.planned.fitted.emulation;
  const bodies = bodiesOf(answer).map(({ n, best_of, logprobs, top_logprobs }) => ({ n, best_of, logprobs, top_logprobs }));
  return { bestOf, hideLogprobs, bodies, report: answer.adjustments.map(line), answer };
}

describe('fitBestOf sends best_of', () => {
  it.each([
    ['@tokensmind/x', { best_of: 3 }, { best_of: 3 }],
    ['@tokensmind/x', { n: 2, best_of: 3 }, { n: 2, best_of: 3 }],
    ['@octoai/x', { n: 2, best_of: 3 }, { n: 2, best_of: 3 }],
    ['@octoai/x', { best_of: 3, stream: true }, { best_of: 3 }],
    ['@completions-compatible/x', { best_of: 3 }, { best_of: 3 }],
    ['@openai/gpt-3.5-turbo-instruct', { best_of: 20 }, { best_of: 20 }],
  ])('to %s for %j', (model, fields, body) => {
    const { bodies, bestOf, hideLogprobs, report } = become(model, fields);
    expect(bodies).toEqual([{ ...UNSENT, ...body }]);
    expect({ bestOf, hideLogprobs, report }).toEqual({ bestOf: null, hideLogprobs: false, report: [] });
  });
});

describe('fitBestOf leaves out a best_of without a selection', () => {
  it.each(['@tokensmind/x', '@octoai/x', '@together/x', '@novita/x', '@groq/llama-3.3-70b-versatile'])('at %s', (model) => {
    const { bodies, bestOf, report } = become(model, { n: 2, best_of: 2 });
    expect(bodies.filter(({ best_of: sent }) => sent !== undefined)).toEqual([]);
    expect(bestOf).toBeNull();
    expect(report.filter((entry) => entry.startsWith('best_of'))).toEqual([]);
  });
});

describe('fitBestOf emulates best_of', () => {
  it.each([
    ['while streaming, at a provider that forbids it', '@tokensmind/x', { n: 2, best_of: 5, stream: true }, [{ n: 5, logprobs: 1 }]],
    ['beside n, at a provider that forbids it', '@completions-compatible/x', { n: 2, best_of: 5 }, [{ n: 5, logprobs: 1 }]],
    ['beyond the limit of a provider', '@openai/gpt-3.5-turbo-instruct', { best_of: 21 }, [{ n: 21, logprobs: 1 }]],
    ['where the provider has none', '@vllm/x', { best_of: 5 }, [{ n: 5, logprobs: 1 }]],
    ['where the provider chats', '@novita/x', { best_of: 5 }, [{ n: 5, logprobs: true }]],
    ['in two calls', '@novita/x', { best_of: 128 }, [{ n: 127, logprobs: true }, { logprobs: true }]],
    ['in a call for each', '@openrouter/x', { best_of: 2 }, [{ logprobs: true }, { logprobs: true }]],
  ])('%s: %s', (_, model, fields, expected) => {
    const { bodies, bestOf, hideLogprobs, report } = become(model, fields);
    expect(bodies).toEqual(expected.map((body) => ({ ...UNSENT, ...body })));
    expect(bestOf).toEqual({ candidates: fields.best_of, keep: 'n' in fields ? fields.n : 1 });
    expect(hideLogprobs).toBe(true);
    expect(report).toContain(`best_of emulated ${fields.best_of}`);
  });

  it('for every prompt of a list', () => {
    const { answer, bestOf } = become('@completions-compatible/x', { prompt: ['a', 'b'], n: 2, best_of: 3 });
    expect(answer.parts.map(({ part }) => part.choices)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(bestOf).toEqual({ candidates: 3, keep: 2 });
  });

  it('with the log probabilities that the client requested, which are kept', () => {
    const { bodies, hideLogprobs } = become('@novita/x', { best_of: 3, logprobs: 4 });
    expect(bodies).toEqual([{ n: 3, best_of: undefined, logprobs: true, top_logprobs: 4 }]);
    expect(hideLogprobs).toBe(false);
  });

  it('with no more alternatives than requested when the client requested zero', () => {
    const { bodies, hideLogprobs } = become('@together/x', { best_of: 2, logprobs: 0 });
    expect(bodies.map(({ logprobs }) => logprobs)).toEqual([0]);
    expect(hideLogprobs).toBe(false);
  });
});

describe('fitBestOf without log probabilities', () => {
  it.each([
    ['@groq/llama-3.3-70b-versatile', { best_of: 4 }, 1],
    ['@groq/llama-3.3-70b-versatile', { n: 3, best_of: 4 }, 3],
    ['@deepseek/deepseek-reasoner', { n: 2, best_of: 4 }, 2],
  ])('reduces best_of to n at %s, and reports it: %j', (model, fields, calls) => {
    const { bodies, bestOf, report } = become(model, fields);
    expect(bodies).toHaveLength(calls);
    expect(bestOf).toBeNull();
    expect(report).toContain('best_of dropped 4');
  });
});

it('planRoute rejects more candidates than upstream calls with a 400 that names best_of and the variable', () => {
  const request = requestFor('completions', '@openrouter/x', { best_of: 33 });
  expect(() => refuseTooMany([prepared(request)], request, LIMITS)).toThrow(
    expect.objectContaining({
      status: 400,
      message: expect.stringMatching(/33 calls.*32.*MAX_UPSTREAM_CALLS/),
      details: expect.objectContaining({ param: 'best_of' }),
    }),
  );
});
