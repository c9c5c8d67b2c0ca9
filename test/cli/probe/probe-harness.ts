/** Runs a probe against a simulated upstream without a network: a provider file made from one specification, an upstream from another. */
import { TEMPLATE_NAMES } from '../../../src/dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from '../../../src/dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from '../../../src/dialects/index.ts';
import { createAccess } from '../../../src/platform/provider-access.ts';
import { compile, describeProblem } from '../../../src/registry/compile.ts';
import type { CompiledProvider } from '../../../src/registry/provider.ts';
import { compareWithFile } from '../../../src/cli/probe/compare.ts';
import { readReport } from '../../../src/cli/probe/report-lines.ts';
import { runProbe, type RunPorts } from '../../../src/cli/probe/run.ts';
import { subjectsOf } from '../../../src/cli/probe/subjects.ts';
import { findTarget, type ProbeTarget } from '../../../src/cli/probe/target.ts';
import { Ceiling, type CeilingOptions } from '../../../src/cli/probe/worst-case.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { rulesOf, type Specification } from './specification.ts';
import { answerRequest, type SimulatedAnswer, type UpstreamBehaviour, type WireName } from './strict-upstream.ts';

/** Prices of the tests: 1 USD per million tokens of a prompt, 4 of an answer. */
export const PRICE = { prompt: 1, completion: 4 };

/** The text of a provider file. */
export const fileOf = (wire: WireName, specification: Specification): string =>
  JSON.stringify(
    {
      name: 'Simulated',
      docs: 'https://example.org/docs',
      baseUrl: 'https://example.org/v1',
      auth: { scheme: 'bearer' },
      operations: { chat: { dialect: wire, parameters: rulesOf(specification) } },
      models: [
        {
          id: 'm',
          slug: 'example/m',
          maxOutputTokens: 1000,
          contextTokens: 8000,
          priceUsdPerMillionTokens: PRICE,
          source: 'https://example.org',
          checked: '2026-11-30',
        },
      ],
    },
    null,
    2,
  );

/** Compiles one provider file. @throws Error with its problems. */
export function compileFile(text: string): CompiledProvider {
  const { providers, problems } = compile(
    [{ path: 'providers/simulated.jsonc', text }],
    { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS },
    TEMPLATE_NAMES,
  );
  const [provider] = providers;
  if (provider === undefined) throw new Error(problems.map(describeProblem).join('\n'));
  return provider;
}

/** The target of a file. `others`: files of the same format, which name other forms. */
export const targetOf = (wire: WireName, specification: Specification, others: readonly CompiledProvider[] = []): ProbeTarget =>
  findTarget([compileFile(fileOf(wire, specification)), ...others], { slug: 'simulated', model: 'm', operation: null });

/** A clock that advances when something waits. */
export function instantClock(): Clock & { waited: number[] } {
  let now = 1_764_600_000_000;
  const waited: number[] = [];
  return {
    waited,
    nowMs: () => now,
    setTimer(delayMs, run) {
      // A deadline never comes; a wait is over at once.
      if (delayMs >= 120_000) return () => undefined;
      waited.push(delayMs);
      now += delayMs;
      queueMicrotask(run);
      return () => undefined;
    },
  };
}

/** What a run of the harness did. */
export type HarnessRun = {
  found: string[];
  sent: { url: string; body: Record<string, unknown> }[];
  lines: string[];
  ceiling: Ceiling;
  compared: ReturnType<typeof compareWithFile>;
  observations: Awaited<ReturnType<typeof runProbe>>['observations'];
};

/** Options of a run. `answer`: replaces the upstream for a request, e.g. with a fault; null = the upstream answers. */
export type HarnessOptions = {
  ceiling?: Partial<CeilingOptions>;
  report?: string;
  clock?: Clock;
  answer?: (body: Record<string, unknown>, count: number) => SimulatedAnswer | Error | null;
  signal?: AbortSignal;
  /** Where the lines of the report go, for a run that does not end. */
  lines?: string[];
};

/** Runs a probe of a target against an upstream. */
export async function runAgainst(target: ProbeTarget, behaviour: UpstreamBehaviour, options: HarnessOptions = {}): Promise<HarnessRun> {
  const {
    ceiling: limits = {},
    report = '',
    clock = instantClock(),
    answer = () => null,
    signal = new AbortController().signal,
    lines = [],
  } = options;
  const sent: HarnessRun['sent'] = [];
  const ports: RunPorts = {
    clock,
    signal,
    random: () => 0.5,
    append: (text) => void lines.push(text),
    onProgress: () => undefined,
    post: (url, { body }) => {
      const parsed = JSON.parse(String(body)) as Record<string, unknown>;
      sent.push({ url, body: parsed });
      const isStream = parsed['stream'] === true || url.includes('streamGenerateContent');
      const given = answer(parsed, sent.length) ?? answerRequest(behaviour, parsed, isStream);
      if (given instanceof Error) return Promise.reject(given);
      return Promise.resolve(new Response(given.body, { status: given.status, headers: given.headers }));
    },
  };
  const ceiling = new Ceiling({ maxUsd: 10, maxRequests: 10_000, price: PRICE, ...limits });
  const known = readReport(report);
  ceiling.resume(known);
  const access = createAccess({ SIMULATED_API_KEY: 'sk-simulated-0123456789abcdef' } as never)(target.provider);
  const { observations } = await runProbe({ target, access, ceiling, paceMs: 0, known }, ports);
  const compared = compareWithFile(target, subjectsOf(target).subjects, observations);
  const found = compared.flatMap(({ differences }) => differences.map(({ param, aspect }) => `${param} ${aspect}`)).sort();
  return { found, sent, lines, ceiling, compared, observations };
}
