/**
 * Scripted upstreams over real HTTP: each on its own port, each with a script by request number, each remembering who came, when,
 * with what, and whether the router left before the end. What a script can say is `behaviours.ts`; no provider's rules are played.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OTHER_TEXT, piecesOf, TEXT } from './answer-wire.ts';
import { BEHAVIOURS, type BehaviourName } from './behaviours.ts';
import type { Arrival, Exchange } from './exchange.ts';

/** A port without a listener (a refused connection), and a name without an address. */
const ABSENT = { refused: 'http://127.0.0.1:1', 'dns failure': 'http://no-such-host.invalid' } as const;

/** What an upstream does. */
export type Script = {
  /** By request number; the last one repeats. */
  answers: readonly BehaviourName[];
  /** There is no server at all. */
  absent?: keyof typeof ABSENT;
  /**
   * Continues an assistant turn at the end of the messages exactly where it stops; otherwise such a turn is overlooked. The provider's
   * file says the same, and also says it where the answer is a refusal of prefill: a file can be wrong.
   */
  takesPrefill?: boolean;
  /** Says other words. */
  otherText?: boolean;
};

/** An upstream that is listening. */
export type Upstream = { url: string; arrivals: readonly Arrival[]; stop: () => Promise<void> };

/** Starts one. */
export async function startUpstream(script: Script): Promise<Upstream> {
  if (script.absent !== undefined) return { url: ABSENT[script.absent], arrivals: [], stop: async () => undefined };
  const arrivals: Arrival[] = [];
  const server = createServer((incoming, response) => {
    void answer(incoming, response, script, arrivals, url);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    arrivals,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  script: Script,
  arrivals: Arrival[],
  url: string,
): Promise<void> {
  const atMs = performance.now();
  const number = arrivals.length;
  const behaviour = script.answers[Math.min(number, script.answers.length - 1)];
  if (behaviour === undefined) throw new Error('an upstream without a script');
  const arrival: Arrival = {
    number,
    atMs,
    path: incoming.url ?? '',
    headers: incoming.headers,
    key: /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '')?.[1] ?? null,
    body: {},
    prefill: null,
    behaviour,
    gaveContent: false,
    wasReset: false,
    over: null,
    overAtMs: null,
  };
  arrivals.push(arrival); // in its place before the body is read: a request counts when it comes
  const exchange = openExchange(arrival, response, url);
  incoming.on('error', () => undefined);
  response.on('error', () => undefined);
  try {
    arrival.body = JSON.parse(await textOf(incoming)) as Arrival['body'];
  } catch {
    return; // left while it was still asking
  }
  const last = arrival.body.messages?.at(-1);
  if (last?.role === 'assistant') arrival.prefill = typeof last.content === 'string' ? last.content : JSON.stringify(last.content);
  await BEHAVIOURS[behaviour]({
    ...exchange,
    model: arrival.body.model ?? '',
    stream: arrival.body.stream === true,
    pieces: piecesOf(wordsFor(script, arrival.prefill)),
  });
}

/** What is still to be said after a prefill. One that is no beginning of the text gets words that no row expects. */
function wordsFor({ takesPrefill, otherText }: Script, prefill: string | null): string {
  const text = otherText === true ? OTHER_TEXT : TEXT;
  if (takesPrefill !== true || prefill === null) return text;
  return text.startsWith(prefill) ? text.slice(prefill.length) : '(the prefill is no beginning of the text)';
}

function openExchange(
  arrival: Arrival,
  response: ServerResponse,
  url: string,
): Pick<Exchange, 'arrival' | 'response' | 'pause' | 'cut' | 'canaryUrl'> {
  function over(how: 'finished' | 'left'): void {
    if (arrival.over !== null) return;
    arrival.over = how;
    arrival.overAtMs = performance.now();
  }
  response.once('finish', () => over('finished'));
  const closed = new Promise<false>((resolve) => {
    response.once('close', () => {
      over('left');
      resolve(false);
    });
  });
  return {
    arrival,
    response,
    canaryUrl: `${url}/canary`,
    pause(ms) {
      let timer: NodeJS.Timeout;
      const waited = new Promise<boolean>((resolve) => {
        timer = setTimeout(resolve, ms, true);
      });
      return Promise.race([waited, closed]).finally(() => clearTimeout(timer));
    },
    cut(how) {
      over('finished');
      arrival.wasReset = how === 'reset';
      if (how === 'fin') response.socket?.destroy();
      else response.socket?.resetAndDestroy();
    },
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
