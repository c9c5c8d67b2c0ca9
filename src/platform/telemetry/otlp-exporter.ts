/**
 * Sends traces and metrics over OTLP/HTTP in JSON. Off the path of requests: what is to be sent waits for 5 seconds or 50 spans, and is sent in
 * the background of the request that came last. There are never more exports than requests, retries included. What cannot be sent is
 * dropped and counted.
 */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { isObject, parseJson } from '../../lib/json.ts';
import { toPrintable } from '../../lib/printable.ts';
import { readBounded } from '../../upstream/read-bounded.ts';
import { DelayedWork } from '../delayed-work.ts';
import type { Destination } from './otlp-settings.ts';

/** Longest wait before an export, in milliseconds. */
export const DELAY_MS = 5000;

/** Longest wait for the receiver's answer, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** Shortest and longest pause after a failure, in milliseconds. A receiver's `Retry-After` counts within them. */
const [MIN_PAUSE_MS, MAX_PAUSE_MS] = [5000, 300_000];

/** Failed exports in a row after which one is given up. */
const MAX_TRIES = 5;

/** Bytes that are read of the receiver's answer. */
const MAX_ANSWER_BYTES = 65_536;

/** Statuses after which the same export may succeed later (https://opentelemetry.io/docs/specs/otlp/#otlphttp-response, read 2026-12-01). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** One signal: what waits to be sent. */
export interface SignalQueue {
  /** Nothing waits. */
  isEmpty(): boolean;
  /** So much waits that an export should start at once. */
  isFull(): boolean;
  /** Removes what waits, or a part of it. */
  take(): Batch;
}

/** What is sent with one request. */
export interface Batch {
  /** The body, in JSON. */
  body(): string;
  /** It could not be sent and may be sent later. */
  putBack(): void;
  /** It is given up. */
  drop(): void;
}

/** What the exporter uses of the platform. */
export type ExporterPorts = {
  clock: Clock;
  /** The platform's `fetch`. */
  ask: Fetch;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
};

/** A signal and where it is sent. */
export type Signal = { destination: Destination; queue: SignalQueue };

/** Exports of one isolate. */
export class OtlpExporter {
  /** The next one to be sent first: with one export allowed they take turns. */
  #signals: readonly Signal[];
  readonly #ports: ExporterPorts;
  /** Exports that may be made: one for each request since the last one. */
  #allowed = 0;
  readonly #delayed: DelayedWork;
  /** An export that began has ended by this time, or its request was cut short. */
  #sendingUntilMs = 0;
  #notBeforeMs = 0;
  #failures = 0;
  readonly #logged = new Set<string>();

  /** @param signals the first one is exported first. */
  constructor(signals: readonly Signal[], ports: ExporterPorts) {
    this.#signals = signals;
    this.#ports = ports;
    this.#delayed = new DelayedWork({ ...ports, work: () => this.#send() });
  }

  /** A request has added to the queues. */
  requested(): void {
    const { clock, background } = this.#ports;
    this.#allowed = Math.min(this.#allowed + 1, MAX_ALLOWED);
    const nowMs = clock.nowMs();
    const isFull = this.#signals.some(({ queue }) => queue.isFull());
    if (isFull && nowMs >= this.#notBeforeMs && nowMs >= this.#sendingUntilMs) return background(this.#send());
    this.#delayed.plan(Math.max(DELAY_MS, this.#notBeforeMs - nowMs));
  }

  /** Sends each signal that waits, while exports are allowed. */
  async #send(): Promise<void> {
    const nowMs = this.#ports.clock.nowMs();
    if (nowMs < this.#sendingUntilMs) return;
    this.#sendingUntilMs = nowMs + 2 * this.#signals.length * TIMEOUT_MS;
    for (const signal of this.#signals) {
      if (this.#allowed === 0 || this.#ports.clock.nowMs() < this.#notBeforeMs) break;
      if (signal.queue.isEmpty()) continue;
      this.#allowed--;
      this.#signals = [...this.#signals.filter((other) => other !== signal), signal];
      await this.#export(signal);
    }
    this.#sendingUntilMs = 0;
  }

  async #export({ destination, queue }: Signal): Promise<void> {
    const batch = queue.take();
    const { status, retryAfterSeconds = 0, text } = await this.#post(destination, batch.body());
    if (status >= 200 && status < 300) {
      this.#failures = 0;
      return this.#readPartialSuccess(text);
    }
    this.#logOnce(
      `OpenTelemetry: the receiver ${status === 0 ? 'cannot be reached' : `answered with HTTP ${status}`}. Check OTEL_EXPORTER_OTLP_ENDPOINT.`,
    );
    this.#failures++;
    const isRetryable = status === 0 || RETRYABLE.has(status);
    const pauseMs = Math.max(MIN_PAUSE_MS * 2 ** Math.min(this.#failures - 1, 6), retryAfterSeconds * 1000);
    this.#notBeforeMs = this.#ports.clock.nowMs() + Math.min(MAX_PAUSE_MS, pauseMs);
    if (isRetryable && this.#failures % MAX_TRIES !== 0) batch.putBack();
    else batch.drop();
  }

  /** Status 0 = no answer. */
  async #post({ url, headers }: Destination, body: string): Promise<{ status: number; retryAfterSeconds?: number; text: string }> {
    const { clock, ask } = this.#ports;
    const abort = new AbortController();
    const clear = clock.setTimer(TIMEOUT_MS, () => abort.abort());
    try {
      const sent = { ...headers, 'content-type': 'application/json' };
      const response = await ask(url, { method: 'POST', headers: sent, body, redirect: 'manual', signal: abort.signal });
      const seconds = Number(response.headers.get('retry-after') ?? '');
      const text = await readBounded(response, MAX_ANSWER_BYTES);
      return { status: response.status, ...(seconds > 0 ? { retryAfterSeconds: seconds } : {}), text };
    } catch {
      return { status: 0, text: '' };
    } finally {
      clear();
    }
  }

  /** A receiver may accept an export and reject a part of it. */
  #readPartialSuccess(text: string): void {
    const answer = parseJson(text);
    const partial = isObject(answer) ? answer['partialSuccess'] : undefined;
    if (!isObject(partial)) return;
    const rejected = partial['rejectedSpans'] ?? partial['rejectedDataPoints'] ?? 0;
    const { errorMessage } = partial;
    if (Number(rejected) === 0 && (typeof errorMessage !== 'string' || errorMessage === '')) return;
    this.#logOnce(`OpenTelemetry: the receiver rejected ${String(rejected)} entries: ${toPrintable(String(errorMessage), MAX_MESSAGE)}`);
  }

  #logOnce(line: string): void {
    if (this.#logged.size >= MAX_LOGGED || this.#logged.has(line)) return;
    this.#logged.add(line);
    this.#ports.log(line);
  }
}

/** Most exports that are allowed without a further request. */
const MAX_ALLOWED = 1000;

/** Characters of a receiver's message; lines that are logged once. */
const [MAX_MESSAGE, MAX_LOGGED] = [300, 20];
