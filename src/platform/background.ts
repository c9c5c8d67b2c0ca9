/** Work that goes on behind a request. Apart from `system.ts`, because only workerd knows this import. */
import { waitUntil } from 'cloudflare:workers';

/** The platform lets work of which it is told run on for half a minute after its request (https://developers.cloudflare.com/workers, 2026). */
export const systemBackground = (work: Promise<unknown>): void => waitUntil(work);
