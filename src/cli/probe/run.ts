/**
 * Drives a probe: takes each request from the planner, answers it from the report where it was answered before, else sends it within the
 * ceiling, at its own pace, and as the provider's limits allow.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Access } from '../../ports.ts';
import type { ErrorMeaning } from '../../unified/meaning.ts';
import { readRateLimits } from '../../upstream/rate-limits.ts';
import type { Exchange } from './exchange.ts';
import { probeTarget } from './plan.ts';
import { readAnswer, type ReadAnswer } from './read-answer.ts';
import { writeLine, type ExchangeLine, type KnownReport } from './report-lines.ts';
import { sendRequest, type SendPorts } from './send-request.ts';
import type { ProbeTarget } from './target.ts';
import type { Answer, Ask, Observations } from './trial.ts';
import type { Ceiling } from './worst-case.ts';
import { askId } from './write-request.ts';

/** What a run uses. */
export type RunPorts = SendPorts & {
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** Adds lines to the report. */
  readonly append: (text: string) => void;
  /** Called after each request. */
  readonly onProgress: (progress: Progress) => void;
};

/** Where a run is. `about`: what was asked. `waitMs`: a wait that begins. */
export type Progress = {
  readonly requests: number;
  readonly repeated: number;
  readonly spentUsd: number;
  readonly about: string;
  readonly waitMs?: number;
};

/** A run. */
export type Run = {
  readonly target: ProbeTarget;
  readonly access: Access;
  readonly ceiling: Ceiling;
  /** Shortest time between two requests, in milliseconds. */
  readonly paceMs: number;
  readonly known: KnownReport;
};

/** What stopped a run early. `kind`: `refused` = the key, the account or the model; `unreachable` = no answers; `interrupted`. */
export class StoppedError extends Error {
  readonly kind: 'refused' | 'unreachable' | 'interrupted';

