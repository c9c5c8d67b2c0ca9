/** What an OpenAI-shaped format's writer of answers hands to the suite in `contract.ts`. */
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import type { JsonObject } from '../../src/lib/json.ts';

/** A piece of one choice. `fields` stand beside the text; without an index none is sent. */
export type Piece = { index?: number | null; text?: string | null; finish?: unknown; fields?: JsonObject };

/** How a format writes choices. */
export type Wire = {
  dialect: UpstreamDialect;
  /** One event of a stream. */
  chunk(pieces: readonly Piece[], more?: JsonObject): JsonObject;
  /** A whole answer. */
  body(pieces: readonly Piece[], more?: JsonObject): JsonObject;
};
