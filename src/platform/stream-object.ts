/**
 * Durable Object of one answer that is made apart from its client's connection. It owns the upstream call: it runs the application itself, keeps
 * what it answers, and serves readers. Since compatibility date 2026-10-01 an object lives as long as its own calls, with or without a client
 * (https://developers.cloudflare.com/changelog, 2026-10-01).
 */
import { DurableObject } from 'cloudflare:workers';
import { completeCaller, type Caller } from '../accounts/caller.ts';
import type { RequestTrace } from '../accounts/telemetry.ts';
import { CLIENT_DIALECTS } from '../dialects/index.ts';
import { GENERATION_PREFIX } from '../dialects/response-id.ts';
import type { ResumableFormat } from './answer-format.ts';
import { AnswerRun, type AnswerPorts, type MakeAnswer } from './answer-run.ts';
import { digestBody, fingerprintOf } from './body-digest.ts';
import { streamLimits, type Env } from './env.ts';
import type { CurrentResult, NamedCall, NoAnswer, OpenCall, ReadCall, ReadResult } from './stream-call.ts';
import { StreamStore, type StoredAnswer } from './stream-store.ts';
import { systemClock } from './system.ts';

/** What the application gets besides a request: its caller, and what to call once it is planned and reserved. */
export type ObjectCall = { identity: { caller: Caller; generationId: string; trace?: RequestTrace }; onAccepted: () => void };

/** What a call of another version of the Worker may lack. */
const PLAIN = { trace: null, body: null, background: null, headers: [] };

const MISSING: NoAnswer = { kind: 'missing' };

/** The object. `worker.ts` adds the application. */
export abstract class StreamObjectBase extends DurableObject {
  readonly #store = new StreamStore(this.ctx.storage.sql);
  readonly #limits = streamLimits(this.env as Env);
  #answer: AnswerRun | null = this.#restore();

  /** Runs the application. */
  protected abstract run(request: Request, call: ObjectCall): Response | Promise<Response>;

  /** Starts the answer to a request, or joins the one that this object has. */
  async open(given: OpenCall): Promise<ReadResult | CurrentResult> {
    const call = { ...PLAIN, ...given, caller: completeCaller(given.caller) };
    // One step up to here: of two requests at a time, one starts and the other joins.
    const answer = this.#answer;
    if (answer !== null && answer.stored.account !== call.caller.account) return MISSING;
    if (answer === null || startsAnew(answer.stored, call)) return this.#start(call).opened(call.after, call.background);
    const [first, own] = await Promise.all([answer.fingerprint(), fingerprintOf(call.body, call.url)]);
    if (first !== null && first !== own) return { kind: 'conflict' };
    return answer.opened(call.after, call.background);
  }

  /** Reads the answer. */
  async read({ after, ...name }: ReadCall): Promise<ReadResult> {
    return this.#find(name)?.read(after) ?? MISSING;
  }

  /** The answer as it is now. */
  async current(name: NamedCall): Promise<CurrentResult> {
    return this.#find(name)?.current() ?? MISSING;
  }

  /** Ends the upstream call. */
  async stop(name: NamedCall): Promise<{ isFound: boolean }> {
    const answer = this.#find(name);
    await answer?.stop();
    return { isFound: answer !== null };
  }

  /** Ends the upstream call and deletes everything. */
  async forget(name: NamedCall): Promise<{ isFound: boolean }> {
    const found = await this.stop(name);
    if (found.isFound) await this.#forget();
    return found;
  }

  /** Deletes everything when the answer was kept long enough. One that is being made is looked at again. */
  override async alarm(): Promise<void> {
    const endedMs = this.#answer?.stored.endedMs;
    if (endedMs === null) return this.#setAlarm();
    // The end of an interrupted answer is when that was noticed, which may be now.
    const untilMs = (endedMs ?? 0) + 1000 * this.#limits.keptSeconds;
    return untilMs > Date.now() ? this.ctx.storage.setAlarm(untilMs) : this.#forget();
  }

  #restore(): AnswerRun | null {
    const stored = this.#store.answer();
    return stored === null ? null : AnswerRun.restore(stored, this.#store.pieces(), this.#portsOf(stored.format));
  }

  #find({ id, account }: NamedCall): AnswerRun | null {
    const stored = this.#answer?.stored;
    return stored?.id === id && stored.account === account ? this.#answer : null;
  }

  #start(call: OpenCall): AnswerRun {
    const { id, caller, trace, url, format, background } = call;
    const stored: StoredAnswer = {
      id,
      account: caller.account,
      fingerprint: null,
      format,
      queued: background?.queued ?? null,
      head: null,
      state: 'running',
      endedMs: null,
    };
    this.#store.createTables();
    if (this.#answer !== null) this.#store.clear();
    this.#store.save(stored);
    const answer = new AnswerRun(stored, this.#portsOf(format));
    this.#answer = answer;
    const headers = new Headers(call.headers.map(([name, value]): [string, string] => [name, value]));
    const { body, fingerprint } = digestBody(call.body, url);
    const make: MakeAnswer = async (signal, onAccepted) => {
      const identity = { caller, generationId: GENERATION_PREFIX + id, ...(trace === null ? {} : { trace }) };
      return this.run(new Request(url, { method: 'POST', headers, body, signal }), { identity, onAccepted });
    };
    const work = this.#setAlarm().then(() => answer.run(make, fingerprint));
    this.ctx.waitUntil(work);
    return answer;
  }

  #portsOf(format: string): AnswerPorts {
    return {
      client: clientOf(format),
      clock: systemClock,
      maxBytes: this.#limits.bytes,
      save: (answer) => this.#store.save(answer),
      append: (bytes) => this.#store.append(bytes),
      onEnd: (isKept) => (isKept ? this.#setAlarm() : this.#forget()),
    };
  }

  async #setAlarm(): Promise<void> {
    return this.ctx.storage.setAlarm(Date.now() + 1000 * this.#limits.keptSeconds);
  }

  async #forget(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.#answer = null;
  }
}

/**
 * True where a request takes the place of an answer that a restart has interrupted: its client was told to send the request again, perhaps with the
 * same idempotency key. One that goes on from an event is to read the end.
 */
const startsAnew = ({ state, head }: StoredAnswer, { after }: OpenCall): boolean => state === 'interrupted' && (after < 0 || head === null);

/** @throws Error for a format that cannot be resumed, which no request is handed over for. */
function clientOf(format: string): ResumableFormat {
  const client = CLIENT_DIALECTS.find((one) => one.format === format);
  if (client === undefined || client.operation === 'embeddings' || client.closeStream === undefined)
    throw new Error(`${format} has no streams to resume`);
  return { ...client, closeStream: client.closeStream };
}
