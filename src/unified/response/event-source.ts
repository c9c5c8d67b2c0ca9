/** Batches of events, pulled: what an upstream answer looks like to everything above the wire. */
import type { StreamEvent } from './event.ts';

export interface EventSource {
  /** The next batch (it may be empty), or null at the end. Not to be called again before it has settled. */
  read(): Promise<StreamEvent[] | null>;
  /** Gives the upstream up. */
  cancel(): void;
}
