/** The upstream of the soak test: OpenAI's chat completions, which count for themselves what was called and what was sent. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request asks of the upstream, as the text of its last message. */
export type Order = { readonly key: number; readonly call: number; readonly tokens: number };

/** What the upstream counted. */
export type UpstreamCounts = {
  /** Requests received, by the number of the key. */
  readonly received: Map<number, number>;
  /** Times that one call was received; more than 1 = it was sent twice. */
  readonly calls: Map<number, number>;
};

/** Tokens of every prompt, as the upstream states them. */
export const PROMPT_TOKENS = 11;

/** Starts it. */
export async function serveCountingUpstream(): Promise<UpstreamCounts & { url: string; stop: () => Promise<void> }> {
  const counts: UpstreamCounts = { received: new Map(), calls: new Map() };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => (text += String(piece)));
    request.on('end', () => {
      const body = JSON.parse(text) as { stream?: boolean; messages: { content: string }[] };
      const order = JSON.parse(body.messages.at(-1)?.content ?? '{}') as Order;
      add(counts.received, order.key);
      add(counts.calls, order.call);
      if (body.stream === true) void stream(response, order);
      else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole(order)));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    ...counts,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

const add = (counts: Map<number, number>, of: number) => void counts.set(of, (counts.get(of) ?? 0) + 1);

const base = ({ call }: Order, object: string) => ({ id: `up-${call}`, object, created: 1, model: 'gpt-4o-mini' });
const usage = ({ tokens }: Order) => ({ prompt_tokens: PROMPT_TOKENS, completion_tokens: tokens, total_tokens: PROMPT_TOKENS + tokens });

const whole = (order: Order) => ({
  ...base(order, 'chat.completion'),
  choices: [{ index: 0, message: { role: 'assistant', content: 'word '.repeat(order.tokens) }, finish_reason: 'stop' }],
  usage: usage(order),
});

/** Each token is a write of its own, and the next one waits for a turn of the event loop. */
async function stream(response: ServerResponse, order: Order): Promise<void> {
  const write = (fields: object) => response.write(`data: ${JSON.stringify({ ...base(order, 'chat.completion.chunk'), ...fields })}\n\n`);
  const choice = (delta: object, finish: string | null = null) => ({ choices: [{ index: 0, delta, finish_reason: finish }] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let token = 0; token < order.tokens && !response.destroyed; token++) {
    write(choice({ content: 'word ' }));
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
  write(choice({}, 'stop'));
  write({ choices: [], usage: usage(order) });
  response.end('data: [DONE]\n\n');
}
