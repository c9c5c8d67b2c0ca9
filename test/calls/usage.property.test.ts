/**
 * Whatever becomes of the calls of a request: its usage is the sum of what the calls reported that have answered or shown content, its
 * cost is the sum of their costs, and a call without content and without usage costs nothing.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { bodyRead, chunksOf, type ReadUsage, textsOf } from '../support/read-stream.ts';
import { bodyOf, counts, isSilent, refuses, type Respond } from '../support/scripted-upstream.ts';
import { createMultiProvider, host } from '../support/fake-router.ts';
import { whileTimePasses } from '../support/fake-ports.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog.';

/** The usage of one call, and the prompt tokens that it reports; null = it reports none. */
type Call = { kind: 'ok' | 'refused' | 'refused inside a 200' | 'broken off' | 'silent'; tokens: number | null };

const aCall: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom('ok', 'refused', 'refused inside a 200', 'broken off', 'silent'),
  tokens: fc.option(fc.integer({ min: 1, max: 5000 })),
});
const hosts = fc.array(fc.array(aCall, { maxLength: 3 }), { minLength: 1, maxLength: 3 });

const ERROR = event({ error: { message: 'overloaded', code: 503 } });
const usageFrame = (tokens: number | null) => (tokens === null ? [] : [event({ choices: [], usage: counts(tokens, 3) })]);
const said = event(CHAT_WIRE.chunk([{ text: TEXT }]));

/** What the calls have cost, as the upstreams see it. */
type Ledger = { prompt: number; completion: number; picoUsd: number; calls: number; isEstimated: boolean };

function respondTo(script: readonly Call[], price: number, ledger: Ledger): Respond {
  let call = 0;
  function book(tokens: number | null, hasContent: boolean): void {
    if (tokens === null && !hasContent) return;
    ledger.calls++;
    if (tokens === null) return void (ledger.isEstimated = true);
    ledger.prompt += tokens;
    ledger.completion += 3;
    ledger.picoUsd += (tokens + 3) * price * 1e6;
  }
  return (sent) => {
    const { kind, tokens } = script[call++] ?? { kind: 'ok', tokens: 7 };
    if (kind === 'refused') return refuses('no')();
    if (kind === 'silent') return isSilent(sent);
    if (kind === 'refused inside a 200') {
      // A body that is one JSON document has an error, and nothing else is read of it.
      book(sent.body['stream'] === true ? tokens : null, false);
      return sent.body['stream'] === true
        ? new Response(bodyOf(...usageFrame(tokens), ERROR))
        : Response.json({ error: { message: 'overloaded', code: 503 } });
    }
    book(tokens, true);
    if (kind === 'broken off') return new Response(bodyOf(said, ...usageFrame(tokens), ERROR));
    return new Response(bodyOf(said, event(CHAT_WIRE.chunk([{ finish: 'stop' }])), ...usageFrame(tokens), event('[DONE]')));
  };
}

it('usage and cost are the sums of what the calls with content, or with reported usage, have cost', async () => {
  await fc.assert(
    fc.asyncProperty(hosts, fc.boolean(), async (scripts, stream) => {
      const ledger: Ledger = { prompt: 0, completion: 0, picoUsd: 0, calls: 0, isEstimated: false };
      const router = createMultiProvider(
        scripts.map((script, index) => {
          const price = index + 1;
          return [host(`p${index}`, {}, { prompt: price, completion: price }), respondTo(script, price, ledger)] as const;
        }),
        { attempts: 4 },
      );
      const asked = {
        model: 'any/m',
        stream,
        provider: { order: scripts.map((_, index) => `p${index}`), timeouts: { first_content_ms: 4000 } },
      };
      const usage = await whileTimePasses(router.clock, usageOf(router.ask(asked), stream));
      expect({ usage, ledger, isRight: isRight(usage, ledger) }).toMatchObject({ isRight: true });
    }),
    { numRuns: 150 },
  );
});

function isRight(usage: ReadUsage | null | undefined | 'refused', ledger: Ledger): boolean {
  if (usage === 'refused') return true; // an error body has no usage
  if (usage == null) return ledger.calls === 0;
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total, calls, cost, estimated } = usage;
  if (calls !== ledger.calls || total !== prompt + completion) return false;
  if (ledger.isEstimated) return estimated?.includes('prompt_tokens') === true && prompt >= ledger.prompt;
  return prompt === ledger.prompt && completion === ledger.completion && cost === ledger.picoUsd / 1e12 && estimated === undefined;
}

/** The usage of an answer, or of an error in a stream; null = it has none. */
async function usageOf(asked: Promise<Response>, stream: boolean): Promise<ReadUsage | null | undefined | 'refused'> {
  const response = await asked.catch(() => null);
  if (response === null) return 'refused';
  if (!stream) return (await bodyRead(response)).usage;
  const { chunks } = await chunksOf(response);
  const hasContent = (textsOf(chunks)[0] ?? '') !== '';
  return hasContent ? chunks.findLast(({ usage }) => usage != null)?.usage : 'refused';
}
