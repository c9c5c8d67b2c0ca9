/** Sends one request: over the network, or to a router in this process. */
export type SendRequest = (request: Request) => Promise<Response>;
