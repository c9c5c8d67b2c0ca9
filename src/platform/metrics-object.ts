/** Durable Object with the counters of all isolates. */
import { DurableObject } from 'cloudflare:workers';

/** Durable Object with the counters of all isolates. */
export class MetricsObject extends DurableObject {}
