/** Port of the guard: the operator's own service that inspects requests before they are sent, and answers before or after they are shown. */
import type { JsonObject } from '../lib/json.ts';

/** What the guard inspects. */
export type GuardQuestion = {
  /** `before`: a request, nothing has been sent. `after`: its answer. */
  stage: 'before' | 'after';
  /** Id of the generation. */
  id: string;
  /** Name of the caller's account; never its key. */
  account: string;
  /** Hash of the end user; null = none was named. */
  user: string | null;
  session: string | null;
  /** The model as the client named it. */
  model: string;
  /** The client's format. */
  format: string;
  /** What is inspected: `request` or `answer`. */
  content: Readonly<JsonObject>;
};

/** The guard's decision. `reason`: for the client; printable and bounded. */
export type GuardVerdict = { isAllowed: true } | { isAllowed: false; reason: string };

/** The guard. */
export interface Guard {
  /** What happens to answers: nothing, they are reported when they have ended, or they are held until the guard allows them. */
  readonly after: 'off' | 'report' | 'hold';
  /** Most characters of an answer that are reported. */
  readonly maxCharacters: number;
  /** @throws RouterError where the guard cannot decide, and what it cannot decide is refused. */
  ask(question: GuardQuestion): Promise<GuardVerdict>;
  /** Sends an answer in the background. The decision changes nothing. */
  report(question: GuardQuestion): void;
}
