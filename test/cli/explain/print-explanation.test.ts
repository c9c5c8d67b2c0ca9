/** Explanations of routers as they are printed: changes where they happened, and nothing made up for what is missing. */
import { describe, expect, it } from 'vitest';
import { readExplanation } from '../../../src/cli/explain/explanation.ts';
import { printExplanation } from '../../../src/cli/explain/print-explanation.ts';
import { printComparison } from '../../../src/cli/explain/compare-explanations.ts';
import { Output } from '../../../src/cli/output.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

function printed(print: (output: Output) => void): string {
  let text = '';
  const stdout = { write: (piece: string) => void (text += piece) };
  print(new Output({ stdout, stderr: { write: () => expect.unreachable() } }, { isJson: false, environment: {} }));
  return text;
}

const ANSWER: JsonObject = {
  operation: 'chat',
  stream: true,
  plan: {
    strategy: 'fallback',
    calls: [
      {
        provider: 'one',
        model: 'm-1',
        reason: 'the first',
        simulated: true,
        missing: [],
        estimate: { prompt_tokens: 1200, max_completion_tokens: 100, usd: { prompt: 0.00012, most: 0.0024 }, estimated: ['prompt_tokens'] },
      },
      {
        provider: 'two',
        model: 'm-2',
        reason: 'the second',
        missing: ['TWO_API_KEY'],
        estimate: { prompt_tokens: 3, max_completion_tokens: null, usd: null },
      },
    ],
    others: [],
    rejected: [{ provider: 'three', model: 'm-3', reason: 'its circuit is open' }],
  },
  requests: [
    {
      provider: 'one',
      model: 'm-1',
      method: 'POST',
      url: 'https://one.example/v1/chat',
      headers: { authorization: 'Bearer sk-...' },
      body: { generation: { temperature: 0.01 }, limit: 100 },
      fields: [
        { param: 'temperature', path: '/generation/temperature', action: 'clamped' },
        { param: 'top_k', path: null, action: 'dropped' },
        { param: 'max_tokens', path: '/limit', action: 'renamed' },
      ],
    },
  ],
  adjustments: [
    { param: 'temperature', action: 'clamped', from: 0, to: 0.01, reason: 'numbers above 0' },
    { param: 'top_k', action: 'dropped', from: 500, reason: 'not accepted' },
    { param: 'max_tokens', action: 'renamed', to: 'limit', reason: 'its name' },
    { param: 'metadata', action: 'dropped', reason: 'no place' },
  ],
  emulation: { stop: ['END'], echo: true, best_of: 3, hide_reasoning: false },
};

describe('printExplanation', () => {
  it('marks each change where it happened, and lists what is not sent', () => {
    const text = printed((output) => printExplanation(readExplanation(ANSWER), output));
    expect(text).toBe(`Plan  chat, streamed, fallback
PROVIDER  MODEL  STATE              ESTIMATE                                                       WHY
one       m-1    simulated          about 1,200 tokens in, at most 100 out, 0.00012 to 0.0024 USD  the first
two       m-2    needs TWO_API_KEY  about 3 tokens in, price not known                             the second

Left out
PROVIDER  MODEL  WHY
three     m-3    its circuit is open

POST https://one.example/v1/chat  one m-1
authorization: Bearer sk-...
{
  "generation": {
    "temperature": 0.01  <- clamped from 0 to 0.01: numbers above 0
  },
  "limit": 100  <- renamed to "limit": its name
}
Not sent
  top_k  dropped 500: not accepted
Other changes
  metadata  dropped: no place
The router itself ends the answer at "END"; repeats the prompt in front of the answer; chooses among 3 answers.
`);
  });

  it.each([{}, { plan: null, requests: 'x', adjustments: [1, null], emulation: [] }, { plan: { calls: [{ missing: {} }] } }])(
    'prints what there is of %j, an answer of another version',
    (answer) => {
      expect(printed((output) => printExplanation(readExplanation(answer as JsonObject), output))).toMatch(/^Plan/);
    },
  );
});

describe('printComparison', () => {
  it('has a row for each parameter that one of the providers gets otherwise', () => {
    const other: JsonObject = {
      ...ANSWER,
      plan: { calls: [{ provider: 'two', model: 'm-2', missing: [] }] },
      requests: [{ body: { a: 1 } }],
      adjustments: [],
    };
    const text = printed((output) =>
      printComparison(
        [
          { provider: 'one', explanation: readExplanation(ANSWER), refusal: null },
          { provider: 'two', explanation: readExplanation(other), refusal: null },
          { provider: 'three', explanation: null, refusal: 'HTTP 404: no endpoint' },
        ],
        output,
      ),
    );
    const rows = text.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows).toContainEqual(['', 'one', 'two', 'three']);
    expect(rows).toContainEqual(['state', 'simulated', 'ready', 'cannot be called']);
    expect(rows).toContainEqual(['temperature', 'generation.temperature: 0.01 (clamped)', 'as it is', '']);
    expect(rows).toContainEqual(['top_k', 'not sent (dropped)', 'as it is', '']);
    expect(rows).toContainEqual(['metadata', '(dropped)', 'as it is', '']);
  });
});
