/**
 * Makes the call and gives its answer as guarded, settled events. One call for one request so far; the attempts, deadlines and
 * failover of a plan belong here, between sending and the first content event. Writes nothing to the client.
 */
import type { Ports } from '../ports.ts';
import { costUsd } from '../registry/pricing.ts';
import { createAccountant } from '../stream/account.ts';
import { createGuard } from '../stream/guard.ts';
import { createEchoStage, createHideReasoningStage } from '../stream/shape.ts';
import { createStopStage } from '../stream/stop.ts';
import { RouterError } from '../unified/error.ts';
import type { Stage, StreamEvent } from '../unified/event.ts';
import { promptText } from '../unified/prompt-text.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { readAnswer, readWholeAnswer, type EventSource } from '../upstream/answer.ts';
import { atProvider, send, type Callee } from '../upstream/send.ts';
import type { Prepared } from './prepare.ts';

/**
 * Sends the call and returns its events: the grammar of `unified/event.ts`, the last one with its usage settled, then null.
 * The source itself never throws.
 *
 * @param gone fires when the client has left; the upstream is then given up.
 * @throws RouterError when the upstream refuses before it answers.
 */
export async function runPlan(
  prepared: Prepared,
  request: UnifiedRequest,
  generationId: string,
  ports: Ports,
  gone: AbortSignal,
): Promise<EventSource> {
  const { planned, dialect, call } = prepared;
  const { provider, rules } = planned.candidate;
  const callee: Callee = { name: provider.name, secretVariable: provider.auth.secret };
  const abort = new AbortController();
  const leave = () => abort.abort();
  if (gone.aborted) leave();
  gone.addEventListener('abort', leave, { once: true });
  const response = await send(call, { dialect, callee, fetch: ports.fetch, clock: ports.clock, signal: abort.signal });
  const read = request.stream ? readAnswer : readWholeAnswer;
  const source = read(response, dialect, rules.quirks, ports.limits);
  const give = (error: RouterError) => atProvider(error, callee, call.secret, null);
  return createAnswer(source, createStages(prepared, request, generationId), give, () => {
    gone.removeEventListener('abort', leave);
    source.cancel();
    abort.abort();
  });
}

type Stages = {
  /** Raw events of the upstream to what the client is to see. */
  push(events: readonly StreamEvent[]): StreamEvent[];
  end(): StreamEvent[];
  /** Nothing more is needed of the upstream. */
  satisfied(): boolean;
  ended(): boolean;
};

function createStages({ planned }: Prepared, request: UnifiedRequest, generationId: string): Stages {
  const { candidate, fitted } = planned;
  const { stop, echo, hideReasoning } = fitted.emulation;
  const price = candidate.offering?.priceUsdPerMillionTokens;
  const accountant = createAccountant(
    () => promptText(request),
    (usage) => (price === undefined ? null : costUsd(usage, price)),
  );
  const guard = createGuard(generationId);
  const stopStage = stop.length > 0 ? createStopStage(stop, fitted.choices) : null;
  const shaping: Stage[] = [
    ...(stopStage === null ? [] : [stopStage]),
    ...(hideReasoning ? [createHideReasoningStage()] : []),
    ...(echo === null ? [] : [createEchoStage(echo)]),
  ];
  function push(events: readonly StreamEvent[]): StreamEvent[] {
    accountant.count(events);
    const shaped = shaping.reduce<readonly StreamEvent[]>((passing, stage) => stage.push(passing), events);
    return accountant.settle(guard.push(shaped));
  }
  return {
    push,
    end: () => push([{ type: 'end', usage: null }]),
    satisfied: () => stopStage?.satisfied() === true,
    ended: guard.ended,
  };
}

function createAnswer(source: EventSource, stages: Stages, give: (error: RouterError) => RouterError, release: () => void): EventSource {
  let released = false;
  function cancel(): void {
    if (released) return;
    released = true;
    release();
  }

  async function next(): Promise<StreamEvent[]> {
    try {
      const batch = await source.read();
      return batch === null ? stages.end() : stages.push(batch);
    } catch (thrown) {
      const error =
        thrown instanceof RouterError
          ? thrown
          : new RouterError('provider_unavailable', 'the connection was lost in the middle of the answer');
      return stages.push([{ type: 'error', error, usage: null, open: [] }]);
    }
  }

  return {
    async read() {
      if (stages.ended()) return null;
      const events = await next();
      if (stages.satisfied()) events.push(...stages.end());
      if (stages.ended()) cancel();
      return events.map((event) => (event.type === 'error' ? { ...event, error: give(event.error) } : event));
    },
    cancel,
  };
}
