// What the simulator remembers of the requests it received, for tests to look at.
// Lives as long as the isolate; never keeps a credential.

import type { Operation } from './question.ts';

/** One received request and what became of it. */
export interface LogEntry {
  readonly slug: string;
  readonly operation: Operation;
  /** The parsed body, or its text where it is not JSON. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** The status answered; 0 while there is no answer yet. */
  status: number;
  /** The client closed before the end. */
  aborted: boolean;
  /** Content chunks sent, counted as the faults count them. */
  sentChunks: number;
  /** Everything there was to send has been sent. */
  finished: boolean;
}

const capacity = 100;
const entries: LogEntry[] = [];

/** Opens an entry; the oldest one makes room. */
export function record(slug: string, operation: Operation, body: unknown, headers: Headers): LogEntry {
  const entry = { slug, operation, body, headers: hideCredential(headers), status: 0, aborted: false, sentChunks: 0, finished: false };
  entries.push(entry);
  if (entries.length > capacity) entries.shift();
  return entry;
}

function hideCredential(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [name, /^(authorization|(x-(goog-)?)?api-key)$/u.test(name) ? '[hidden]' : value]),
  );
}

/** The last requests, oldest first. */
export function readLog(): readonly LogEntry[] {
  return entries;
}

/** Forgets all requests. */
export function clearLog(): void {
  entries.length = 0;
}
