/**
 * The load: requests over plain HTTP, so many at once, each answer kept as it came. Answers are looked at when the clock has stopped.
 * Bounded in count and in time. Knows nothing of what it asks for.
 */
import { Agent, request } from 'node:http';
import { OPENING } from './script.ts';

/** A request. */
export type Question = {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Values of `authorization`, which requests take in turn. Absent = that of the headers. */
  authorizations?: readonly string[];
  /** Bodies, which requests take in turn. Absent = the one body. */
  bodies?: readonly Buffer[];
};

/** An answer as it came. */
export type Answer = {
  status: number;
  raw: Buffer[];
  /** From the request to the piece with the first content; null when there was none. */
  firstContentMs: number | null;
  totalMs: number;
  /** Its place in the order in which requests began, from 1. */
  turn: number;
};

/** How requests are made. */
export type Load = {
  /** Requests in all. */
  count: number;
  /** Requests under way at a time. */
  atOnce: number;
  /** Milliseconds between the starts of the first `atOnce` requests. */
  staggerMs: number;
  /** Longest time for all of them, in milliseconds. */
  deadlineMs: number;
};

const OPENING_BYTES = Buffer.from(OPENING);

function exchange({ url, headers, body }: Question, agent: Agent, signal: AbortSignal, onFirst: () => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const answer: Answer = { status: 0, raw: [], firstContentMs: null, totalMs: 0, turn: 0 };
    const outgoing = request(
      url,
      { method: 'POST', agent, signal, headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers } },
      (incoming) => {
        answer.status = incoming.statusCode ?? 0;
        incoming.on('data', (piece: Buffer) => {
          answer.raw.push(piece);
          if (answer.firstContentMs !== null || !piece.includes(OPENING_BYTES)) return;
          answer.firstContentMs = performance.now() - start;
          onFirst();
        });
        incoming.once('end', () => {
          answer.totalMs = performance.now() - start;
          resolve(answer);
        });
        incoming.once('error', reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** The question with the authorization and the body whose turn it is. */
function inTurn(question: Question, turn: number): Question {
  const { headers, authorizations = [], bodies = [] } = question;
  const authorization = authorizations[turn % authorizations.length];
  const body = bodies[turn % bodies.length] ?? question.body;
  return { ...question, body, headers: authorization === undefined ? headers : { ...headers, authorization } };
}

const pause = (ms: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });

/** Makes all requests and gives all answers. @param onFirst called at the first content of each. @throws when one fails, or time is up. */
export async function runLoad(
  { count, atOnce, staggerMs, deadlineMs }: Load,
  question: Question,
  onFirst: () => void = () => undefined,
): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error(`not done after ${deadlineMs} ms`)), deadlineMs);
  const answers: Answer[] = [];
  let started = 0;

  async function ask(lane: number): Promise<void> {
    if (staggerMs > 0) await pause(lane * staggerMs);
    while (started < count) {
      const turn = ++started;
      answers.push({ ...(await exchange(inTurn(question, turn), agent, stop.signal, onFirst)), turn });
    }
  }

  try {
    await Promise.all(Array.from({ length: Math.min(count, atOnce) }, (_, lane) => ask(lane)));
    return answers;
  } catch (thrown) {
    throw stop.signal.aborted ? stop.signal.reason : thrown;
  } finally {
    clearTimeout(timer);
    stop.abort();
    agent.destroy();
  }
}
