/**
 * Envelope of reasoning state: carries the state of any provider through a client that has only one opaque text for it (`signature`,
 * `redacted_thinking.data`, `encrypted_content`), and names its maker. It is neither secret nor signed: its content goes only to the provider
 * it names, which refuses a forged one.
 *
 *     trb1.<base64url of JSON {f: format, p: provider, m: model, d: data, c?: call or item id, k: "s" signature or "e" encrypted, t?: text}>
 *
 * How a client format uses it:
 *
 *     writing   `sealState(event.state)` for a state event. Reasoning of a translated answer always ends with one
 *               (`stream/stages/reasoning-maker.ts`). A state with `callId` comes before its call.
 *     reading   `readReasoning({ text, opaque, path, bare })` makes the block of the conversation
 */
import { fromBase64Url, toBase64Url } from '../../lib/base64.ts';
import { isObject, textOf, type JsonObject } from '../../lib/json.ts';
import type { Block } from '../../unified/request/conversation.ts';
import type { ReasoningState } from '../../unified/request/reasoning.ts';

const PREFIX = 'trb1.';

/** Longest envelope, in characters. Longer ones are neither made nor read. */
export const MAX_ENVELOPE = 64 * 1024;

/** Longest name of a format, a provider, a model or a call in an envelope, in characters. */
const MAX_NAME = 512;

/** True for a text that claims to be an envelope. One that {@link openState} cannot read is sent to no upstream. */
export const isEnvelope = (text: string): boolean => text.startsWith(PREFIX);

/**
 * Returns the envelope of a state; null when it would be longer than {@link MAX_ENVELOPE}.
 *
 * @param text the text of the reasoning, where the client wants it left out: the maker may require it back. Absent = the client has it.
 */
export function sealState({ kind, format, data, callId, provider, model }: ReasoningState, text = ''): string | null {
  if (data.length + text.length > MAX_ENVELOPE) return null;
  const c = callId === undefined ? {} : { c: callId };
  const k = kind === 'plain' ? {} : { k: kind === 'encrypted' ? 'e' : 's' };
  const t = text === '' ? {} : { t: text };
  const json = JSON.stringify({ f: format, p: provider, m: model, d: data, ...c, ...k, ...t });
  const sealed = PREFIX + toBase64Url(new TextEncoder().encode(json));
  return sealed.length > MAX_ENVELOPE ? null : sealed;
}

/** Reads the state in an envelope. Null for any other text, and for an envelope that cannot be read. */
export const openState = (text: string): ReasoningState | null => stateOf(contentOf(text));

/** The object in an envelope; null = it cannot be read. */
function contentOf(text: string): JsonObject | null {
  if (!isEnvelope(text) || text.length > MAX_ENVELOPE) return null;
  const content = parse(text.slice(PREFIX.length));
  return isObject(content) ? content : null;
}

function stateOf(content: JsonObject | null): ReasoningState | null {
  if (content === null) return null;
  const { f, p, m, d, c, k } = content;
  if (!isName(f) || !isNameOrNull(p) || !isNameOrNull(m) || typeof d !== 'string') return null;
  if ((c !== undefined && !isName(c)) || (k !== undefined && k !== 'e' && k !== 's')) return null;
  // Without a kind, data that names a call or an item is encrypted: only such data has one.
  const isEncrypted = k === 'e' || (k === undefined && c !== undefined);
  const kind = d === '' ? 'plain' : isEncrypted ? 'encrypted' : 'signature';
  return { kind, format: f, data: d, ...(c === undefined ? {} : { callId: c }), provider: p, model: m };
}

/** Reasoning as a client sent it back. */
type ClientReasoning = {
  /** Its readable text or summary; empty = none. */
  text: string;
  /** The opaque text beside it: an envelope, or a value of the client's own format. Empty or null = none. */
  opaque: string | null;
  path: string;
  /** Makes the state of a value that is no envelope; null = such a value belongs to no upstream. */
  bare: (data: string) => ReasoningState | null;
  /** The state of reasoning without an opaque text. Absent = its maker is not known. */
  none?: ReasoningState;
};

/**
 * Reads reasoning as one block, or as none when the client sent neither text nor an opaque text. Text beside encrypted reasoning is its
 * summary. Reasoning without a state, or with an envelope that cannot be read or names no provider, is a block whose maker is not known: it is
 * sent to no upstream. A text that the client left out is in the envelope.
 */
export function readReasoning({ text: shown, opaque, path, bare, none }: ClientReasoning): Block[] {
  const given = textOf(opaque);
  const isSealed = given !== null && isEnvelope(given);
  const content = isSealed ? contentOf(given) : null;
  const state = given === null ? (none ?? null) : isSealed ? madeBySome(stateOf(content)) : bare(given);
  if (state === null && shown === '' && !isSealed) return [];
  const text = shown === '' && state !== null ? (textOf(content?.['t']) ?? '') : shown;
  const kind = state?.kind === 'encrypted' ? 'encrypted' : 'text';
  return [{ type: 'reasoning', kind, text, format: state?.format ?? null, id: state?.callId ?? null, state, path }];
}

/** A state of the router's names its maker. Without one it could be taken for a value of the client's own format. */
const madeBySome = (state: ReasoningState | null): ReasoningState | null => (state?.provider == null ? null : state);

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
const isNameOrNull = (value: unknown): value is string | null => value === null || isName(value);

/** Parses base64url of JSON in UTF-8. Undefined when it is not that. */
function parse(encoded: string): unknown {
  if (!/^[\w-]+$/.test(encoded)) return undefined;
  try {
    const bytes = fromBase64Url(encoded);
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) as unknown;
  } catch {
    return undefined; // not base64, not UTF-8 or not JSON
  }
}
