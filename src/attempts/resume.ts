/**
 * An answer that breaks off after its first content, carried on so that its reader does not notice; where nobody can go on
 * (`continue.ts`), it ends with the error that it broke off with. What was done is reported. Writes nothing to the client.
 */
import type { ContinuationFilter } from './continuation-filter.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { createKeptText, type KeptText } from '../unified/response/kept-text.ts';
import type { RouterError } from '../unified/error.ts';
import { isReasoning, type ErrorEvent, type StreamEvent } from '../unified/response/event.ts';
import { isObject } from '../lib/json.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Attempt } from './attempt.ts';
import { continueStream, type ContinuationContext } from './continue.ts';
import type { Committed } from './commit.ts';

/** An answer, and the attempt that it comes from at the moment. */
export type Resumable = { source: EventSource; attempt: () => Attempt };

/** Whether an answer to this request may be carried on at all. */
export function mayResume({ preferences, parameters, stream }: UnifiedRequest): boolean {
  const { logprobs, top_logprobs: alternatives, response_format: format } = parameters;
  const isPlain = !isObject(format) || format['type'] === 'text';
  return stream && preferences.resume !== false && isPlain && (logprobs ?? false) === false && alternatives === undefined;
}

/** A longer text is not kept, and not asked for a second time: no model writes so much at once that is worth it. */
export const MAX_SHOWN_CHARACTERS = 1024 * 1024;

/** An answer that is carried on when it breaks off. */
export function resumable(first: Committed, carrying: ContinuationContext): Resumable {
  const report = first.prepared.learned;
  let { attempt, source } = first;
  let filter: ContinuationFilter | null = null;
  /** Why it broke off the first time: what is told when nobody can go on any more. */
  let cause: RouterError | null = null;
  /** The text that the client has; null once something was shown that no other answer can go on from: a tool call, a finish, too long a text. */
  let shown: KeptText | null = createKeptText(carrying.attempting.context.answerBudget);

  /** Notes what the client is shown. */
  function show(events: StreamEvent[]): void {
    if (shown === null) return;
    let isPast = false;
    for (const event of events) {
      if (event.type === 'text-delta') isPast ||= !shown.tryAdd(event.text);
      else if (event.type !== 'start' && !isReasoning(event)) isPast = true;
    }
    if (!isPast && shown.length() <= MAX_SHOWN_CHARACTERS) return;
    shown.release();
    shown = null;
  }

  /** A batch that broke off, and what takes its place: the beginning of the answer that goes on elsewhere, or the batch as it is. */
  async function mend(batch: StreamEvent[], failure: ErrorEvent): Promise<StreamEvent[]> {
    const { error } = failure;
    const leading = (cause ??= error);
    const carried = shown === null ? null : await continueStream({ attempt, error, shown: shown.text() }, carrying);
    if (carried === null) {
      const told = carrying.attempting.context.budget.explain(leading);
      return batch.map((event) => (event === failure ? { ...failure, error: told } : event));
    }
    report.push(carried.adjustment);
    ({ attempt, source } = carried.committed);
    ({ filter } = carried);
    // What came together with the break (a stop sequence that had begun, say) has not been shown: whoever goes on says it again.
    return passOn([...batch.filter(({ type }) => type === 'start'), ...carried.events]);
  }

  /** What is passed on of a batch; not a promise where nothing has to be waited for. */
  function passOn(batch: StreamEvent[]): StreamEvent[] | Promise<StreamEvent[]> {
    const last = batch.at(-1);
    const isBreak = last?.type === 'error';
    // A choice that is whole is not carried on.
    if (!isBreak || batch.some(({ type }) => type === 'choice-end')) show(batch);
    if (isBreak) return mend(batch, last);
    return batch;
  }

  return {
    attempt: () => attempt,
    source: {
      async read() {
        const batch = await source.read();
        if (batch === null) return null;
        const passed = passOn(filter === null ? batch : filter.push(batch));
        return Array.isArray(passed) ? passed : await passed;
      },
      cancel: () => source.cancel(),
    },
  };
}
