/** Agrees on the ceiling before anything is sent: by options, or by a question on a terminal. */
import { CliError, refuseValue } from '../cli-error.ts';
import type { Cli } from '../cli.ts';
import type { Price } from '../../registry/provider.ts';
import type { Estimate } from './estimate.ts';
import type { ProbeTarget } from './target.ts';
import { mostTokens, worstUsd, type CeilingOptions } from './worst-case.ts';

/** Options about cost, as typed. */
export type CostOptions = {
  readonly maxUsd?: string;
  readonly maxRequests?: string;
  readonly pricePrompt?: string;
  readonly priceCompletion?: string;
};

/** Requests of a probe with many differences; more need `--max-requests`. */
const USUAL_MAX_REQUESTS = 600;

/** The price of the target: as stated by the user, else that of the catalogue; null = unknown. @throws CliError */
export function priceOf({ offering }: ProbeTarget, { pricePrompt, priceCompletion }: CostOptions): Price | null {
  if (pricePrompt === undefined && priceCompletion === undefined) {
    return offering?.hasRequestFee === true ? null : (offering?.priceUsdPerMillionTokens ?? null);
  }
  if (pricePrompt === undefined || priceCompletion === undefined)
    throw new CliError('usage', 'Only one of --price-prompt and --price-completion is given; expected both.');
  return { prompt: readNumber('--price-prompt', pricePrompt), completion: readNumber('--price-completion', priceCompletion) };
}

/** The sum of the worst costs of the estimated requests, in USD; null = no price. Requests that nothing bounds are not sent, and not counted. */
export function estimatedUsd(target: ProbeTarget, { asks }: Estimate, price: Price | null): number | null {
  if (price === null) return null;
  const costs = asks.map((ask) => worstUsd(price, mostTokens(target, ask, true)));
  return costs.filter(Number.isFinite).reduce((sum, usd) => sum + usd, 0);
}

/** Returns the agreed ceiling. @throws CliError where none was agreed. */
export async function agreeOnCeiling(
  cli: Cli,
  options: CostOptions,
  { price, worst }: { price: Price | null; worst: number | null },
): Promise<CeilingOptions> {
  const maxRequests = options.maxRequests === undefined ? USUAL_MAX_REQUESTS : readCount('--max-requests', options.maxRequests);
  if (price === null) {
    if (options.maxRequests === undefined)
      throw new CliError(
        'usage',
        'The catalogue has no price for this model, so no cost can be computed.',
        'State the price: --price-prompt and --price-completion in USD per million tokens. Or state the most requests: --max-requests 300.',
      );
    if (options.maxUsd !== undefined)
      throw new CliError('usage', '--max-usd is given without a known price; expected --price-prompt and --price-completion too.');
    return { maxUsd: Infinity, maxRequests, price };
  }
  if (options.maxUsd !== undefined) return { maxUsd: readNumber('--max-usd', options.maxUsd), maxRequests, price };
  if (!cli.canAsk)
    throw new CliError(
      'usage',
      '--max-usd is missing: the most that this probe may cost, in USD.',
      `Give it, for example --max-usd ${usualCeiling(worst ?? 0)}.`,
    );
  const usual = usualCeiling(worst ?? 0);
  const given = (await cli.ask(`Most that this probe may cost, in USD [${usual}; n = send nothing]: `)).trim();
  if (/^n(o)?$/i.test(given)) throw new CliError('usage', 'Nothing was sent.');
  return { maxUsd: given === '' ? Number(usual) : readNumber('the ceiling', given), maxRequests, price };
}

/** Twice the estimate, with two digits: each difference takes more requests. */
const usualCeiling = (worst: number): string => String(Number(Math.max(worst * 2, 0.01).toPrecision(2)));

/** @throws CliError for what is no number of 0 or more. */
function readNumber(name: string, text: string): number {
  const value = Number(text.replace(/^\$/, ''));
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw refuseValue(name, text, 'a number of 0 or more');
  return value;
}

/** @throws CliError for what is no whole number above 0. */
export function readCount(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw refuseValue(name, text, 'a whole number above 0');
  return value;
}
