/** What every way of framing has in common: bytes in, payloads out. */

/** Bytes in, payloads out. */
export interface Framer {
  /** @throws RouterError `provider_unavailable` when one event exceeds the cap or is damaged. */
  push(bytes: Uint8Array): string[];
  /** The stream is over: an event that lacked its end comes out now. */
  end(): string[];
}
