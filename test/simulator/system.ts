// What the simulator knows of one upstream system: what it accepts, how it refuses, and its habits on the wire.
// Types and the shared error envelopes only; the facts themselves live in rules/.

import type { Complaint, Fields, Shape } from './checks.ts';
import type { Together } from './common-checks.ts';
import type { EmbeddingForm } from './embeddings.ts';
import type { Habits } from './habits.ts';
import type { Operation } from './question.ts';
import type { WireFormat } from './wire-format.ts';

/** An answer that turns a request away, in the system's own error shape. */
export interface Refusal {
  readonly status: number;
  readonly body: unknown;
}

/** What one operation of a system accepts. */
export interface Rules extends Shape {
  /** Rules between fields, run once each field is known to be fine. */
  readonly together?: Together;
  /** How many tokens are generated where the request does not say; absent = as many as the text has. */
  readonly defaultMaxTokens?: number;
}

/** One upstream system. */
export interface System {
  readonly slug: string;
  readonly needsKey: boolean;
  readonly operations: Readonly<Partial<Record<Operation, Rules>>>;
  readonly habits: Habits;
  /** The system's own wire format; absent = OpenAI's. */
  readonly wireFormat?: WireFormat;
  /** The system's own form of embeddings; absent = OpenAI's. */
  readonly embeddings?: EmbeddingForm;
  /** Puts a complaint into the system's error shape. */
  readonly writeError: (complaint: Complaint) => Fields;
}

const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** The kind of error a status stands for. */
export function errorType(status: number): string {
  return errorTypes[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
}

/** OpenAI's envelope, which most systems copied. */
export function openAiError(complaint: Complaint): Fields {
  const { status, message, param, code } = complaint;
  return { error: { message, type: errorType(status), param, code } };
}

/** The habits of OpenAI, which most systems share; rules/ override what differs. */
export const openAiHabits: Habits = {
  usage: 'separate-if-asked',
  nullUsage: true,
  finish: 'own-chunk',
  role: 'own-chunk',
  done: true,
  keepsStop: false,
  openingComments: [],
  stamp: {},
  usageExtras: {},
  nativeFinishReason: false,
  finishWords: {},
  writeStreamError: openAiError,
};
