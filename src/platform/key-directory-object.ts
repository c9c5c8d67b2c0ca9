/** Durable Object with the records of all caller keys. */
import { DurableObject } from 'cloudflare:workers';

/** Durable Object with the records of all caller keys. */
export class KeyDirectoryObject extends DurableObject {}
