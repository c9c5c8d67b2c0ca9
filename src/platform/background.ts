/** Runs work that continues after a response. Separate from `system.ts`, because only workerd has this import. */
import { waitUntil } from 'cloudflare:workers';

/** Keeps work running for up to 30 seconds after its request (https://developers.cloudflare.com/workers, 2026). */
export const systemBackground = (work: Promise<unknown>): void => waitUntil(work);
