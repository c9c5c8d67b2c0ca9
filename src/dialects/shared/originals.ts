/**
 * Puts the upstream's own payloads into the events of an answer, where the client has the upstream's format. Each payload is in exactly one
 * event, so that it is written once: an event that a payload makes beside another one is left out, since the payload has it too.
 */
import { isObject, type JsonObject } from '../../lib/json.ts';
import { RouterError, UnreadableError } from '../../unified/error.ts';
import { isContent, isTerminal, type StartEvent, type StreamEvent } from '../../unified/response/event.ts';
import type { ReadPayload } from './decoder-shell.ts';

/** How a format's payloads are carried. One for each answer: it may have a state. */
export type Carrying = {
  /** Name of the format. */
  format: string;
  /** What a payload without an event is: content, what opens or closes content, or nothing that a client needs. */
  kindOf(payload: JsonObject): 'content' | 'structure' | 'nothing';
  /** True for a delta of text that has no more than its event. Called for each payload, in order. */
  isPlain(payload: JsonObject): boolean;
  /** Blocks or items of a whole answer that have no event. */
  unknownParts(body: JsonObject): readonly JsonObject[];
  /** The error in a payload as the body of an HTTP error; null = none in this format. */
  errorBody(payload: JsonObject): JsonObject | null;
};

/** An event that can carry a payload. */
type Carrier = Exclude<StreamEvent, { type: 'usage' | 'end' | 'error' | 'choice-error' }>;

const isCarrier = (event: StreamEvent): event is Carrier => isContent(event) || event.type === 'start' || event.type === 'choice-end';

/** A reader of payloads whose events have the payloads. */
export function withOriginals(read: ReadPayload, carrying: Carrying): ReadPayload {
  return (payload, raw) => {
    const events = read(payload, raw).map(toNativeEnd);
    if (!isObject(payload)) return events;
    const isPlain = carrying.isPlain(payload);
    if (isPlain && events.length === 1 && events[0]?.type === 'text-delta') return events;
    const error = events.find(({ type }) => type === 'error');
    if (error !== undefined) return events.filter(isBeside).map((event) => withErrorBody(event, payload, carrying));
    const original = { format: carrying.format, payload };
    const carrier = events.find(({ type }) => type === 'choice-end') ?? events.findLast(isCarrier);
    if (carrier !== undefined)
      return events.flatMap((event) => (event === carrier ? [{ ...carrier, original }] : isBeside(event) ? [event] : []));
    const kind = events.some(isTerminal) ? 'nothing' : carrying.kindOf(payload);
    if (kind === 'nothing') return events;
    const structural = kind === 'structure' ? { isStructural: true as const } : {};
    return [{ type: 'native', choice: 0, format: carrying.format, fields: payload, ...structural, original }, ...events];
  };
}

/** Events that no client reads from the payload. */
const isBeside = (event: StreamEvent): boolean => event.type === 'usage' || isTerminal(event);

/** The events of a whole answer: the first one has the body. Parts without an event become one, for a client that gets them as a stream. */
export function withOriginalBody(given: readonly StreamEvent[], body: JsonObject, carrying: Carrying): StreamEvent[] {
  const events = given.map(toNativeEnd).map((event) => withErrorBody(event, body, carrying));
  if (events.some(({ type }) => type === 'error')) return events;
  const original = { format: carrying.format, payload: body, isWhole: true as const };
  const known = events.find((event): event is StartEvent => event.type === 'start');
  const start: StartEvent = { ...(known ?? { type: 'start', model: null, systemFingerprint: null, serviceTier: null }), original };
  const others = events.filter((event) => event !== known);
  const end = others.findIndex(({ type }) => type === 'choice-end');
  const natives = carrying
    .unknownParts(body)
    .map((fields): StreamEvent => ({ type: 'native', choice: 0, format: carrying.format, fields }));
  return [start, ...others.slice(0, Math.max(0, end)), ...natives, ...others.slice(Math.max(0, end))];
}

/** An end that only the upstream's own clients can act on is no failure for them, and no word of theirs is unknown. */
function toNativeEnd(event: StreamEvent): StreamEvent {
  if (event.type === 'choice-error') {
    const { nativeFinishReason: nativeReason } = event.error.details;
    return nativeReason === undefined ? event : { type: 'choice-end', choice: event.choice, reason: 'stop', nativeReason };
  }
  if (event.type !== 'choice-end' || event.isGuess !== true) return event;
  const { isGuess: _, ...end } = event;
  return end;
}

function withErrorBody(event: StreamEvent, payload: JsonObject, carrying: Carrying): StreamEvent {
  if (event.type !== 'error' || event.error instanceof UnreadableError) return event;
  return { ...event, error: withBody(event.error, payload, carrying) };
}

/** The error with the body that its upstream sent, where that has the format. */
export function withBody(error: RouterError, body: unknown, { format, errorBody }: Pick<Carrying, 'format' | 'errorBody'>): RouterError {
  const payload = isObject(body) ? errorBody(body) : null;
  return payload === null ? error : new RouterError(error.type, error.message, { ...error.details, original: { format, payload } });
}
