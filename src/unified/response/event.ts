/**
 * What happens while an answer is made, in words that belong to no wire format. Decoders produce these events, encoders and
 * `collect` consume them. The grammar, held by `stream/stages/guard.ts`:
 *
 *     start? (delta | choice-end | choice-error)* (end | error)      with exactly one choice-end or choice-error per choice before end
 *
 * Upstream decoders say `choice-end` as often as their upstream does (`stream/stages/finish.ts` keeps the last), and `end` only where it ended on
 * purpose. They also emit `usage` wherever they meet one; the guard keeps the last and hands it on with `end` or `error`.
 */
import { UnreadableError, type RouterError } from '../error.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Original } from '../original.ts';
import type { ReasoningState } from '../request/reasoning.ts';
import type { Usage } from './usage.ts';

/** OpenRouter's closed list; any other reason of an upstream is kept as `nativeReason`. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'error';

/** One alternative at a token position. */
export type TopLogprob = { token: string; logprob: number; bytes: number[] | null };

/** One token with its natural-log probability (null for a first prompt token, which has none) and the alternatives asked for. */
export type TokenLogprob = {
  token: string;
  logprob: number | null;
  bytes: number[] | null;
  top: TopLogprob[];
  /** Where it begins in the text of its choice: as the upstream counts, else in UTF-16 units. Absent = behind the one before. */
  offset?: number;
};

/**
 * Facts about the answer as a whole, as far as the upstream returns them. `original`: the first event of a stream, or the whole body of an
 * answer that is no stream; that body has the content of all events after it.
 */
export type StartEvent = {
  type: 'start';
  original?: Original;
  /** The model that the upstream names. */
  model: string | null;
  systemFingerprint: string | null;
  serviceTier: string | null;
  /** The choices that it is about, where several answers are merged; absent = all. */
  choices?: readonly number[];
};

/** Text of the answer. `choice` counts from 0. */
export type TextDeltaEvent = { type: 'text-delta'; choice: number; original?: Original; text: string; logprobs?: TokenLogprob[] };

/** Text of the model's reasoning; `details` are the same piece as OpenRouter's `reasoning_details`. */
export type ReasoningDeltaEvent = { type: 'reasoning-delta'; choice: number; original?: Original; text: string; details?: unknown[] };

/**
 * What the maker of the reasoning requires back with it: it ends the block of reasoning before it, or belongs to the call that `callId`
 * names. `details`: the same as `reasoning_details`; absent where the event before it has them. `call`: index of the call it belongs to, where the
 * upstream gave that call no id; the guard then names it in `callId`.
 */
export type ReasoningStateEvent = {
  type: 'reasoning-state';
  choice: number;
  original?: Original;
  state: ReasoningState;
  details?: unknown[];
  call?: number;
};

/** Text of a refusal (OpenAI's separate field). */
type RefusalDeltaEvent = { type: 'refusal-delta'; choice: number; original?: Original; text: string; logprobs?: TokenLogprob[] };

/** A piece of one tool call. `index` counts from 0 within the choice; id and name come once, with the first piece. */
export type ToolCallDeltaEvent = {
  type: 'tool-call-delta';
  choice: number;
  original?: Original;
  index: number;
  id?: string;
  name?: string;
  /** Of a custom tool: `arguments` are pieces of its text. With every piece; absent = a function. */
  kind?: 'custom';
  /** A piece of the JSON text of the arguments. */
  arguments: string;
  /** Fields of the call that are carried without being understood: `extra_content`, where Google's signatures of thoughts are. */
  extra?: JsonObject;
};

/** `isJoined`: came in one piece with the event before it, and is written in one piece with it where the format can. */
type PartOf = { choice: number; isJoined?: true; original?: Original };

/** Images that the model made, each `{type: "image_url", image_url: {url}}`, unknown fields included. */
export type ImageEvent = PartOf & { type: 'image'; images: unknown[] };

/** A piece of spoken audio: `id`, `data` (base64), `transcript`, `expires_at`. Texts grow with each piece. */
type AudioEvent = PartOf & { type: 'audio'; audio: JsonObject };

/** Sources of the answer, each `{type: "url_citation", url_citation: {url, title?, content?}}`, unknown types included. */
type CitationEvent = PartOf & { type: 'citation'; citations: unknown[] };

