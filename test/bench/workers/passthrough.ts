/** The yardstick: forwards a request and returns the answer, so that no JavaScript touches the body. Must not do anything else. */
export default {
  fetch(request: Request, env: { UPSTREAM: string }): Promise<Response> {
    return fetch(env.UPSTREAM + new URL(request.url).pathname, request);
  },
};
