/** An HTTP call, as an interface: `platform/` and tests supply it. */

/** One HTTP call. The platform's own `fetch`, or a test's. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