/**
 * Fields of an answer that only the upstream's format (`format`, the name of its folder) defines. With an `original` they are its payload.
 * `isStructural`: opens or closes what other events fill, and is no content itself.
 */
export type NativeEvent = PartOf & { type: 'native'; format: string; fields: JsonObject; isStructural?: true };

/** What stands beside the text of an answer. */
export type PartEvent = ImageEvent | AudioEvent | CitationEvent | NativeEvent;

/** One choice is complete. */
export type ChoiceEndEvent = {
  type: 'choice-end';
  choice: number;
  original?: Original;
  reason: FinishReason;
  /** The upstream's own word for it; null when it gave none. */
  nativeReason: string | null;
  /** The stop sequence that ended it; absent = none did, or the upstream does not report which. */
  stopSequence?: string;
  /** The upstream's word is not known, and `reason` is what it most likely means. */
  isGuess?: true;
};

/** One of several choices broke off; the others go on. */
export type ChoiceErrorEvent = { type: 'choice-error'; choice: number; error: RouterError };

/** Token counts during the answer; the last one that is not empty counts. */
type UsageEvent = { type: 'usage'; usage: Usage };

/** The answer is complete. `usage` is null when the upstream reported none. */
export type EndEvent = { type: 'end'; usage: Usage | null };

/** The answer broke off. `openChoices` lists the choices that had begun and not ended. The upstream's own body is in the error's details. */
export type ErrorEvent = { type: 'error'; error: RouterError; usage: Usage | null; openChoices: number[] };

/** A piece of content: what commits an attempt. */
export type DeltaEvent = TextDeltaEvent | ReasoningDeltaEvent | ReasoningStateEvent | RefusalDeltaEvent | ToolCallDeltaEvent | PartEvent;

/** Everything that can happen. */
export type StreamEvent = StartEvent | DeltaEvent | ChoiceEndEvent | ChoiceErrorEvent | UsageEvent | EndEvent | ErrorEvent;

/** True for text, reasoning, refusals, tool calls and the rest that a reader sees; not for the structure of one format. */
export function isContent(event: StreamEvent): event is DeltaEvent {
  switch (event.type) {
    case 'text-delta':
    case 'reasoning-delta':
    case 'reasoning-state':
    case 'refusal-delta':
    case 'tool-call-delta':
      return true;
    default:
      return isPart(event) && !isStructure(event);
  }
}

/** True for what opens or closes content of the upstream's own format. */
export const isStructure = (event: StreamEvent): boolean => event.type === 'native' && event.isStructural === true;

/** True for images, audio, citations and fields of one format. */
export function isPart(event: StreamEvent): event is PartEvent {
  return event.type === 'image' || event.type === 'audio' || event.type === 'citation' || event.type === 'native';
}

/** True for reasoning and its state, which alone are no answer. */
export function isReasoning(event: StreamEvent): event is ReasoningDeltaEvent | ReasoningStateEvent {
  return event.type === 'reasoning-delta' || event.type === 'reasoning-state';
}

/** True for the one event after which nothing follows. */
export function isTerminal(event: StreamEvent): event is EndEvent | ErrorEvent {
  return event.type === 'end' || event.type === 'error';
}

/** True for the first event that shows whether there is an answer: content, or the end of a choice or of everything. */
export const decidesAnswer = (event: StreamEvent): boolean => isContent(event) || isTerminal(event) || event.type === 'choice-end';

/** The event with other fields, and without its original, which says something else. */
export function changeEvent<Event extends StreamEvent>(event: Event, changes: Partial<Event>): Event {
  const changed = { ...event, ...changes };
  if ('original' in changed) delete changed.original;
  return changed;
}

/** Creates the event of an answer that fails as a whole, without usage. */
export const errorEvent = (error: RouterError): ErrorEvent => ({ type: 'error', error, usage: null, openChoices: [] });

/** True for an error after which an upstream sends nothing more: any but that of a single event that cannot be read. */
export function isBreak(event: StreamEvent): event is ErrorEvent {
  return event.type === 'error' && !(event.error instanceof UnreadableError);
}

/** A pure, synchronous part of the stream: events in, events out. */
export interface Stage {
  push(events: readonly StreamEvent[]): StreamEvent[];
}
