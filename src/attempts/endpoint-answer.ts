/** Opens the answer of one endpoint: all of its upstream calls as one stream of events, choices numbered from 0. */
import type { AttemptScope } from '../calls/context.ts';
import type { PreparedEndpoint } from '../calls/prepare.ts';
import { TextCall } from '../calls/text-call.ts';
import { createCancellation, type CancelSignal } from '../lib/cancel-signal.ts';
import { mergeSources } from '../stream/merge.ts';
import { createBestOfStage } from '../stream/stages/best-of.ts';
import type { Stage, StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';

/** A prepared endpoint, and a name that is unique among the attempts of the request. */
type Endpoint = { prepared: PreparedEndpoint; id: string };

/** Sends all calls. @throws RouterError when the only call is refused before it answers. */
export function openEndpoint(endpoint: Endpoint, scope: AttemptScope, signal: CancelSignal): Promise<EventSource> {
  const { bestOf, hideLogprobs } = endpoint.prepared.planned.fitted.emulation;
  const opening = openCalls(endpoint, scope, signal);
  return bestOf === null ? opening : staged(opening, createBestOfStage({ ...bestOf, hideLogprobs }, scope.answerBudget));
}

const staged = async (opening: Promise<EventSource>, stage: Stage): Promise<EventSource> => new StagedAnswer(await opening, stage);

/** How many choices the client gets from one endpoint. */
export function choicesOf({ planned }: PreparedEndpoint): number {
  const { parts, emulation } = planned.fitted;
  const made = parts.reduce((sum, part) => sum + part.choices.length, 0);
  return emulation.bestOf === null ? made : (made / emulation.bestOf.candidates) * emulation.bestOf.keep;
}

function openCalls({ prepared, id }: Endpoint, scope: AttemptScope, signal: CancelSignal): Promise<EventSource> {
  const [only, ...more] = prepared.parts;
  if (only === undefined) throw new Error('an endpoint without calls');
  if (more.length === 0) return new TextCall({ prepared, part: only, id }, scope, signal).open();
  const all = createCancellation(signal);
  const branches = prepared.parts.map((part, index) => ({
    opening: new TextCall({ prepared, part, id: `${id}_${index}` }, scope, all.signal).open(),
    choices: part.part.choices,
    calls: 1,
  }));
  return Promise.resolve(mergeSources(branches, false, () => all.cancel()));
}

/** An answer that goes through one more stage. */
class StagedAnswer implements EventSource {
  readonly #source: EventSource;
  readonly #stage: Stage;

  constructor(source: EventSource, stage: Stage) {
    this.#source = source;
    this.#stage = stage;
  }

  async read(): Promise<StreamEvent[] | null> {
    const events = await this.#source.read();
    return events === null ? null : this.#stage.push(events);
  }

  cancel(): void {
    this.#source.cancel();
  }
}
