/** Reports what happened while an answer was read, as adjustments of its endpoint: each once for all calls to it. */
import type { Adjustment } from '../unified/adjustment.ts';
import { sanitize } from '../upstream/send.ts';
import type { ReportedEndpoint } from './prepare.ts';

/** Most adjustments that are reported of answers: the upstream chooses the names of fields. */
const MAX_REPORTED = 50;

/** Longest text of the upstream in a report, in characters. */
const MAX_CHARACTERS = 64;

/** The report of one call. */
export class AnswerReport {
  readonly #learned: Adjustment[];
  readonly #provider: string;
  readonly #secrets: readonly string[];

  /** @param secrets of the call: the upstream may return them in names and texts that it chooses. */
  constructor({ learned, planned }: Pick<ReportedEndpoint, 'learned' | 'planned'>, secrets: readonly string[]) {
    this.#learned = learned;
    this.#provider = planned.candidate.provider.name;
    this.#secrets = secrets;
  }

  /** A field of an answer that has no place in that of the client. @param why the reason. */
  droppedField(field: string, why: string): void {
    const shown = this.#shown(field);
    this.#report({ param: `answer.${shown}`, action: 'dropped', reason: `${this.#provider} sent ${shown}: ${why}` });
  }

  /** An event that could not be read and was dropped. */
  skippedEvent(): void {
    const reason = `${this.#provider} sent an event that could not be read; the answer continues without it`;
    this.#report({ param: 'stream', action: 'dropped', reason });
  }

  /** A finish reason of the router for an answer without one, or with an unknown one. @param native the unknown one; null = none came. */
  defaultedFinish(finish: string, native: string | null): void {
    const reason =
      native === null
        ? `${this.#provider} ended its answer without a finish reason`
        : `${this.#provider} sent a finish reason that is not known ("${this.#shown(native)}")`;
    this.#report({ param: 'finish_reason', action: 'defaulted', to: finish, reason });
  }

  /** An answer that does not satisfy the schema. @param what its first fault. */
  missedFormat(what: string): void {
    const reason = `the answer of ${this.#provider} does not satisfy the schema, or is not known to: ${what}`;
    this.#report({ param: 'response_format', action: 'emulated', reason });
  }

  /** An answer that should be JSON and is not. @param isRepaired the client gets the repaired text. */
  brokenJson(isRepaired: boolean): void {
    const reason = `the answer of ${this.#provider} was no JSON: response-healing ${isRepaired ? 'repaired it' : 'could not repair it'}`;
    this.#report({ param: 'response_format', action: 'emulated', reason });
  }

  /** Choices beyond those requested. */
  droppedChoices(requested: number): void {
    const reason = `${this.#provider} sent more choices than requested (${requested}); the others are dropped`;
    this.#report({ param: 'n', action: 'dropped', reason });
  }

  /** An input of an embedding that is longer than what the model reads. */
  cutInput(): void {
    const reason = `${this.#provider} cut off an input that is longer than the model accepts`;
    this.#report({ param: 'input', action: 'clamped', reason });
  }

  #report(adjustment: Adjustment): void {
    if (this.#learned.length >= MAX_REPORTED || this.#learned.some(({ reason }) => reason === adjustment.reason)) return;
    this.#learned.push(adjustment);
  }

  #shown(text: string): string {
    return sanitize(text, this.#secrets).slice(0, MAX_CHARACTERS);
  }
}
