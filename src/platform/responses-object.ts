/** Durable Object with the answers that one account has stored. */
import { DurableObject } from 'cloudflare:workers';

/** Durable Object with the answers that one account has stored. */
export class ResponsesObject extends DurableObject {}
