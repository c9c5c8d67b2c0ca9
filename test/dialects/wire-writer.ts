/** Types of what a wire format hands to the suite in `wire-writer-contract.ts`. */
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import type { FinishReason } from '../../src/unified/response/event.ts';

/** One part of an answer, in order. */
export type AnswerPart =
  | { kind: 'text'; pieces: readonly string[] }
  | { kind: 'reasoning'; pieces: readonly string[]; signature?: string }
  | {
      kind: 'tool';
      id: string;
      name: string;
      /** Pieces of the JSON text of the arguments; none = a call without arguments. */ pieces: readonly string[];
    };

/** An answer as a provider would give it. */
export type WrittenAnswer = {
  said: readonly AnswerPart[];
  /** The provider's own finish word; null = the stream breaks off without one. */
  finish: string | null;
  usage: { prompt: number; completion: number } | null;
};

/** How one dialect writes an answer. Every method returns bytes framed as on the wire, piece by piece in the order sent. */
export type WireWriter = {
  dialect: UpstreamDialect;
  quirks?: readonly string[];
  stream(answer: WrittenAnswer): Uint8Array[];
  /** The JSON document of the same answer. */
  body(answer: WrittenAnswer): unknown;
  /** One event with an error in it, as it comes after HTTP 200, saying "no capacity"; null where the format has none. */
  errorEvent: Uint8Array | null;
  /** Events that were not requested and must be skipped: pings, unknown types, unknown fields. */
  oddEvents: readonly Uint8Array[];
  /** Every finish word of the provider, and what becomes of it. `error` = the answer ends in an error. */
  finishes: readonly (readonly [native: string, unified: FinishReason])[];
  /** How an answer ends. */
  ending: {
    /** A frame that says nothing but a finish word, behind which the answer may go on; null = the word is the last of the answer. */
    finish: ((native: string) => Uint8Array) | null;
    /** Frames that end an answer on purpose without a finish word; null = the format cannot. */
    wordless: readonly Uint8Array[] | null;
    /** The stream has a last word; false = it ends with its body. */
    isClosed: boolean;
  };
  /** The word for an ordinary end, for one that calls tools, and for one that ran out of tokens. */
  ordinary: { stop: string; tools: string; length: string };
  /** What the provider cannot say: left out of the suite, with the reason in a comment beside it. */
  lacks?: readonly ('tools' | 'reasoning' | 'usage-split' | 'argument-pieces' | 'finish-words')[];
};
