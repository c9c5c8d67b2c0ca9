/** Batches of events, read on demand: the interface of an upstream answer for all code above the wire formats. */
import type { StreamEvent } from './event.ts';

export interface EventSource {
  /** Returns the next batch (may be empty), or null at the end. One read at a time. */
  read(): Promise<StreamEvent[] | null>;
  /** Cancels the upstream. */
  cancel(): void;
}
