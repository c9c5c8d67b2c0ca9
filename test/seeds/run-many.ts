/** Runs many random requests one after another, and reports each whose result differs from the oracle. */
import { seedRequest, type SeedRequest } from './requests.ts';
import { tryOne, type Outcome, type SeedHarness } from './try-one.ts';

/** One request that came out wrong. */
export type Failure = { number: number; request: SeedRequest; outcome: Outcome };

/** Which requests: those of a seed, from the number `first` on. */
export type Range = { seed: string; first: number; count: number };

/** Failures after which no more are looked for. */
const MAX_FAILURES = 5;

export async function runMany({ seed, first, count }: Range, harness: SeedHarness): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (let number = first; number < first + count && failures.length < MAX_FAILURES; number++) {
    const request = seedRequest(seed, number);
    const outcome = await tryOne(request, harness).catch((thrown: unknown): Outcome => ({
      complaints: [String(thrown instanceof Error ? thrown.stack : thrown)],
      bodies: [],
      got: null,
      expected: null,
    }));
    if (outcome.complaints.length > 0) failures.push({ number, request, outcome });
  }
  return failures;
}

/** Request, complaints, upstream bodies, and both answers. */
export function describeFailure({ number, request, outcome }: Failure): string {
  const path = request.operation === 'chat' ? '/chat/completions' : '/completions';
  return [
    `request ${number}: POST ${path} ${JSON.stringify(request.body)}`,
    ...outcome.complaints.map((complaint) => `  ${complaint}`),
    `  upstream: ${JSON.stringify(outcome.bodies)}`,
    `  got: ${JSON.stringify(outcome.got)}`,
    `  expected: ${JSON.stringify(outcome.expected)}`,
  ].join('\n');
}
