/** One scripted answer of a model, in no wire format. */

/** What a scripted model does next. `promptTokens`: what it reports for the prompt; default 1000. */
export type Reply =
  | { kind: 'text'; text: string; promptTokens?: number }
  | { kind: 'call'; name: string; input: Record<string, unknown>; promptTokens?: number }
  /** The stream breaks after this text. */
  | { kind: 'cut'; text: string }
  /** The conversation is longer than the model reads. */
  | { kind: 'overflow'; tokens: number; limit: number }
  /** The account has no credit. */
  | { kind: 'spent' };

/** A format as a scripted upstream writes it. */
export interface Format {
  /** Model that the router is asked for: its provider speaks the format. */
  readonly model: string;
  /** Variables of the router that lead to an upstream at this address. */
  variables(url: string): Record<string, string>;
  /** Returns whether a body asks for a stream; `path` is that of the request. */
  isStream(body: Record<string, unknown>, path: string): boolean;
  /** Writes a stream: the payloads. A cut one has no end. */
  stream(reply: Spoken): string;
  /** Writes a whole answer. */
  body(reply: Spoken): Record<string, unknown>;
  /** Writes an error. */
  error(reply: Extract<Reply, { kind: 'overflow' | 'spent' }>): { status: number; body: Record<string, unknown> };
}

/** A reply with content. */
export type Spoken = Extract<Reply, { kind: 'text' | 'call' | 'cut' }>;

/** The tokens of a prompt that a reply reports. */
export const promptTokensOf = (reply: Spoken): number => ('promptTokens' in reply ? (reply.promptTokens ?? 1000) : 1000);

/** Text of SSE events without names. */
export const frames = (payloads: readonly unknown[]): string => payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('');

/** Text of SSE events, each named as its `type`. */
export const namedFrames = (payloads: readonly { type: string }[]): string =>
  payloads.map((payload) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`).join('');
