/** Callers of the soak test: one request, ended as it is told. */
import { request, type Agent } from 'node:http';
import type { Order } from './upstream.ts';

/** When the client hangs up: never, after so many pieces of the answer, or so many milliseconds after the request was sent. */
export type HangUp =
  | { readonly kind: 'never' }
  | { readonly kind: 'pieces'; readonly after: number }
  | { readonly kind: 'early'; readonly afterMs: number };

/** One call. */
export type SoakCall = { readonly order: Order; readonly key: string; readonly isStream: boolean; readonly hangUp: HangUp };

/** What the client saw. `id`: of the generation, without its prefix; null = it hung up before the headers came. */
export type Seen = { readonly status: number | null; readonly id: string | null; readonly isWhole: boolean };

/** Sends one call, and resolves when it has ended in whatever way. */
export function send(url: string, agent: Agent, { order, key, isStream, hangUp }: SoakCall): Promise<Seen> {
  const body = JSON.stringify({
    model: '@openai/gpt-4o-mini',
    stream: isStream,
    max_tokens: 64,
    messages: [{ role: 'user', content: JSON.stringify(order) }],
  });
  return new Promise((resolve) => {
    let seen: Seen = { status: null, id: null, isWhole: false };
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const call = request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers }, (response) => {
      const id = String(response.headers['x-generation-id']).replace(/^gen-/, '');
      seen = { status: response.statusCode ?? 0, id, isWhole: false };
      let pieces = 0;
      response.on('data', () => {
        pieces++;
        if (hangUp.kind === 'pieces' && pieces >= hangUp.after) call.destroy();
      });
      response.on('end', () => (seen = { ...seen, isWhole: response.complete }));
      response.on('error', () => undefined);
    });
    call.on('error', () => undefined); // it has hung up
    call.on('close', () => resolve(seen));
    call.end(body);
    if (hangUp.kind === 'early') setTimeout(() => call.destroy(), hangUp.afterMs);
  });
}
