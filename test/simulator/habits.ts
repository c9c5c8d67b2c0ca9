// How an upstream system writes streams and bodies. Types only.

import type { Complaint, Fields } from './checks.ts';

/** How a system writes its answers. */
export interface Habits {
  /** Where a stream carries its usage. */
  readonly usage: 'separate-if-asked' | 'last-content-if-asked' | 'always-last' | 'on-finish' | 'in-choice' | 'every-chunk' | 'never';
  /** Whether the other chunks then say `usage: null`. */
  readonly nullUsage: boolean;
  /** Whether a finish reason comes in a chunk of its own or rides on the last content chunk. */
  readonly finish: 'own-chunk' | 'last-content-chunk';
  /** Whether the role comes once, in a chunk of its own, or with every chunk. */
  readonly role: 'own-chunk' | 'every-chunk';
  /** Whether a stream ends with `data: [DONE]`. */
  readonly done: boolean;
  /** Whether a stop sequence stays in the text it ended. */
  readonly keepsStop: boolean;
  /** SSE comments sent before the first chunk. */
  readonly openingComments: readonly string[];
  /** Fields added to every chunk and body. */
  readonly stamp: Fields;
  /** Fields added to every usage object. */
  readonly usageExtras: Fields;
  /** Whether choices repeat the finish reason as `native_finish_reason`. */
  readonly nativeFinishReason: boolean;
  /** Words of its own for how a choice ended, by OpenAI's. */
  readonly finishWords: Readonly<Record<string, string>>;
  /** An error in the middle of a stream; the envelope is what every chunk begins with. */
  readonly writeStreamError: (complaint: Complaint, envelope: Fields) => Fields;
}