  constructor(kind: StoppedError['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Most sends of one request, where the provider has no capacity or fails. */
const MAX_TRIES = 5;
/** Most requests in a row without evidence. */
const MAX_SILENT = 4;
/** First wait after a fault without a stated time, in milliseconds; doubled each time. */
const FIRST_WAIT_MS = 1000;
/** Longest wait, in milliseconds. Where the provider states a longer one, the probe stops and can be continued. */
const MAX_WAIT_MS = 10 * 60_000;
/** Answers older than this are asked again, in milliseconds: providers change. */
export const MAX_AGE_MS = 24 * 60 * 60_000;

/** Meanings after which no other request can succeed. */
const FATAL: ReadonlySet<ErrorMeaning> = new Set([
  'bad-key',
  'no-money',
  'not-permitted',
  'no-such-model',
  'wrong-address',
  'above-rate-limit',
]);
/** Meanings after which the same request is sent again. */
const REPEATED: ReadonlySet<ErrorMeaning> = new Set(['rate-limited', 'overloaded', 'timeout', 'provider-fault']);

/** Runs a probe to its end. @throws StoppedError */
export async function runProbe(run: Run, ports: RunPorts): Promise<{ observations: Observations; exchanges: readonly ExchangeLine[] }> {
  const runner = new Runner(run, ports);
  const plan = probeTarget(run.target);
  let step = plan.next();
  while (step.done !== true) step = plan.next(await runner.answer(step.value));
  return { observations: step.value, exchanges: runner.exchanges };
}

/** One run. */
class Runner {
  readonly #run: Run;
  readonly #ports: RunPorts;
  readonly #known = new Map<string, Answer>();
  readonly exchanges: ExchangeLine[] = [];
  #repeated = 0;
  #silent = 0;
  /** When the next request may be sent, in milliseconds since 1970. */
  #nextAt = 0;

  constructor(run: Run, ports: RunPorts) {
    this.#run = run;
    this.#ports = ports;
    for (const line of run.known.exchanges) {
      const { answer } = readAnswer(run.target, line.exchange);
      if (answer.kind === 'none' || ports.clock.nowMs() - answer.at > MAX_AGE_MS) continue;
      this.#known.set(answer.id, answer);
      this.exchanges.push(line);
    }
  }

  async answer(ask: Ask): Promise<Answer> {
    const { target, ceiling } = this.#run;
    const id = askId(target, ask);
    const known = this.#known.get(id);
    if (known !== undefined) {
      this.#repeated++;
      return known;
    }
    for (let attempt = 0; ; attempt++) {
      const usd = ceiling.worstOf(target, ask);
      const objection = ceiling.objection(usd);
      if (objection !== null) return { id, at: this.#ports.clock.nowMs(), kind: 'none', why: `not sent: ${objection}` };
      await this.#wait(this.#nextAt - this.#ports.clock.nowMs(), ask);
      const { read, exchange } = await this.#send(ask, { id, try: attempt, usd });
      if (read.answer.kind !== 'none') {
        this.#silent = 0;
        this.#known.set(id, read.answer);
        return read.answer;
      }
      if (read.meaning !== null && FATAL.has(read.meaning))
        throw new StoppedError(read.meaning === 'wrong-address' ? 'unreachable' : 'refused', explain(exchange, read.meaning));
      const isRepeated = read.meaning === null || REPEATED.has(read.meaning);
      if (isRepeated && attempt + 1 < MAX_TRIES) {
        this.#nextAt = this.#ports.clock.nowMs() + this.#backOff(read, attempt);
        continue;
      }
      if (++this.#silent >= MAX_SILENT || (isRepeated && this.#silent > 1))
        throw new StoppedError('unreachable', `${target.provider.name} gives no evidence any more: ${read.answer.why}`);
      return read.answer;
    }
  }

  async #send(
    ask: Ask,
    { id, try: attempt, usd }: { id: string; try: number; usd: number },
  ): Promise<{ read: ReadAnswer; exchange: Exchange }> {
    const { target, access, ceiling, paceMs } = this.#run;
    const { clock, append, onProgress, signal } = this.#ports;
    const key = `${id} ${attempt}`;
    ceiling.begin(key, usd);
    append(writeLine({ sent: { id, try: attempt, at: clock.nowMs(), worst_usd: usd } }));
    const exchange = await sendRequest({ target, access, ask, id, try: attempt }, this.#ports);
    if (signal.aborted) throw interrupted();
    const read = readAnswer(target, exchange);
    const status = exchange.response?.status ?? 0;
    const line = {
      exchange,
      usd: ceiling.settle(key, { usage: read.usage, isFree: exchange.wasNotSent === true || (status >= 400 && status < 500), ask }),
    };
    this.exchanges.push(line);
    append(writeLine(line));
    this.#nextAt = Math.max(clock.nowMs() + paceMs, exhaustedUntil(exchange, clock.nowMs()));
    onProgress({ requests: ceiling.requests, repeated: this.#repeated, spentUsd: ceiling.spentUsd, about: aboutOf(ask) });
    return { read, exchange };
  }

  /** The wait before a request is sent again. */
  #backOff({ retryAfterSeconds }: ReadAnswer, attempt: number): number {
    const own = FIRST_WAIT_MS * 2 ** attempt * (1 + this.#ports.random());
    return retryAfterSeconds === null ? own : retryAfterSeconds * 1000;
  }

  /** @throws StoppedError where the wait is too long, whether a refusal or the headers of an answer state it. */
  async #wait(waitMs: number, ask: Ask): Promise<void> {
    const { ceiling, paceMs } = this.#run;
    const { clock, signal, onProgress } = this.#ports;
    if (waitMs > MAX_WAIT_MS) throw new StoppedError('unreachable', `the provider asks to wait ${Math.ceil(waitMs / 60_000)} minutes`);
    if (waitMs > 0) {
      if (waitMs > paceMs)
        onProgress({ requests: ceiling.requests, repeated: this.#repeated, spentUsd: ceiling.spentUsd, about: aboutOf(ask), waitMs });
      await sleepUnlessAborted(waitMs, clock, signal);
    }
    if (signal.aborted) throw interrupted();
  }
}

const interrupted = () => new StoppedError('interrupted', 'interrupted');

/** Waits. An abort ends the wait and its timer, which would keep the process alive. */
const sleepUnlessAborted = (delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener('abort', end);
      clear();
      resolve();
    };
    const clear = clock.setTimer(delayMs, end);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });

/** When a used-up limit is whole again, as the headers of an answer state; 0 = none is used up. */
function exhaustedUntil({ response }: Exchange, nowMs: number): number {
  if (response === null) return 0;
  const used = readRateLimits(new Headers(response.headers), nowMs).filter(({ remaining, resetMs }) => remaining === 0 && resetMs !== null);
  return Math.max(0, ...used.map(({ resetMs }) => resetMs ?? 0));
}

function explain({ response }: Exchange, meaning: ErrorMeaning): string {
  return `HTTP ${response?.status ?? 0} (${meaning}): ${(response?.body ?? '').slice(0, 300)}`;
}

/** Names of the parameters of a request, for progress. */
const aboutOf = ({ values, stream }: Ask): string =>
  [...Object.keys(values), ...(stream === true ? ['stream'] : [])].join(' + ') || 'no parameters';

/** The pace in milliseconds for a number of requests per minute. */
export const paceOf = (requestsPerMinute: number): number => Math.ceil(60_000 / requestsPerMinute);
