/**
 * One upstream call with the keys of its provider: when a key is not accepted, the call is sent with the next one, each key at most once.
 * Only when no key serves the call, its failure is that of the endpoint. Every call is counted.
 */
import { endpointOf } from '../routing/resolve-model.ts';
import { decidesAnswer } from '../stream/first-content.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { RouterError } from '../unified/error.ts';
import { isContent, isTerminal, type ErrorEvent, type StreamEvent } from '../unified/response/event.ts';
import type { Credentials } from '../upstream/auth/index.ts';
import { createCallKeys, type CallKeys } from '../upstream/keys.ts';
import { ANSWERED, type RefusedKey } from './call-tally.ts';
import type { RunContext } from './context.ts';
import type { Reported } from './prepare.ts';

type Send<Answer> = (credentials: Credentials | null) => Promise<Answer>;

/**
 * Sends a call whose answer comes as one value.
 *
 * @throws RouterError of what `send` throws, the error that tells most.
 */
export async function sendWithKeys<Answer>({ planned }: Reported, context: RunContext, send: Send<Answer>): Promise<Answer> {
  const keys = keysFor(planned, context);
  const answer = await tryKeys(keys, context, send);
  keys.accept();
  return answer;
}

/**
 * Opens a call whose answer comes as events. An error before the first content counts as a refusal, too.
 *
 * @throws RouterError like {@link sendWithKeys}.
 */
export async function openWithKeys({ planned }: Reported, context: RunContext, open: Send<EventSource>): Promise<EventSource> {
  const keys = keysFor(planned, context);
  const source = await tryKeys(keys, context, open);
  return planned.access.keys.length > 1 ? withOtherKeys(source, keys, context, open) : source;
}

const keysFor = ({ access, candidate }: Reported['planned'], { ports }: RunContext): CallKeys =>
  createCallKeys({ access, provider: candidate.provider.slug, model: endpointOf(candidate) }, ports);

async function tryKeys<Answer>(keys: CallKeys, context: RunContext, send: Send<Answer>): Promise<Answer> {
  for (;;) {
    context.budget.take();
    context.tally.calls++;
    try {
      return await send(keys.next());
    } catch (thrown) {
      if (!(thrown instanceof RouterError)) throw thrown;
      moveOn(keys, { error: thrown, status: thrown.upstreamStatus }, context);
    }
  }
}

/** @throws RouterError when no other key is to be tried. */
function moveOn(keys: CallKeys, failure: RefusedKey, { budget, signal, isClientConnected, tally }: RunContext): void {
  budget.failed(failure.error);
  const { hasMore, error } = keys.refuse(failure.error);
  if (hasMore && !signal.aborted && isClientConnected() && budget.allows(1)) {
    tally.refusedKeys.push(failure);
    return;
  }
  // The error that leads is told last: the failure that came last takes its place among the others.
  tally.refusedKeys = tally.refusedKeys.map((refused) => (refused.error === error ? failure : refused));
  throw budget.explain(error);
}

/**
 * An answer that is asked for with another key when it begins with a refusal of the first one; nothing of it is passed on before that is
 * known. For a client that does not stream its beginning is the whole of it.
 */
function withOtherKeys(first: EventSource, keys: CallKeys, context: RunContext, open: Send<EventSource>): EventSource {
  const decides = context.request.stream ? decidesAnswer : isTerminal;
  let source = first;
  let isCancelled = false;
  let isDecided = false;
  let hasContent = false;
  let held: StreamEvent[] = [];

  /** The events once the next key has been tried: none yet, or the error that ends the answer. */
  async function reopen(failure: ErrorEvent): Promise<StreamEvent[]> {
    const refused = held;
    [held, hasContent] = [[], false];
    source.cancel();
    try {
      moveOn(keys, { error: failure.error, status: ANSWERED }, context);
      source = await tryKeys(keys, context, open);
      if (isCancelled) source.cancel();
      return [];
    } catch (thrown) {
      if (!(thrown instanceof RouterError)) throw thrown;
      isDecided = true;
      return refused.map((event) => (event === failure ? { ...failure, error: thrown } : event));
    }
  }

  return {
    async read() {
      const batch = await source.read();
      const last = batch?.at(-1);
      if (isDecided) {
        if (last?.type === 'error') keys.refuse(last.error); // too late for another key, but the next call should know
        return batch;
      }
      held.push(...(batch ?? []));
      hasContent ||= batch?.some(isContent) === true;
      if (last?.type === 'error' && !(hasContent && context.request.stream)) return reopen(last);
      if (batch !== null && !batch.some(decides)) return [];
      isDecided = true;
      keys.accept();
      if (last?.type === 'error') keys.refuse(last.error);
      return batch === null && held.length === 0 ? null : held;
    },
    cancel() {
      isCancelled = true;
      source.cancel();
    },
  };
}
