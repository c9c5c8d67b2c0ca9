/** Stores the log of an answer while it grows: after a time, or so many bytes. What was not stored is lost in a restart. */
import type { Clock } from '../lib/clock.ts';
import type { AnswerLog } from '../stream/answer-log.ts';

/** Every row is billed ($1.00 per million, 2026-12): at most four a second, unless the answer is fast. */
const [SAVE_MS, SAVE_BYTES] = [250, 16 * 1024];

/** Stores one log. */
export class LogSaver {
  readonly #log: AnswerLog;
  readonly #ports: { clock: Clock; append(bytes: Uint8Array<ArrayBuffer>): void };
  #clearTimer: (() => void) | null = null;

  constructor(log: AnswerLog, ports: { clock: Clock; append(bytes: Uint8Array<ArrayBuffer>): void }) {
    this.#log = log;
    this.#ports = ports;
  }

  /** The log has grown. */
  saveSoon(): void {
    if (this.#log.unsavedBytes >= SAVE_BYTES) this.save();
    else if (this.#log.unsavedBytes > 0) this.#clearTimer ??= this.#ports.clock.setTimer(SAVE_MS, () => this.save());
  }

  /** Stores what is not stored. */
  save(): void {
    this.#clearTimer?.();
    this.#clearTimer = null;
    const bytes = this.#log.takeUnsaved();
    if (bytes !== null) this.#ports.append(bytes);
  }
}
