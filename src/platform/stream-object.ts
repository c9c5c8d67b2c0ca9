/** Durable Object of one resumable answer. */
import { DurableObject } from 'cloudflare:workers';

/** Durable Object of one resumable answer. */
export class StreamObject extends DurableObject {}
