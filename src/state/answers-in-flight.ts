/**
 * Answers that are being made, so that identical requests wait for one instead of being sent. Requests share plain data only: a promise of one
 * request may never settle for another when the first is cancelled, and its timers end with it.
 */
import { sleep, type Clock } from '../lib/clock.ts';

/** An answer that is being made. */
export type Flight = {
  /** When its request was last known to make progress, in milliseconds since 1970. */
  aliveMs: number;
  isOver: boolean;
  /** What was stored of the answer. Null = it is not over, or it cannot be repeated. */
  entry: string | null;
};

/** Answers that are being made, by the key of their request. */
export type AnswersInFlight = Map<string, Flight>;

const known = new WeakMap<object, AnswersInFlight>();

/** The answers that are being made in this isolate, for one store. */
export function flightsOf(store: object): AnswersInFlight {
  const flights = known.get(store) ?? new Map<string, Flight>();
  known.set(store, flights);
  return flights;
}

/** Most answers at a time that others may wait for, in one isolate. */
const MAX_FLIGHTS = 512;

/** Between two signs of life of a request, in milliseconds. */
export const SIGN_MS = 500;

/** Without a sign for so long, a request counts as ended: its client has disconnected, or reads too slowly to wait for. */
export const DEAD_MS = 3000;

/** What a request does that finds an answer being made. */
type FlightState = 'wait' | 'replay' | 'leave';

/** Decides it. */
function stateOf({ isOver, entry, aliveMs }: Flight, nowMs: number): FlightState {
  if (isOver) return entry === null ? 'leave' : 'replay';
  return nowMs - aliveMs >= DEAD_MS ? 'leave' : 'wait';
}

/** Returns the answer that a request can wait for. Null = there is none. */
export function findFlight(flights: AnswersInFlight, key: string, nowMs: number): Flight | null {
  const flight = flights.get(key);
  return flight !== undefined && stateOf(flight, nowMs) === 'wait' ? flight : null;
}

/** The side of the request that makes the answer. */
export interface Leader {
  /** False while the request waits for its client, and not for an upstream: then no other should wait for it. */
  setWorking(isWorking: boolean): void;
  /** The answer has ended. Null = it cannot be repeated. Further calls do nothing. */
  finish(entry: string | null): void;
}

/** Registers an answer that is being made, and shows that its request is in progress. Null = there are too many, or one is being made. */
export function lead(flights: AnswersInFlight, key: string, clock: Clock): Leader | null {
  if (findFlight(flights, key, clock.nowMs()) !== null) return null;
  if (flights.size >= MAX_FLIGHTS) removeEnded(flights, clock.nowMs());
  if (flights.size >= MAX_FLIGHTS) return null;
  const flight: Flight = { aliveMs: clock.nowMs(), isOver: false, entry: null };
  flights.set(key, flight);
  let isWorking = true;
  let stop = (): void => undefined;
  const showLife = () => {
    if (isWorking) flight.aliveMs = clock.nowMs();
    stop = clock.setTimer(SIGN_MS, showLife);
  };
  showLife();
  return {
    setWorking(is) {
      isWorking = is;
      if (is) flight.aliveMs = clock.nowMs();
    },
    finish(entry) {
      if (flight.isOver) return;
      flight.isOver = true;
      flight.entry = entry;
      stop();
      if (flights.get(key) === flight) flights.delete(key);
    },
  };
}

/** A request that the platform ended did not remove its own. */
function removeEnded(flights: AnswersInFlight, nowMs: number): void {
  for (const [key, flight] of flights) if (stateOf(flight, nowMs) !== 'wait') flights.delete(key);
}

/** Shortest and longest time between two looks at an answer, in milliseconds. */
const [FIRST_LOOK_MS, LAST_LOOK_MS] = [10, 100];

/** Waits for an answer. Null = it cannot be repeated, its request has ended, or `isGone` (the waiting client has disconnected). */
export async function waitForFlight(flight: Flight, clock: Clock, isGone: () => boolean): Promise<string | null> {
  let lookMs = FIRST_LOOK_MS;
  for (;;) {
    const state = stateOf(flight, clock.nowMs());
    if (state !== 'wait') return state === 'replay' ? flight.entry : null;
    if (isGone()) return null;
    const delayMs = lookMs;
    await sleep(clock, delayMs);
    lookMs = Math.min(LAST_LOOK_MS, 2 * lookMs);
  }
}
