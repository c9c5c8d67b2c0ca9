/** Upstream on Node's HTTP server, for what the simulator must not know or cannot do, such as checking keys. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that is listening. */
export type OwnUpstream = { url: string; stop: () => Promise<void> };

/** Serves on a free port of this machine. */
export async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>): Promise<OwnUpstream> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A chunk of a chat stream, as a provider sends it. */
export function contentFrame(text: string): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: text }, finish_reason: null }] })}\n\n`;
}

/** The end of a chat stream, with its usage. */
export const ENDING =
  'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n' +
  'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}}\n\n' +
  'data: [DONE]\n\n';

/** A whole chat completion, as a provider sends it. */
export const completionOf = (content: string, usage: object = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 }): object => ({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage,
});

/** The headers of a stream. */
export const STREAM_HEADERS = { 'content-type': 'text/event-stream' };

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
