/** The worst cost of a request, and the ceiling that no sum of costs passes. Pure. */
import { costUsd, mostUsd } from '../../registry/pricing.ts';
import type { Price } from '../../registry/provider.ts';
import { numberOf } from '../../lib/json.ts';
import type { Usage } from '../../unified/response/usage.ts';
import { LIMITS } from './subjects.ts';
import type { ProbeTarget } from './target.ts';
import type { Ask } from './trial.ts';
import { writeBody } from './write-request.ts';

/** Tokens that a provider may add to a prompt: its template, instructions for tools and formats. */
const ADDED_PROMPT_TOKENS = 512;

/** What a request may use at most. `completionTokens`: Infinity = not bounded by anything known. */
export type MostTokens = { readonly promptTokens: number; readonly completionTokens: number };

/**
 * Returns the most tokens of a request. A token is at least one byte, so the bytes of the body bound the prompt. `keepsLimit`: false = the upstream
 * has been seen to pass a limit of tokens, so only the model's own limit counts.
 */
export function mostTokens(target: ProbeTarget, ask: Ask, keepsLimit: boolean): MostTokens {
  const body = JSON.stringify(writeBody(target, ask)?.body ?? {});
  const promptTokens = new TextEncoder().encode(body).byteLength + ADDED_PROMPT_TOKENS;
  if (target.operation === 'embeddings') return { promptTokens, completionTokens: 0 };
  const { maxOutputTokens, contextTokens } = target.offering ?? {};
  const own = maxOutputTokens ?? contextTokens ?? Infinity;
  const limits = LIMITS.map((name) => numberOf(ask.values[name])).filter((limit) => limit !== null);
  const limit = keepsLimit && limits.length > 0 ? Math.min(own, Math.max(...limits)) : own;
  const choices = Math.max(1, numberOf(ask.values['n']) ?? 1, numberOf(ask.values['best_of']) ?? 1);
  return { promptTokens, completionTokens: limit * choices };
}

/** Returns the most that a request can cost, in USD; Infinity = not bounded. */
export function worstUsd(price: Price, { promptTokens, completionTokens }: MostTokens): number {
  if (price.prompt === 0 && price.completion === 0) return 0;
  if (completionTokens === Infinity) return Infinity;
  return mostUsd({ promptTokens, completionTokens, webSearches: 0 }, price).usd;
}

/** What limits a probe. `price`: null = unknown, so only the number of requests counts. */
export type CeilingOptions = { readonly maxUsd: number; readonly maxRequests: number; readonly price: Price | null };

/** Keeps the ceiling: the sum of known costs, and of the worst cases of what was sent without an answer. */
export class Ceiling {
  readonly #options: CeilingOptions;
  readonly #open = new Map<string, number>();
  #spentUsd = 0;
  #requests = 0;
  /** False once an answer has passed the limit of tokens of its request. */
  keepsLimit = true;

  constructor(options: CeilingOptions) {
    this.#options = options;
  }

  /** Counts what an earlier run of the same probe has spent. */
  resume({ exchanges, requests, openUsd }: { exchanges: readonly { usd: number }[]; requests: number; openUsd: number }): void {
    this.#spentUsd += exchanges.reduce((sum, { usd }) => sum + usd, openUsd);
    this.#requests += requests;
  }

  /** The most that was spent so far, in USD: known costs, and worst cases of what is in flight. */
  get spentUsd(): number {
    return this.#spentUsd + [...this.#open.values()].reduce((sum, usd) => sum + usd, 0);
  }

  /** Number of requests that were sent. */
  get requests(): number {
    return this.#requests;
  }

  /** Returns the worst cost of a request in USD; 0 where the price is unknown. */
  worstOf(target: ProbeTarget, ask: Ask): number {
    const { price } = this.#options;
    return price === null ? 0 : worstUsd(price, mostTokens(target, ask, this.keepsLimit));
  }

  /** Why a request of this worst cost is not sent; null = it may be. */
  objection(usd: number): string | null {
    const { maxUsd, maxRequests } = this.#options;
    if (this.#requests >= maxRequests) return `the ceiling of ${maxRequests} requests is reached`;
    if (this.spentUsd + usd <= maxUsd) return null;
    return usd === Infinity ? 'nothing bounds its cost' : `its worst cost of ${usd.toFixed(6)} USD would pass the ceiling of ${maxUsd} USD`;
  }

  /** Counts a request at its worst cost, before it is sent. */
  begin(key: string, usd: number): void {
    this.#requests++;
    this.#open.set(key, usd);
  }

  /** Replaces the worst cost by what was used. `isFree`: it was refused, and refusals are not billed. Without usage the worst cost stays. */
  settle(key: string, { usage, isFree, ask }: { usage: Usage | null; isFree: boolean; ask: Ask | null }): number {
    const worst = this.#open.get(key) ?? 0;
    this.#open.delete(key);
    const { price } = this.#options;
    const limit = ask === null ? null : (LIMITS.map((name) => numberOf(ask.values[name])).find((value) => value !== null) ?? null);
    const known = isFree ? 0 : usage === null ? null : (usage.costUsd ?? (price === null ? 0 : costOf(usage, { price, limit })));
    const usd = known ?? worst;
    this.#spentUsd += usd;
    const choices = Math.max(1, numberOf(ask?.values['n']) ?? 1);
    if (limit !== null && usage !== null && usage.completionTokens > (limit + 1) * choices) this.keepsLimit = false;
    return usd;
  }
}

/** What reported counts cost, in USD. Null = one of them is missing or 0, which no prompt has, and no answer with a limit. */
const costOf = (usage: Usage, { price, limit }: { price: Price; limit: number | null }): number | null =>
  usage.promptTokens === 0 || (limit !== null && usage.completionTokens === 0) ? null : costUsd(usage, price);
