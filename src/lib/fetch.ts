/** HTTP call interface. `platform/` and tests implement it. */

/** Sends one HTTP request. Same contract as the platform's `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
