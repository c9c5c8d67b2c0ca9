/** Durable Object of one account: its limits, its open leases and its ledger. */
import { DurableObject } from 'cloudflare:workers';

/** Durable Object of one account: its limits, its open leases and its ledger. */
export class KeyObject extends DurableObject {}
