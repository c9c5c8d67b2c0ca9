/** Interface of the framers. */

/** Splits bytes into payloads. */
export interface Framer {
  /** @throws RouterError `provider_unavailable` when an event exceeds the size limit or is damaged. */
  push(bytes: Uint8Array): string[];
  /** Ends the stream and returns an event that had no end mark. */
  end(): string[];
}
