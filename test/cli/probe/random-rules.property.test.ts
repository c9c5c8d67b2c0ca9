/** Random rules: exactly the differences between file and upstream are found, whatever the upstream's errors say, and the ceiling is kept. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRICE, runAgainst, targetOf } from './probe-harness.ts';
import { specificationPair } from './random-specifications.ts';
import { differencesOf } from './specification.ts';
import type { SimulatedAnswer, WireName } from './strict-upstream.ts';

/** Longest time of one test, for a machine with other work. */
const TIMEOUT_MS = 240_000;

/** Formats and the number of random pairs: a probe of OpenAI's format takes about 150 requests, of the others about 60. */
const WIRES: readonly (readonly [WireName, number])[] = [
  ['openai-chat', 3],
  ['anthropic', 6],
  ['gemini', 6],
];

/** What the simulated upstream bills, read from its own answers. */
function billedUsd(bodies: readonly string[]): number {
  return bodies.reduce((sum, body) => {
    const [, prompt = '0'] = /"(?:prompt_tokens|input_tokens|promptTokenCount)":(\d+)/.exec(body) ?? [];
    const [, completion = '0'] = [...body.matchAll(/"(?:completion_tokens|output_tokens|candidatesTokenCount)":(\d+)/g)].at(-1) ?? [];
    return sum + (Number(prompt) * PRICE.prompt + Number(completion) * PRICE.completion) / 1e6;
  }, 0);
}

describe.each(WIRES)('a probe with random rules of %s', (wire, numRuns) => {
  it(
    'finds exactly the differences',
    async () => {
      await fc.assert(
        fc.asyncProperty(specificationPair(wire), fc.boolean(), async ({ file, upstream }, isVague) => {
          const run = await runAgainst(targetOf(wire, file), { specification: upstream, wire, isVague });
          expect(run.found).toEqual(differencesOf(file, upstream));
        }),
        { numRuns },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'finds the same where requests fail now and then',
    async () => {
      const faults: readonly (SimulatedAnswer | Error)[] = [
        { status: 429, headers: { 'retry-after': '2' }, body: '{"error":{"message":"Rate limit reached","code":"rate_limit_exceeded"}}' },
        { status: 500, headers: {}, body: '{"error":{"message":"The server had an error"}}' },
        { status: 503, headers: {}, body: 'overloaded' },
        new TypeError('fetch failed'),
      ];
      await fc.assert(
        fc.asyncProperty(
          specificationPair(wire),
          fc.array(fc.nat({ max: 12 }), { minLength: 20, maxLength: 20 }),
          async ({ file, upstream }, draws) => {
            // At most two in a row: a request is sent up to five times.
            const answer = (_: unknown, count: number) => (count % 3 === 0 ? null : (faults[draws[count % draws.length] ?? 99] ?? null));
            const run = await runAgainst(targetOf(wire, file), { specification: upstream, wire }, { answer });
            expect(run.found).toEqual(differencesOf(file, upstream));
          },
        ),
        { numRuns },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'keeps the ceiling, and invents nothing where it ends a probe early',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          specificationPair(wire),
          fc.double({ min: 0.0005, max: 0.02, noNaN: true }),
          async ({ file, upstream }, maxUsd) => {
            const bodies: string[] = [];
            const target = targetOf(wire, file);
            const run = await runAgainst(
              target,
              { specification: upstream, wire, onAnswer: (body) => bodies.push(body) },
              { ceiling: { maxUsd } },
            ).catch(() => null);
            expect(billedUsd(bodies)).toBeLessThanOrEqual(maxUsd);
            if (run === null) return;
            expect(run.ceiling.spentUsd).toBeLessThanOrEqual(maxUsd);
            const all = differencesOf(file, upstream);
            expect(run.found.filter((difference) => !all.includes(difference))).toEqual([]);
          },
        ),
        { numRuns },
      );
    },
    TIMEOUT_MS,
  );
});
