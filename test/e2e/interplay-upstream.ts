/** The upstream of `interplay.test.ts`: chat completions of two providers, below `/groq` and `/novita`, which count for themselves. */
import { bodyOf, listen, type OwnUpstream } from '../support/http-upstream.ts';

/** What a request asks of the upstream, as the text of its first message. */
export type Order = Readonly<{ name: string; fails?: string; slowMs?: number; isDenied?: true }>;

/** What one order has cost. */
export type Count = { received: number; tokens: number; keys: Set<string> };

/** Tokens of every prompt and of every choice, as the upstream states them. */
const [PROMPT, COMPLETION] = [11, 5];

const usage = { prompt_tokens: PROMPT, completion_tokens: COMPLETION, total_tokens: PROMPT + COMPLETION };

/** Answers that the guard of the tests denies begin with it. */
export const DENIED = 'DENIED';

/** Starts it. */
export async function serveUpstream(): Promise<OwnUpstream & { countOf: (name: string) => Count }> {
  const counts = new Map<string, Count>();
  const countOf = (name: string) => counts.get(name) ?? { received: 0, tokens: 0, keys: new Set<string>() };
  const upstream = await listen(async (request, response) => {
    const body = JSON.parse(await bodyOf(request)) as { stream?: boolean; messages: { content: unknown }[] };
    const order = readOrder(body.messages);
    const count = countOf(order.name);
    counts.set(order.name, count);
    count.received++;
    count.keys.add(String(request.headers.authorization));
    if (request.url?.startsWith(`/${order.fails ?? 'none'}/`) === true) {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"overloaded"}}');
      return;
    }
    const base = { id: `up-${order.name}`, created: 1, model: 'm' };
    const words = [order.isDenied === true ? `${DENIED} ` : 'word ', ...Array.from({ length: COMPLETION - 1 }, () => 'more ')];
    const pause = () => new Promise((resolve) => void setTimeout(resolve, order.slowMs ?? 0));
    if (body.stream !== true) {
      await pause();
      const message = { role: 'assistant', content: words.join('') };
      count.tokens += PROMPT + COMPLETION;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...base, object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage }));
      return;
    }
    const write = (fields: object) =>
      response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', ...fields })}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const word of words) {
      if (response.destroyed) return;
      write({ choices: [{ index: 0, delta: { content: word }, finish_reason: null }] });
      await pause();
    }
    count.tokens += PROMPT + COMPLETION;
    write({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
    write({ choices: [], usage });
    response.end('data: [DONE]\n\n');
  });
  return { ...upstream, countOf };
}

function readOrder(messages: readonly { content: unknown }[]): Order {
  const texts = messages.map(({ content }) => (typeof content === 'string' ? content : JSON.stringify(content)));
  const order = texts.find((text) => text.includes('"name"'));
  const plain = order?.startsWith('{') === true ? order : (JSON.parse(order ?? '[]') as { text: string }[])[0]?.text;
  return JSON.parse(plain ?? '{"name":"none"}') as Order;
}
