/** The obvious way to look at a body: each piece passes a TransformStream that changes nothing. Must not do anything else. */
export default {
  async fetch(request: Request, env: { UPSTREAM: string }): Promise<Response> {
    const answer = await fetch(env.UPSTREAM + new URL(request.url).pathname, request);
    const identity = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        controller.enqueue(piece);
      },
    });
    return new Response(answer.body?.pipeThrough(identity) ?? null, answer);
  },
};
