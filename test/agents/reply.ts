/** One scripted answer of a model, in no wire format. */

/** One piece of an answer. Thinking comes with what the format signs or encrypts it with, where it does. */
export type Part =
  | { kind: 'thinking'; text: string }
  | { kind: 'text'; text: string }
  | { kind: 'call'; name: string; input: Record<string, unknown> }
  /** The call of a custom tool, whose input is text. */
  | { kind: 'custom'; name: string; input: string };

/** What a scripted model does next. `promptTokens`: what it reports for the prompt; default 1000. */
export type Reply =
  | { kind: 'text'; text: string; promptTokens?: number }
  | { kind: 'call'; name: string; input: Record<string, unknown>; promptTokens?: number }
  /** Several pieces: thinking, then text, then calls. */
  | { kind: 'parts'; parts: readonly Part[] }
  /** The stream breaks after this text. */
  | { kind: 'cut'; text: string }
  /** The conversation is longer than the model reads. */
  | { kind: 'overflow'; tokens: number; limit: number }
  /** The account has no credit. */
  | { kind: 'spent' }
  /** The account may ask again after this time, in seconds. */
  | { kind: 'busy'; afterS: number };

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
export type Spoken = Extract<Reply, { kind: 'text' | 'call' | 'parts' | 'cut' }>;

/** The pieces of a reply. */
export const partsOf = (reply: Spoken): readonly Part[] =>
  reply.kind === 'parts' ? reply.parts : [reply.kind === 'cut' ? { kind: 'text', text: reply.text } : reply];

/** The same for a format without custom tools: it gets them as functions with one text, `input`. */
export const partsWithoutCustom = (reply: Spoken): Exclude<Part, { kind: 'custom' }>[] =>
  partsOf(reply).map((part) => (part.kind === 'custom' ? { ...part, kind: 'call', input: { input: part.input } } : part));

/** Returns whether a reply calls a tool. */
export const hasCalls = (reply: Spoken): boolean => partsOf(reply).some(({ kind }) => kind === 'call' || kind === 'custom');

/** The tokens of a prompt that a reply reports. */
export const promptTokensOf = (reply: Spoken): number => ('promptTokens' in reply ? (reply.promptTokens ?? 1000) : 1000);

/** Text of SSE events without names. */
export const frames = (payloads: readonly unknown[]): string => payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('');

/** Text of SSE events, each named as its `type`. */
export const namedFrames = (payloads: readonly { type: string }[]): string =>
  payloads.map((payload) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`).join('');

let calls = 0;

/** A new id of a tool call. */
export const nextId = (): string => `call_${++calls}`;

/** What the formats sign or encrypt thinking with: a real one would be longer. */
export const SEAL = 'c2VhbGVk';
