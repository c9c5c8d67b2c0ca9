/** Durable Object of one account: its limits, its open leases and its ledger. */
import { DurableObject } from 'cloudflare:workers';
import { RefusalStore } from './refusal-store.ts';

/**
 * Durable Object of one account: its limits, its open leases and its ledger. Each method takes and returns one plain object; later versions
 * only add fields, because two versions of the Worker use it during a deployment.
 */
export class KeyObject extends DurableObject {
  readonly #refusal = new RefusalStore(this.ctx.storage.sql);

  /** Refuses all requests of the account from now on, or no longer. */
  setRefused({ isRefused }: { isRefused: boolean }): Record<string, never> {
    this.#refusal.set(isRefused, Date.now());
    return {};
  }
}
