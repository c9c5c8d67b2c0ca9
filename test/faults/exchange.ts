/** One request at a scripted upstream: what is remembered of it, and what a behaviour has in hand to answer it. Words only. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request that an upstream got. Times are those of `performance.now()`. */
export type Arrival = {
  /** Order of arrival at this upstream, from 0. */
  number: number;
  atMs: number;
  path: string;
  headers: IncomingMessage['headers'];
  /** The bearer key. */
  key: string | null;
  body: { model?: string; stream?: boolean; messages?: { role: string; content: unknown }[] };
  /** Text of the assistant turn at the end of the messages; null when there is none. */
  prefill: string | null;
  /** Name of what it was answered with. */
  behaviour: string;
  /** Content left this upstream. */
  gaveContent: boolean;
  /** Then the connection was reset, which may have swallowed it on its way. */
  wasReset: boolean;
  /** How the connection ended: `finished` by this upstream (its faults included), or `left` by the router. Null while it is open. */
  over: 'finished' | 'left' | null;
  overAtMs: number | null;
};

/** What a behaviour has in hand: one request, and the means to answer it. */
export type Exchange = {
  arrival: Arrival;
  response: ServerResponse;
  model: string;
  stream: boolean;
  /** What is to be said, piece by piece. */
  pieces: readonly string[];
  /** Waits; false when the router left meanwhile. */
  pause: (ms: number) => Promise<boolean>;
  /** Breaks the connection off: with a FIN after what was written, or with a reset. */
  cut: (how: 'fin' | 'reset') => void;
  /** An address that must never be called. */
  canaryUrl: string;
};
